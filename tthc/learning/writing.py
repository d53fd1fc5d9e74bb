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
FACETS = Path("bot/nlu/data/facet_examples/learned.yml")
NEW_FILE = "# Wordings learned from missed questions (tthc review export).\n"


def write_into_project(learned: Learned, root: Path = ROOT) -> list[Path]:
    """Add the wordings to the data files under ``root``, take those removed away; return what changed."""
    added = {
        EXAMPLES: ("examples", learned.examples),
        OTHERS: (None, {"questions": learned.others} if learned.others else {}),
        FACETS: ("facets", learned.facets),
    }
    changed = [path for path, (_, texts) in added.items() if texts]
    for path in changed:
        _append(root / path, *added[path])
    taken = [path for path in sorted((root / EXAMPLES.parent).glob("*.yml")) if _take_away(path, learned)]
    return changed + [file for path in taken if (file := path.relative_to(root)) not in changed]


def _take_away(path: Path, learned: Learned) -> bool:
    """Take removed wordings out of a file, line by line: the rest of it stays as it was written."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    gone: frozenset[str] = frozenset()
    kept = []
    for line in lines:
        if line.rstrip().endswith(":"):
            code = line.strip(" \n\":'")
            gone = frozenset(learned.removed.get(code, ())) - set(learned.examples.get(code, ()))
        if not (gone and line.lstrip().startswith("- ") and yaml.safe_load(line)[0] in gone):
            kept.append(line)
    if len(kept) < len(lines):
        path.write_text("".join(kept), encoding="utf-8")
    return len(kept) < len(lines)


def _append(path: Path, under: str | None, added: Mapping[str, Sequence[str]]) -> None:
    content = path.read_text(encoding="utf-8") if path.is_file() else NEW_FILE
    head = "".join(line for line in content.splitlines(keepends=True) if line.startswith("#"))
    value: dict[str, Any] = yaml.load(content, Loader=yaml.CSafeLoader) or {}
    place = value.setdefault(under, {}) if under else value
    for name, texts in added.items():
        place[name] = list(dict.fromkeys([*place.get(name, []), *texts]))
    written = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1000)
    path.write_text(head + written, encoding="utf-8")
