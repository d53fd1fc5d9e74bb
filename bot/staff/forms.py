"""Forms that were sent: bounded, read once by the middleware; an upload goes to a temporary file."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from aiohttp import BodyPartReader, web
from multidict import MultiDict

from bot.staff.visitor import CSRF_FIELD, CSRF_HEADER, csrf_matches

MAX_FIELD_BYTES = 64 * 1024
MAX_FIELDS = 700
CHUNK = 256 * 1024
UPLOAD_SUFFIXES = frozenset({".xlsx", ".csv", ".json", ".zip"})


@dataclass
class Form:
    """Fields by name, and the file that came with them (its name is used for nothing but its ending)."""

    fields: MultiDict[str] = field(default_factory=MultiDict)
    folder: tempfile.TemporaryDirectory[str] | None = None
    file: Path | None = None

    def text(self, name: str) -> str:
        """Return a field, empty when it was not sent."""
        return self.fields.get(name, "")

    def is_on(self, name: str) -> bool:
        """Tell whether a box was ticked."""
        return name in self.fields

    def ids(self, name: str) -> list[int]:
        """Return the whole numbers of a field that comes several times."""
        values = self.fields.getall(name, [])
        return [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 19]

    def close(self) -> None:
        """Delete the uploaded file."""
        if self.folder is not None:
            self.folder.cleanup()


_FORM = web.RequestKey("staff_form", Form)


def form_of(request: web.Request) -> Form:
    """Return the form that the middleware has read."""
    return request[_FORM]


class BadFormError(Exception):
    """The form is not ours: malformed, or without this browser's token."""


async def read_form(request: web.Request, *, takes_file: bool, most_bytes: int) -> Form:
    """Read and remember a form; its token is checked before a file is taken.

    Raises:
        BadFormError: it is malformed, or its token is not this browser's.
        HTTPRequestEntityTooLarge: a field or the file is too large.
    """
    form = Form()
    request[_FORM] = form
    try:
        await _fill(request, form, takes_file=takes_file, most_bytes=most_bytes)
    except BaseException:
        form.close()
        raise
    return form


async def _fill(request: web.Request, form: Form, *, takes_file: bool, most_bytes: int) -> None:
    if request.content_type == "multipart/form-data":
        if not takes_file:
            raise BadFormError
        try:
            await _read_parts(request, form, most_bytes)
        except (ValueError, AssertionError) as error:
            raise BadFormError from error
    elif request.content_type == "application/x-www-form-urlencoded":
        form.fields.extend(
            (name, value) for name, value in (await request.post()).items() if isinstance(value, str)
        )
    elif request.can_read_body:
        raise BadFormError
    if not csrf_matches(request, _token(request, form)):
        raise BadFormError


def _token(request: web.Request, form: Form) -> str:
    return form.text(CSRF_FIELD) or request.headers.get(CSRF_HEADER, "")


async def _read_parts(request: web.Request, form: Form, most_bytes: int) -> None:
    wide = request.clone(client_max_size=most_bytes + MAX_FIELD_BYTES)
    reader = await wide.multipart()
    count = 0
    while (part := await reader.next()) is not None:
        count += 1
        if not isinstance(part, BodyPartReader) or part.name is None or count > MAX_FIELDS:
            raise BadFormError
        if part.filename is None:
            form.fields.add(part.name, (await _bytes(part, MAX_FIELD_BYTES)).decode("utf-8", "replace"))
            continue
        if not csrf_matches(request, form.text(CSRF_FIELD)) or form.file is not None:
            raise BadFormError
        await _keep(part, form, most_bytes)


async def _keep(part: BodyPartReader, form: Form, most_bytes: int) -> None:
    """Write an upload under a name of our own."""
    suffix = PurePosixPath((part.filename or "").replace("\\", "/")).suffix.lower()
    form.folder = tempfile.TemporaryDirectory(prefix="tthc-upload-")
    form.file = Path(form.folder.name) / f"upload{suffix if suffix in UPLOAD_SUFFIXES else '.bin'}"
    taken = 0
    with form.file.open("xb") as stream:
        while chunk := await part.read_chunk(CHUNK):
            taken += len(chunk)
            if taken > most_bytes:
                raise web.HTTPRequestEntityTooLarge(most_bytes, taken)
            stream.write(chunk)


async def _bytes(part: BodyPartReader, limit: int) -> bytes:
    content = b""
    while chunk := await part.read_chunk():
        content += chunk
        if len(content) > limit:
            raise web.HTTPRequestEntityTooLarge(limit, len(content))
    return content
