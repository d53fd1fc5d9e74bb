"""Phrases about fees, read from ``data/wording.yml``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import yaml

from knowledge.fees.records import Circular, Rule
from knowledge.fees.rules import DATA

WORDING = DATA / "wording.yml"


@lru_cache(maxsize=1)
def _wording() -> dict[str, dict[str, str] | str]:
    content: dict[str, dict[str, str] | str] = yaml.safe_load(WORDING.read_text(encoding="utf-8"))
    return content


def phrase(group: str, key: str, **values: object) -> str:
    """Return a phrase with its braces filled.

    Raises:
        KeyError: no such phrase, or a brace was not filled.
    """
    phrases = _wording()[group]
    if isinstance(phrases, str):
        raise KeyError(f"'{group}' in wording.yml is one phrase, not a group of phrases")
    return phrases[key].format(**values)


def confirm() -> str:
    """Return the advice to ask the receiving agency."""
    return str(_wording()["confirm"])


def numbers(circulars: Iterable[Circular]) -> str:
    """Name circulars by number: ``168/2016/TT-BTC, 64/2025/TT-BTC``."""
    return ", ".join(circular.number for circular in circulars)


def conditions(rule: Rule) -> tuple[str, ...]:
    """Return the conditions of a rule as short phrases: case, situation, payer, area."""
    phrases = []
    if rule.cases:
        phrases.append(" hoặc ".join(phrase("cases", case.value) for case in rule.cases))
    if rule.situation:
        phrases.append(rule.situation)
    if rule.payer.value != "everyone":
        phrases.append(phrase("payers", rule.payer.value))
    if rule.area:
        phrases.append(phrase("areas", rule.area.value))
    return tuple(phrases)
