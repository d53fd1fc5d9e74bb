"""Writes ``docs/indicators.md``: ``python -m scripts.indicators_doc > docs/indicators.md``."""

from __future__ import annotations

import sys

from knowledge.reports.definitions import Indicator, Measure, Sum, load_definitions
from knowledge.reports.measures import sums_sql

INTRODUCTION = """\
# Indicators

Made from `knowledge/reports/data` by `python -m scripts.indicators_doc > docs/indicators.md`; do not
edit. A test keeps it complete.

Every share is rounded half up to two decimals and shown with numerator and denominator. Nothing to
divide by is shown as "–". A period is the calendar's or the administrative one (15th to 14th); both work
with every indicator. Confidence is how well the formula is established: H two sources, M one, L general
knowledge, to be checked before it is printed. *Internal* means an estimate or a measure of our own, and
reports say so. Each example is the indicator's test.

Targets are what departments were measured against; a department's own go into `reporting: targets:` of
`department.yml`.
"""
GROUPS = {
    "online": "Online service, payment, post",
    "settlement": "Settlement of dossiers",
    "satisfaction": "Satisfaction",
    "cases": "Complaints and petitions",
    "bot": "The assistant",
    "index766": "Decision 766/QĐ-TTg, estimated",
    "nine": "The nine criteria, as far as data goes",
}


def _sum(found: Sum) -> str:
    words = " ".join(
        f"{'-' if factor < 0 else '+'} {'' if abs(factor) == 1 else f'{abs(factor)} × '}`{name}`"
        for factor, name in found.terms
    )
    return words.removeprefix("+ ")


def _indicator(found: Indicator) -> str:
    lines = [f"### {found.name}", "", f"`{found.id}` · {found.unit.value} · {found.confidence.value}"]
    lines[-1] += " · internal" if found.internal else ""
    lines += ["", f"{found.formula}.", "", f"* numerator: {_sum(found.numerator)}"]
    if found.denominator:
        lines.append(f"* denominator: {_sum(found.denominator)}")
    if found.by:
        lines.append(f"* told apart by: {found.by}")
    lines.append(f"* basis: {found.basis}")
    lines += [f"* note: {found.note}"] if found.note else []
    for target in found.targets:
        until = f" until {target.until}" if target.until else ""
        source = f"{target.basis}; {target.confidence.value}"
        lines.append(f"* target: {target.value} since {target.since}{until} ({source})")
    values = ", ".join(f"{name} {value}" for name, value in found.example.values.items())
    return "\n".join([*lines, f"* example: {values} → {found.example.result}", ""])


def _measure(found: Measure) -> str:
    sql = found.sql or sums_sql(found.source, [found])
    return f"* `{found.id}`: {found.name}\n  `{sql}`"


def main() -> None:
    """Print the document."""
    definitions = load_definitions()
    parts = [INTRODUCTION]
    for group, title in GROUPS.items():
        parts.append(f"## {title}\n")
        parts += [_indicator(found) for found in definitions.group(group)]
    parts.append(
        "## Measures\n\nWhat numerators and denominators are made of, as it is asked of the database.\n"
    )
    parts += [_measure(found) for found in definitions.measures.values()]
    sys.stdout.write("\n".join(parts) + "\n")


if __name__ == "__main__":
    main()
