"""The sentences of `tthc catalogue`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

import knowledge.catalogue
from knowledge.catalogue.records import ReleaseInfo

WORDING = Path(knowledge.catalogue.__file__).parent / "data" / "wording" / "commands.yml"


def say(sentence: str, /, **values: object) -> str:
    """Fill in a sentence."""
    return _sentences()[sentence].format(**values)


def release_values(release: ReleaseInfo) -> dict[str, object]:
    """What sentences say about a release."""
    return {
        "id": release.id,
        "as_of": release.as_of.strftime("%d/%m/%Y"),
        "listed": release.listed_count,
        "gone": release.no_longer_listed_count,
        "source": release.source,
    }


@cache
def _sentences() -> dict[str, str]:
    sentences: dict[str, str] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return sentences
