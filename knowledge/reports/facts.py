"""From rows of the other rooms to facts: what is left when identities and words are taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from knowledge.deadlines.calendar import FIRST_YEAR, ONE_DAY, working_calendar
from knowledge.feedback.survey import ANSWER_SCALE, USEFUL, load_survey
from knowledge.privacy.sealing import Sealer
from knowledge.reports.models import CODE_CHARS, NAME_CHARS, WORD_CHARS
from knowledge.yaml_fields import read_mapping

SETTLEMENT = Path(__file__).parent / "data" / "settlement.yml"
QUESTIONS = {"answered", "clarify", "withdrawn", "out_of_scope", "listed", "unclear"}
"""Outcomes of turns in which something was asked about procedures."""
INTENT_CHARS = 40
TALK_CHARS = 16
LAST_YEAR = 2060
Fact = dict[str, Any]


@dataclass(frozen=True)
class Settlement:
    """What the statuses of dossiers mean in settlement reports (``data/settlement.yml``)."""

    not_received: frozenset[int]
    finished: frozenset[int]
    without_result: frozenset[int]
    paused: frozenset[int]


@cache
def settlement() -> Settlement:
    """Read the meaning of the statuses.

    Raises:
        DataError: the file is missing or malformed.
    """
    content = read_mapping(SETTLEMENT)
    found = Settlement(*(frozenset(content.numbers(name, 1, 10)) for name in Settlement.__dataclass_fields__))
    content.refuse_unknown()
    return found


@dataclass(frozen=True)
class Copier:
    """What the copying of a row needs besides the row."""

    field_of: Mapping[str, str]
    """Field of each procedure code, for rows that do not say."""
    sealer: Sealer

    def place(self, row: Row[Any]) -> Fact:
        """Return unit, field, procedure and channel of a row, as far as it has them."""
        known = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
        code = (known.get("procedure_code") or "")[:CODE_CHARS]
        return {
            "unit": (known.get("unit") or "").strip()[:NAME_CHARS],
            "field": (known.get("field") or self.field_of.get(code, "")).strip()[:NAME_CHARS],
            "procedure_code": code,
            "channel": known.get("channel") or "",
        }


def local_day(moment: datetime) -> date:
    """Return the day in Vietnam; the zone has had no summer time since 1975."""
    return (moment + timedelta(hours=7)).date()


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else local_day(moment)


@cache
def _working_days_until() -> list[int]:
    """How many working days there are from the calendar's first day to each day, in order."""
    calendar, day, total, sums = working_calendar(), date(FIRST_YEAR, 1, 1), 0, []
    while day.year <= LAST_YEAR:
        total += calendar.is_working_day(day)
        sums.append(total)
        day += ONE_DAY
    return sums


def working_days(start: date, end: date) -> int | None:
    """Return the working days after ``start`` up to ``end``; None outside the calendar's years."""
    sums, first = _working_days_until(), date(FIRST_YEAR, 1, 1)
    places = (start - first).days, (end - first).days
    return sums[places[1]] - sums[places[0]] if min(places) >= 0 and max(places) < len(sums) else None


def dossier_fact(row: Row[Any], copier: Copier) -> Fact | None:
    """Return the fact of a dossier, None when it was not received yet or is a sample."""
    rules = settlement()
    if row.is_sample or row.status in rules.not_received:
        return None
    received = _day(row.received_at) or local_day(row.updated_at)
    paused = row.status in rules.paused
    promised = _day(row.due_at)
    due = None if paused else promised
    finished, estimated = _finished(row, received, rules)
    late_from = None
    if due is not None and (finished is None or finished > due):
        late_from = max(due + ONE_DAY, received)
    return {
        **copier.place(row),
        "received_day": received,
        "due_day": due,
        "finished_day": finished,
        "returned_day": _day(row.returned_at),
        "overdue_day": late_from,
        "status": row.status,
        "outcome": _outcome(finished, due),
        "refused": int(row.status in rules.without_result),
        "returned_via": row.returned_via or "",
        "has_fee": int(row.has_fee),
        "paid_online": int(bool(row.paid_online)),
        "supplement_rounds": row.supplement_rounds,
        "due_unknown": int(promised is None),
        "finish_estimated": int(estimated),
        "working_days": working_days(received, finished) if finished else None,
        "promised_days": working_days(received, promised) if promised and promised >= received else None,
    }


