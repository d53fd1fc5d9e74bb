"""Puts what was learned into the project's data files, as a difference that can be read and committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from knowledge.learning.learned import Learned
from knowledge.settings import ROOT

EXAMPLES = Path("knowledge/catalogue/data/examples/learned.yml")
OTHERS = Path("knowledge/catalogue/data/others.yml")
FACETS = Path("bot/nlu/data/facet_examples.yml")
NEW_FILE = "# Wordings learned from missed questions (tthc review export).\n"


def write_into_project(learned: Learned, root: Path = ROOT) -> list[Path]:
    """Add the wordings to the data files under ``root``; return the files that changed."""
    added = {
        EXAMPLES: ("examples", learned.examples),
        OTHERS: (None, {"questions": learned.others} if learned.others else {}),
        FACETS: ("facets", learned.facets),
    }
    changed = [path for path, (_, texts) in added.items() if texts]
    for path in changed:
        _append(root / path, *added[path])
    return changed


def _append(path: Path, under: str | None, added: Mapping[str, Sequence[str]]) -> None:
    content = path.read_text(encoding="utf-8") if path.is_file() else NEW_FILE
    head = "".join(line for line in content.splitlines(keepends=True) if line.startswith("#"))
    value: dict[str, Any] = yaml.load(content, Loader=yaml.CSafeLoader) or {}
    place = value.setdefault(under, {}) if under else value
    for name, texts in added.items():
        place[name] = list(dict.fromkeys([*place.get(name, []), *texts]))
    written = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(head + written, encoding="utf-8")
