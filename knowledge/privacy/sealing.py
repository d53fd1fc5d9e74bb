"""Seals short texts and hashes identifiers with one secret key.

Personal Data Protection Law 91/2025/QH15 art. 3 (minimisation): what has to survive a crash (a dossier code
in an unfinished look-up, the address a reply goes to) is written to disk sealed only; what is only compared
(who wrote, which dossier) is kept as a keyed hash, which cannot be tried out without the key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from knowledge.settings import Settings

KEY_FILE = "secret-key"
"""In the data folder; made at the first use when no key is set."""


class Sealer:
    """Seals texts (AES-CBC with HMAC: Fernet) and hashes identifiers (HMAC-SHA256), from one secret."""

    def __init__(self, secret_key: str) -> None:
        """Derive both keys.

        Raises:
            ValueError: the secret is empty.
        """
        if not secret_key:
            raise ValueError("the secret key is empty: set TTHC_SECRET_KEY")
        secret = secret_key.encode()
        self._fernet = Fernet(base64.urlsafe_b64encode(_derive(secret, b"seal")))
        self._hash_key = _derive(secret, b"hash")

    def seal(self, text: str) -> str:
        """Return ``text`` sealed, as ASCII; the same text never looks the same twice."""
        return self._fernet.encrypt(text.encode("utf-8", "surrogatepass")).decode("ascii")

    def open(self, sealed: str) -> str | None:
        """Return the text, or None when it was sealed with another key or changed."""
        try:
            return self._fernet.decrypt(sealed.encode("ascii", "replace")).decode("utf-8", "surrogatepass")
        except InvalidToken:
            return None

    def seal_bytes(self, content: bytes) -> bytes:
        """Return ``content`` (a file) sealed."""
        return self._fernet.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes | None:
        """Return the content, or None when it was sealed with another key or changed."""
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken:
            return None

    def hash(self, purpose: str, text: str) -> str:
        """Return 64 hex digits that are the same for the same text and ``purpose`` (such as ``dossier``)."""
        message = purpose.encode() + b"\0" + text.encode("utf-8", "surrogatepass")
        return hmac.new(self._hash_key, message, hashlib.sha256).hexdigest()


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return hmac.new(secret, b"tthc:" + purpose, hashlib.sha256).digest()


def secret_key(settings: Settings) -> str:
    """Return the secret key that is set, else the one in the data folder, made at the first call.

    Several processes may call it at once: all get the same key.
    """
    if settings.privacy.secret_key:
        return settings.privacy.secret_key
    path = settings.data_dir / KEY_FILE
    if not path.exists():
        _make(path)
    return path.read_text(encoding="ascii").strip()


def _make(path: Path) -> None:
    """Write a new key under a name of its own, then link it to its place: whoever comes second finds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def open_sealer(settings: Settings) -> Sealer:
    """Return the sealer of this installation."""
    return Sealer(secret_key(settings))
