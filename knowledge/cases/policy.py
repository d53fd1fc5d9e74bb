"""The rules of cases, read from YAML: clocks, stages, limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from knowledge.yaml_fields import Fields, read_mapping

DATA = Path(__file__).parent / "data" / "policy.yml"
RECEIVED, HANDLING, ASKED, ANSWERED = "received", "handling", "asked", "answered"
REFUSED, CLOSED, WITHDRAWN = "refused", "closed", "withdrawn"


@dataclass(frozen=True)
class Clock:
    """Working days for each duty."""

    refuse: int
    ask: int
    handle: int
    publish: int


@dataclass(frozen=True)
class Stage:
    """A stage of a case: what may follow, and which deadline runs (``handle``, ``publish`` or none)."""

    id: str
    name: str
    next: frozenset[str]
    clock: str | None


@dataclass(frozen=True)
class CasePolicy:
    """All rules of cases."""

    clock: Clock
    handover_wait: timedelta
    handover_idle: timedelta
    promise_working_days: int
    cases_a_day: int
    fewest_letters: int
    evidence_a_case: int
    most_reopenings: int
    stages: dict[str, Stage]
    kinds: dict[str, str]
    prefixes: dict[str, str]


def load_policy(path: Path = DATA) -> CasePolicy:
    """Read the rules.

    Raises:
        DataError: the file is malformed, or a stage names one that is not there.
    """
    content = read_mapping(path)
    clock, handover, limits = (content.section(name) for name in ("clock", "handover", "limits"))
    kinds = [
        (fields.text("id"), fields.text("name"), fields.text("prefix")) for fields in content.entries("kinds")
    ]
    policy = CasePolicy(
        clock=Clock(*(clock.number(name, 1, 60) for name in ("refuse", "ask", "handle", "publish"))),
        handover_wait=timedelta(minutes=handover.number("wait_minutes", 1, 480)),
        handover_idle=timedelta(minutes=handover.number("idle_minutes", 1, 480)),
        promise_working_days=handover.number("promise_working_days", 0, 15),
        cases_a_day=limits.number("cases_a_day", 1, 100),
        fewest_letters=limits.number("fewest_letters", 1, 100),
        evidence_a_case=limits.number("evidence_a_case", 0, 20),
        most_reopenings=limits.number("most_reopenings", 0, 10),
        stages={stage.id: stage for stage in map(_stage, content.entries("stages"))},
        kinds={kind: name for kind, name, _ in kinds},
        prefixes={kind: prefix for kind, _, prefix in kinds},
    )
    for fields in (clock, handover, limits, content):
        fields.refuse_unknown()
    unknown = {name for stage in policy.stages.values() for name in stage.next} - set(policy.stages)
    if unknown:
        raise content.fail(f"no stage is called '{min(unknown)}'")
    return policy


@lru_cache(maxsize=1)
def case_policy() -> CasePolicy:
    """Return the rules that ship, read once."""
    return load_policy()


def _stage(fields: Fields) -> Stage:
    stage = Stage(
        fields.text("id"), fields.text("name"), frozenset(fields.texts("next")), fields.optional_text("clock")
    )
    fields.refuse_unknown()
    if stage.clock not in {None, "handle", "publish"}:
        raise fields.fail("'clock' must be handle or publish")
    return stage
