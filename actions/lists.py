"""Lists and counts: how many procedures, by field and online level, which ones a field has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from actions.answers.common import day
from actions.question import Question
from actions.reply import Button, Outcome, Reply, payload
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.catalogue.fields import find_field
from knowledge.catalogue.records import Level, OnlineLevel, Procedure, Status

MOST_ITEMS = 12
MOST_BUTTONS = 5
_LEVELS = {"full": OnlineLevel.FULL, "partial": OnlineLevel.PARTIAL, "none": OnlineLevel.NONE}


def list_procedures(question: Question, state: State, services: Services) -> Reply:
    """List the procedures of the field named, or the fields when none is."""
    field = find_field(question.text)
    if field is None:
        return _fields(state, services)
    chosen = _filtered(question, field, services)
    if not chosen:
        return _fields(state, services)
    level = say("listed.ministry" if question.level == "ministry" else "listed.local")
    lines = [say("listed.field", field=field, count=len(chosen), level=level)]
    shown = chosen[:MOST_ITEMS]
    for number, procedure in enumerate(shown, start=1):
        title = services.title(procedure)
        lines.append(say("listed.item", number=number, title=title, code=procedure.code))
    if len(chosen) > len(shown):
        lines.append(say("listed.more", count=len(chosen) - len(shown)))
    lines.append(_source(services))
    codes = tuple(procedure.code for procedure in shown)
    buttons = tuple(
        Button(services.title(procedure)[:80], payload("ask_procedure", procedure_code=procedure.code))
        for procedure in shown[:MOST_BUTTONS]
    )
    return _listed(
        "\n".join(lines),
        replace(state, candidates=codes, facets=(), procedure=None),
        services,
        buttons,
        codes,
    )


def count_procedures(question: Question, state: State, services: Services) -> Reply:
    """Say how many procedures there are: in all, of a field, of an online level."""
    field = find_field(question.text)
    local = _local(services)
    if field or question.online_level:
        chosen = _filtered(question, field, services)
        what = " ".join(
            part for part in (f"Lĩnh vực {field}" if field else "Thủ tục", _online_words(question)) if part
        )
        level = say("listed.ministry" if question.level == "ministry" else "listed.local")
        lines = [say("listed.count_filtered", what=what, count=len(chosen), level=level)]
    else:
        listed = [p for p in services.catalogue().procedures.values() if p.status is Status.LISTED]
        levels = Counter(procedure.online_level for procedure in local)
        lines = [
            say("listed.count", total=len(local), all=len(listed)),
            say(
                "listed.count_levels",
                full=levels[OnlineLevel.FULL],
                partial=levels[OnlineLevel.PARTIAL],
                none=levels[OnlineLevel.NONE],
            ),
        ]
    if question.online_level:
        lines.append(say("listed.old_terms"))
    lines.append(_source(services))
    return _listed("\n".join(lines), state, services)


def _fields(state: State, services: Services) -> Reply:
    counts = Counter(procedure.field for procedure in _local(services))
    lines = [say("listed.fields")]
    lines += [say("listed.fields_item", field=field, count=count) for field, count in counts.most_common()]
    lines += [say("listed.which_field"), _source(services)]
    buttons = tuple(
        Button(field, f"Thủ tục lĩnh vực {field}") for field, _ in counts.most_common(MOST_BUTTONS)
    )
    return _listed("\n".join(lines), state, services, buttons)


def _listed(
    text: str,
    state: State,
    services: Services,
    buttons: tuple[Button, ...] = (),
    candidates: tuple[str, ...] = (),
) -> Reply:
    as_of = services.catalogue().release.as_of.isoformat()
    return Reply(
        text,
        Outcome.LISTED,
        replace(state, misses=0),
        buttons,
        candidates=candidates,
        confidence=1.0,
        as_of=as_of,
    )


def _filtered(question: Question, field: str | None, services: Services) -> list[Procedure]:
    if question.level == "ministry":
        procedures: Sequence[Procedure] = [
            procedure
            for procedure in services.catalogue().procedures.values()
            if procedure.status is Status.LISTED and Level.MINISTRY in procedure.levels
        ]
    else:
        procedures = _local(services)
    online = _LEVELS.get(question.online_level or "")
    return [
        procedure
        for procedure in procedures
        if (field is None or procedure.field == field)
        and (online is None or procedure.online_level is online)
    ]


def _local(services: Services) -> list[Procedure]:
    procedures = services.catalogue().procedures.values()
    return [p for p in procedures if p.status is Status.LISTED and services.is_local(p)]


def _online_words(question: Question) -> str:
    level = _LEVELS.get(question.online_level or "")
    return f"dịch vụ công trực tuyến {level.value}" if level else ""


def _source(services: Services) -> str:
    return say("listed.source", as_of=day(services.catalogue().release.as_of))
