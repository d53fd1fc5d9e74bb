"""The service's own folder: one service at a time works in it, and it keeps the internal token."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path
from typing import TextIO

from tthc.errors import ExpectedError


def occupy(data_dir: Path) -> TextIO:
    """Make the folder and take it for this process; the lock lasts while the result stays open.

    Raises:
        ExpectedError: the folder cannot be written, or another service works in it.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "serve.lock").open("a+")
    except OSError as error:
        reason = f"cannot write into {data_dir}: {error.strerror}"
        raise ExpectedError(f"{reason}; TTHC_DATA_DIR names another folder") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.seek(0)
        other = lock.read().strip() or "unknown"
        lock.close()
        raise ExpectedError(
            f"another service (process {other}) already works in {data_dir}: "
            "stop it, or give this one its own TTHC_DATA_DIR and DATABASE_URL"
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def internal_token(data_dir: Path) -> str:
    """Return the token by which our processes know each other, made once, readable by us only.

    Call it while the folder is occupied.
    """
    path = data_dir / "internal-token"
    try:
        token = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if token:
        return token
    token = secrets.token_urlsafe(32)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(token)
    return token
