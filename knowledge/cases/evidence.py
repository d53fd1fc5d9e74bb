"""Pictures that citizens send as evidence: checked, made anew without what cameras add, sealed on disk.

A picture is decoded and encoded again: what is hidden in it (place, device, other files) does not survive.
The file has a random name in the data folder, out of reach of the web server, readable by the service's
user only, sealed with the installation's key.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import secrets
import warnings
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy.orm import Session

from knowledge.cases.models import CaseEvidence
from knowledge.cases.policy import case_policy
from knowledge.privacy.sealing import Sealer
from knowledge.settings import Settings

FOLDER = "evidence"
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 2_400
QUALITY = 85
MEDIA_TYPE = "image/jpeg"
_SIGNS = {"JPEG": (b"\xff\xd8\xff",), "PNG": (b"\x89PNG\r\n\x1a\n",), "WEBP": (b"RIFF",)}
"""Formats taken, and how their files begin."""
_NAME = re.compile(r"[0-9a-f]{64}")


class EvidenceError(Exception):
    """The file is not taken; ``reason`` is ``type``, ``size``, ``broken`` or ``too_many``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """A picture made anew."""

    content: bytes
    width: int
    height: int


def clean_picture(content: bytes, most_bytes: int) -> Picture:
    """Check a file and return the picture in it as a JPEG without anything else.

    Raises:
        EvidenceError: it is too large, none of the formats taken, or cannot be read.
    """
    if len(content) > most_bytes:
        raise EvidenceError("size")
    named = [name for name, signs in _SIGNS.items() if content.startswith(signs)]
    if not named:
        raise EvidenceError("type")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=named) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise EvidenceError("size")
                upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise EvidenceError("broken") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise EvidenceError("broken") from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    stream = io.BytesIO()
    plain.save(stream, "JPEG", quality=QUALITY)
    return Picture(stream.getvalue(), *plain.size)


class EvidenceFolder:
    """The sealed files."""

    def __init__(self, folder: Path, sealer: Sealer, most_bytes: int) -> None:
        self._folder = folder
        self._sealer = sealer
        self.most_bytes = most_bytes

    def keep(
        self, session: Session, picture: Picture, conversation_id: int, origin: str, now: datetime
    ) -> CaseEvidence:
        """Keep a picture for the complaint that its conversation is writing; the same ``origin`` once.

        Raises:
            EvidenceError: the conversation has sent enough.
        """
        found = session.scalar(sa.select(CaseEvidence).where(CaseEvidence.origin == origin))
        if found is not None:
            return found
        waiting = sa.select(sa.func.count()).where(
            CaseEvidence.conversation_id == conversation_id, CaseEvidence.case_id.is_(None)
        )
        if (session.scalar(waiting) or 0) >= case_policy().evidence_a_case:
            raise EvidenceError("too_many")
        evidence = CaseEvidence(
            name=secrets.token_hex(32),
            origin=origin,
            conversation_id=conversation_id,
            media_type=MEDIA_TYPE,
            size=len(picture.content),
            width=picture.width,
            height=picture.height,
            created_at=now,
        )
        self._write(evidence.name, picture.content)
        session.add(evidence)
        session.flush()
        return evidence

    def open(self, name: str) -> bytes | None:
        """Return a picture, None when it is gone or was sealed with another key."""
        try:
            sealed = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        return self._sealer.open_bytes(sealed)

    def remove(self, name: str) -> None:
        """Delete a picture."""
        self._path(name).unlink(missing_ok=True)

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(self._sealer.seal_bytes(content))

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError("no name of a picture")
        return self._folder / name


def picture_origin(conversation_id: int, content: bytes) -> str:
    """Name a picture that comes without a message id: the same one twice is one."""
    return hashlib.sha256(str(conversation_id).encode() + b"\0" + content).hexdigest()


def evidence_folder(settings: Settings, sealer: Sealer) -> EvidenceFolder:
    """Return the folder of this installation."""
    return EvidenceFolder(settings.data_dir / FOLDER, sealer, settings.feedback.evidence_max_mb * 1024 * 1024)
