"""A fingerprint of the code and data behind our components: Rasa's training cache must not be stale."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import knowledge.text

_SOURCES = (Path(__file__).parent, Path(knowledge.text.__file__).parent)


@lru_cache(maxsize=1)
def text_fingerprint() -> str:
    """Return a hash over ``bot/nlu`` and ``knowledge/text`` (code and data).

    Rasa's own fingerprint covers a component's class only; features and words come from these files too.
    """
    digest = hashlib.sha256()
    for folder in _SOURCES:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".txt", ".yml"}:
                digest.update(path.relative_to(folder).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
