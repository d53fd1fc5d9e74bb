"""Files of an import, read within bounds: one file, a folder or a zip, never extracted to disk."""

from __future__ import annotations

import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from knowledge.catalogue.importers.report import RowError, place, reason

MIB = 1024 * 1024
MAX_FILE_BYTES = 5 * MIB
MAX_FILES = 20_000
MAX_TOTAL_BYTES = 300 * MIB
MAX_RATIO = 200
"""Bytes out for a byte in; text of the portal reaches about 20."""

IGNORED_FOLDERS = frozenset({"__MACOSX"})


@dataclass(frozen=True)
class FoundFile:
    """A file of the import with its content, or with the error that kept it from being read."""

    name: str
    content: bytes = b""
    error: RowError | None = None


def find_json_files(path: Path) -> Iterator[FoundFile]:
    """Yield the JSON files at ``path``; what cannot be read comes with its error."""
    if path.is_dir():
        yield from _in_folder(path)
    elif not path.is_file():
        yield _faulty(path.name, "missing")
    elif zipfile.is_zipfile(path):
        yield from _in_zip(path)
    elif path.suffix.lower() == ".zip":
        yield _faulty(path.name, "bad_zip")
    else:
        yield _read(path, path.name)


def read_bounded(path: Path, limit: int) -> bytes:
    """Read a file of at most ``limit`` bytes.

    Raises:
        RowError: the file is larger or cannot be read.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        raise RowError(place("file"), reason("unreadable", why=error.strerror or error)) from error
    if len(content) > limit:
        raise RowError(place("file"), reason("too_large", limit=f"{limit // MIB} MB"))
    return content


def _read(path: Path, name: str) -> FoundFile:
    if path.suffix.lower() != ".json":
        return _faulty(name, "not_json_file")
    try:
        return FoundFile(name, read_bounded(path, MAX_FILE_BYTES))
    except RowError as error:
        return FoundFile(name, error=error)


def _faulty(name: str, why: str, **values: object) -> FoundFile:
    return FoundFile(name, error=RowError(place("file"), reason(why, **values)))


def _in_folder(folder: Path) -> Iterator[FoundFile]:
    found = total = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _is_hidden(name) or (path.is_dir() and not path.is_symlink()):
            continue
        found += 1
        if found > MAX_FILES:
            yield _faulty(name, "too_many", limit=MAX_FILES)
            return
        file = _faulty(name, "link") if path.is_symlink() else _read(path, name)
        total += len(file.content)
        if total > MAX_TOTAL_BYTES:
            yield _faulty(name, "total_too_large", limit=f"{MAX_TOTAL_BYTES // MIB} MB")
            return
        yield file
    if not found:
        yield _faulty(folder.name, "empty")


def _is_hidden(name: str) -> bool:
    parts = set(PurePosixPath(name.replace("\\", "/")).parts) - {".", ".."}
    return any(part.startswith(".") or part in IGNORED_FOLDERS for part in parts)


def _in_zip(path: Path) -> Iterator[FoundFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield from _members(archive, path.name)
    except (zipfile.BadZipFile, OSError, EOFError):
        yield _faulty(path.name, "bad_zip")


def _members(archive: zipfile.ZipFile, name: str) -> Iterator[FoundFile]:
    members = [info for info in archive.infolist() if not info.is_dir() and not _is_hidden(info.filename)]
    if not members:
        yield _faulty(name, "empty")
    if len(members) > MAX_FILES:
        yield _faulty(name, "too_many", limit=MAX_FILES)
        return
    total = 0
    for info in sorted(members, key=lambda member: member.filename):
        file = _member(archive, info, name)
        total += len(file.content)
        if total > MAX_TOTAL_BYTES:
            yield _faulty(name, "total_too_large", limit=f"{MAX_TOTAL_BYTES // MIB} MB")
            return
        yield file


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, archive_name: str) -> FoundFile:
    name = f"{archive_name}/{info.filename}"
    inside = PurePosixPath(info.filename.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts or ":" in inside.parts[0]:
        return _faulty(name, "bad_path")
    if stat.S_ISLNK(info.external_attr >> 16):
        return _faulty(name, "link")
    if info.flag_bits & 0x1:
        return _faulty(name, "encrypted")
    if inside.suffix.lower() != ".json":
        return _faulty(name, "not_json_file")
    try:
        with archive.open(info) as stream:  # the size in the header is not to be believed
            content = stream.read(MAX_FILE_BYTES + 1)
    # NotImplementedError is how zipfile refuses a method of compression that it does not know.
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError):
        return _faulty(name, "bad_zip")
    if len(content) > MAX_RATIO * max(info.compress_size, 1):
        return _faulty(name, "bomb")
    if len(content) > MAX_FILE_BYTES:
        return _faulty(name, "too_large", limit=f"{MAX_FILE_BYTES // MIB} MB")
    return FoundFile(name, content)
