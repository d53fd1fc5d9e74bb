"""Secrets: the key that seals personal data is there, kept apart, and nobody else can read it."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from knowledge.privacy.sealing import KEY_FILE
from knowledge.settings import ROOT
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, good, must_fix, note


def check(context: Context) -> Iterator[Finding]:
    """Look at the key and at who may read the files that hold secrets."""
    key_file = context.settings.data_dir / KEY_FILE
    if context.settings.privacy.secret_key:
        yield good("secret.from_settings")
    elif key_file.is_file():
        yield note("secret.back_up", path=key_file)
    else:
        yield note("secret.not_made", path=key_file)
    for path in (key_file, ROOT / ".env"):
        if _others_can_read(path):
            yield must_fix("secret.readable", path=path)


def _others_can_read(path: Path) -> bool:
    return path.is_file() and bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))