def _finished(row: Row[Any], received: date, rules: Settlement) -> tuple[date | None, bool]:
    """Return the day a dossier was finished, never before its reception, and whether it is a stand-in."""
    if row.status not in rules.finished:
        return None, False
    known = _day(row.finished_at) or _day(row.returned_at)
    return max(known or local_day(row.updated_at), received), known is None


def _outcome(finished: date | None, due: date | None) -> str:
    if finished is None:
        return "open"
    if due is None or finished == due:
        return "on_time"
    return "early" if finished < due else "late"


@cache
def _satisfied_from(scale: int) -> int:
    return USEFUL if scale == ANSWER_SCALE else load_survey(scale_size=scale).scale.satisfied_from


def rating_fact(row: Row[Any], copier: Copier) -> Fact:
    """Return the fact of a score."""
    return {
        **copier.place(row),
        "day": local_day(row.created_at),
        "occasion": row.occasion,
        "factor": (row.factor or "")[:WORD_CHARS],
        "score": row.score,
        "scale": row.scale,
        "satisfied": int(row.score >= _satisfied_from(row.scale)),
        "reason": row.reason or "",
        "has_comment": int(bool(row.comment)),
        "about_dossier": int(row.dossier_hash is not None),
    }


def request_fact(row: Row[Any], copier: Copier) -> Fact:
    """Return the fact of an occasion to ask for a rating."""
    return {
        **copier.place(row),
        "day": local_day(row.created_at),
        "occasion": row.occasion,
        "outcome": row.outcome,
        "reason": row.reason or "",
    }


def case_fact(row: Row[Any], copier: Copier) -> Fact:
    """Return the fact of a case; its code names no person and is what officers know it by."""
    return {
        **copier.place(row),
        "code": row.code,
        "kind": row.kind,
        "stage": row.stage,
        "day": local_day(row.created_at),
        "handle_by": local_day(row.handle_by),
        "publish_by": _day(row.publish_by),
        "handled_day": _day(row.handled_at),
        "published_day": _day(row.published_at),
        "closed_day": _day(row.closed_at),
        "reopened": row.reopened,
        "about_dossier": int(row.dossier_hash is not None),
        "settled": None if row.settled is None else int(row.settled),
    }


def lookup_fact(row: Row[Any], copier: Copier) -> Fact:
    """Return the fact of a look-up."""
    return {
        **copier.place(row),
        "day": local_day(row.at),
        "result": row.result,
        "overdue": int(row.overdue),
    }


def handover_fact(row: Row[Any], copier: Copier) -> Fact:
    """Return the fact of a request for a person."""
    waited = (row.taken_at - row.requested_at).total_seconds() if row.taken_at else 0
    return {
        **copier.place(row),
        "day": local_day(row.requested_at),
        "reason": row.reason,
        "taken": int(row.taken_at is not None),
        "wait_seconds": max(0, round(waited)),
        "outcome": row.outcome or "",
    }


def turn_fact(row: Row[Any], copier: Copier) -> Fact | None:
    """Return the fact of a handled message, None when it was answered with nothing to count."""
    answer = next((reply["answer"] for reply in row.replies or [] if reply.get("answer")), None)
    if answer is None:
        return None
    code, day = answer.get("procedure") or "", local_day(row.received_at)
    outcome = str(answer.get("outcome") or "unclear")
    took = (row.handled_at - row.received_at).total_seconds() * 1000
    return {
        "unit": "",
        "field": copier.field_of.get(code, "")[:NAME_CHARS],
        "procedure_code": code[:CODE_CHARS],
        "channel": row.channel,
        "day": day,
        "hour": (row.received_at + timedelta(hours=7)).hour,
        "talk": copier.sealer.hash("report-talk", f"{day}:{row.conversation_id}")[:TALK_CHARS],
        "outcome": outcome[:16],
        "intent": str(answer.get("intent") or "")[:INTENT_CHARS],
        "typed": int(row.text is not None),
        "question": int(outcome in QUESTIONS),
        "milliseconds": max(0, round(took)),
    }


RowToFact = Callable[[Any, Copier], "Fact | None"]
