"""The time limit: statutory by channel and case, what the department commits to, and the date it gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.answers.common import Subject, bullets, common_limit, first_sentence, limit, shorten, weekday
from actions.wording import say
from knowledge.catalogue.records import Deadline, TimeUnit
from knowledge.deadlines.describe import describe_due, describe_received
from knowledge.deadlines.due import due_date, statutory_and_committed

MOST_CASES = 6


def deadline(subject: Subject) -> str:
    """Say how long it takes, with the date if filed today when one limit holds for all."""
    stated = [item for item in subject.procedure.deadlines if item.unit is not TimeUnit.OTHER]
    if not stated:
        return f"{say('heading.deadline')} {_without_number(subject)}"
    lines = [say("heading.deadline")]
    common = common_limit(stated)
    if common:
        lines[0] += " " + say("deadline.same", limit=common, counted=say_counted())
        lines += _due(subject, stated[0])
    else:
        lines += _by_case(stated)
    committed = _committed(subject)
    if committed:
        lines.append(committed)
    return "\n".join(lines)


def summary(subject: Subject) -> str | None:
    """Return the time limit in a few words for an overview; None when nothing is stated."""
    stated = [item for item in subject.procedure.deadlines if item.unit is not TimeUnit.OTHER]
    if not stated:
        return None
    common = common_limit(stated)
    if common:
        return common
    limits = list(dict.fromkeys(limit(item) for item in stated))
    return " hoặc ".join(limits[:3]) + " (tùy trường hợp)"


def say_counted() -> str:
    """Return from when the limit counts, with the space that belongs before it."""
    return " " + say("deadline.counted")


def _due(subject: Subject, item: Deadline) -> list[str]:
    """The date if filed today, with what led to it (holidays, an end on a day off)."""
    due = due_date(item, subject.today)
    if due is None:
        return []
    when, *why = describe_due(due)
    received = describe_received(subject.today, due)
    lines = [say("deadline.due", today=weekday(subject.today), due=when[:1].lower() + when[1:])]
    return lines + [line for line in (received, *why) if line]


def _by_case(stated: Sequence[Deadline]) -> list[str]:
    """One line for each case when channels agree, else one for each channel and case."""
    labels: dict[tuple[str, str], None] = {}
    by_case: dict[str, set[str]] = {}
    for item in stated:
        by_case.setdefault(item.case or "", set()).add(limit(item))
    channels_agree = all(len(limits) == 1 for limits in by_case.values()) and len(by_case) > 1
    for item in stated:
        case = first_sentence(item.case) if item.case else ""
        name = case if channels_agree else " – ".join(part for part in (item.channel.value, case) if part)
        labels[(name or item.channel.value, limit(item))] = None
    lines = [say("deadline.case", case=name, limit=text) for name, text in labels]
    shown = bullets(lines[:MOST_CASES])
    parts = [say("deadline.several"), shown]
    if len(lines) > MOST_CASES:
        parts.append(say("deadline.cut", count=len(lines) - MOST_CASES))
    return parts


def _without_number(subject: Subject) -> str:
    texts = [item.text or item.case or "" for item in subject.procedure.deadlines]
    said = next((shorten(text, 200) for text in texts if len(text) > len("Không quy định")), None)
    return f"{said}" if said else say("deadline.none")


def _committed(subject: Subject) -> str | None:
    times = statutory_and_committed(subject.procedure, subject.services.profile)
    committed = next((time.committed for time in times if time.committed), None)
    if committed is None:
        return None
    stated = replace(subject.procedure.deadlines[0], value=committed.value, unit=committed.unit, text="")
    return say("deadline.committed", department=subject.services.profile.short_name, limit=limit(stated))
