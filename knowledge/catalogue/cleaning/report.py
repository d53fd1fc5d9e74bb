"""How often each rule changed the shipped facts, as the table in docs/catalogue.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from knowledge.catalogue.cleaning.journal import CleaningChange, load_rules

START, END = "<!-- cleaning-report: start -->", "<!-- cleaning-report: end -->"
MAX_EXAMPLE_CHARS = 60


def cleaning_table(changes: Iterable[CleaningChange]) -> str:
    """A Markdown table: rule, number of changes, procedures, one example, reason."""
    by_rule: defaultdict[str, list[CleaningChange]] = defaultdict(list)
    for change in changes:
        by_rule[change.rule].append(change)
    lines = ["| rule | changes | procedures | example | reason |", "|---|---:|---:|---|---|"]
    for rule, reason in load_rules().items():
        found = by_rule[rule]
        codes = len({change.code for change in found})
        lines.append(f"| `{rule}` | {len(found)} | {codes} | {_example(found)} | {reason} |")
    return "\n".join(lines)


def _example(changes: list[CleaningChange]) -> str:
    if not changes:
        return ""
    first = min(changes, key=lambda change: (change.code, change.place))
    return f"{first.code}: “{_cell(first.before)}” → “{_cell(first.after)}”"


def _cell(text: str) -> str:
    one_line = " ".join(text.split()).replace("|", "/")
    return one_line if len(one_line) <= MAX_EXAMPLE_CHARS else f"{one_line[:MAX_EXAMPLE_CHARS]}…"


def put_into(document: str, table: str) -> str:
    """Replace what stands between the report's marks in a Markdown document.

    Raises:
        ValueError: the marks are missing.
    """
    if START not in document or END not in document:
        raise ValueError(f"the document has no {START} … {END}")
    head, _, rest = document.partition(START)
    return f"{head}{START}\n{table}\n{END}{rest.partition(END)[2]}"
