"""Whether to ask for a rating now, by the rules of ``data/asking.yml``; and if not, why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.cases.models import CaseFile, Handover
from knowledge.deadlines.calendar import working_calendar
from knowledge.feedback.models import RatingRequest
from knowledge.feedback.records import ANSWER, ASKED, NOT_ASKED, REFUSED, SURVEY
from knowledge.messaging.models import STAFF, Conversation
from knowledge.preferences.store import is_on
from knowledge.yaml_fields import DataError, Fields, read_mapping

DATA = Path(__file__).parent / "data" / "asking.yml"
IGNORED_IN_A_ROW = 3
"""Requests without an answer that count as a refusal."""


SWITCHED_OFF = "switched_off"
"""An administrator does not want citizens to be asked after answers (``knowledge.preferences``)."""


@dataclass(frozen=True)
class Rules:
    """The rules of one kind of occasion, in order."""

    names: tuple[str, ...]
    not_again: timedelta
    not_after_refusal: timedelta
    not_after_complaint: timedelta
    first_after_answers: int = 0


@dataclass(frozen=True)
class AskingPolicy:
    """All rules."""

    rules: dict[str, Rules]
    quiet_from: time
    quiet_until: time
    windows: dict[str, timedelta]


SWITCHES = {ANSWER: "ask_for_ratings", SURVEY: "ask_for_surveys"}
"""Preference that allows asking, by occasion."""


@dataclass(frozen=True)
class Moment:
    """What the rules look at."""

    kind: str
    conversation: Conversation | None
    now: datetime
    answers: int = 0
    """Answers in the conversation that could have been rated, with this one."""
    mid_talk: bool = False
    """The reply asks something itself, or a flow is under way."""


def why_not(session: Session, moment: Moment, policy: AskingPolicy | None = None) -> str | None:
    """Return the first rule that speaks against asking, None when nothing does."""
    if not is_on(session, SWITCHES[moment.kind]):
        return SWITCHED_OFF
    policy = policy or asking_policy()
    return next(
        (name for name in policy.rules[moment.kind].names if _RULES[name](session, moment, policy)),
        None,
    )


def answers_so_far(session: Session, conversation_id: int) -> int:
    """Count the answers of a conversation that could have been rated."""
    query = sa.select(sa.func.count()).where(
        RatingRequest.conversation_id == conversation_id, RatingRequest.occasion == ANSWER
    )
    return session.scalar(query) or 0


def is_quiet(now: datetime, policy: AskingPolicy) -> bool:
    """Tell whether nobody is written to at this hour in Vietnam."""
    local = now.astimezone(working_calendar().timezone).time()
    start, end = policy.quiet_from, policy.quiet_until
    return start <= local or local < end if start > end else start <= local < end


def load_asking(path: Path = DATA) -> AskingPolicy:
    """Read the rules.

    Raises:
        DataError: the file is malformed or names a rule that does not exist.
    """
    content = read_mapping(path)
    quiet, windows = content.section("quiet_hours"), content.section("windows")
    policy = AskingPolicy(
        rules={kind: _rules(content.section(kind)) for kind in (ANSWER, SURVEY)},
        quiet_from=_time(quiet, "from"),
        quiet_until=_time(quiet, "until"),
        windows={
            channel: timedelta(hours=windows.number(channel, 1, 24 * 30))
            for channel in ("zalo", "zalo_bot", "telegram", "web")
            if windows.has(channel)
        },
    )
    for fields in (quiet, windows, content):
        fields.refuse_unknown()
    return policy


@lru_cache(maxsize=1)
def asking_policy() -> AskingPolicy:
    """Return the rules that ship, read once."""
    return load_asking()


def _rules(fields: Fields) -> Rules:
    names = fields.texts("rules")
    unknown = [name for name in names if name not in _RULES]
    if unknown:
        raise fields.fail(f"there is no rule '{unknown[0]}'")
    first = fields.number("first_after_answers", 1, 100) if fields.has("first_after_answers") else 0
    rules = Rules(
        names,
        timedelta(hours=fields.number("not_again_hours", 1, 24 * 365)),
        timedelta(days=fields.number("not_after_refusal_days", 1, 3650)),
        timedelta(days=fields.number("not_after_complaint_days", 1, 3650)),
        first,
    )
    fields.refuse_unknown()
    return rules


def _time(fields: Fields, name: str) -> time:
    text = fields.text(name)
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise DataError(f"{fields.where}: '{name}' must be a time such as \"20:30\"") from error


def _in_group(session: Session, moment: Moment, policy: AskingPolicy) -> bool:
    return moment.conversation is not None and moment.conversation.is_group


def _conversation_gone(session: Session, moment: Moment, policy: AskingPolicy) -> bool:
    return moment.conversation is None or moment.conversation.gone_at is not None


def _mid_talk(session: Session, moment: Moment, policy: AskingPolicy) -> bool:
    return moment.mid_talk


def _complained(session: Session, moment: Moment, policy: AskingPolicy) -> bool:
    since = moment.now - policy.rules[moment.kind].not_after_complaint
    cases = sa.select(CaseFile.id).where(
        CaseFile.conversation_id == _id(moment),
        sa.or_(CaseFile.created_at > since, CaseFile.closed_at.is_(None)),
    )
    return session.scalar(cases.limit(1)) is not None


def _with_staff(session: Session, moment: Moment, policy: AskingPolicy) -> bool:
    waiting = sa.select(Handover.id).where(
        Handover.conversation_id == _id(moment), Handover.ended_at.is_(None)
    )
    is_taken = moment.conversation is not None and moment.conversation.handler == STAFF
    return is_taken or session.scalar(waiting.limit(1)) is not None


def _window_closed(session: Session, moment: Moment, policy: AskingPolicy) -> bool:
    conversation = moment.conversation
    window = policy.windows.get(conversation.channel) if conversation is not None else None
    return conversation is not None and window is not None and moment.now - conversation.last_seen_at > window


def _quiet_hours(session: Session, moment: Moment, policy: AskingPolicy) -> bool:
    return is_quiet(moment.now, policy)


def _refused_lately(session: Session, moment: Moment, policy: AskingPolicy) -> bool:
    since = moment.now - policy.rules[moment.kind].not_after_refusal
    query = sa.select(RatingRequest.outcome).where(*_asked(moment, since))
    newest = session.scalars(query.order_by(RatingRequest.id.desc()).limit(IGNORED_IN_A_ROW)).all()
    ignored = len(newest) == IGNORED_IN_A_ROW and all(outcome == ASKED for outcome in newest)
    return ignored or (bool(newest) and newest[0] == REFUSED)


def _asked_lately(session: Session, moment: Moment, policy: AskingPolicy) -> bool:
    since = moment.now - policy.rules[moment.kind].not_again
    return session.scalar(sa.select(RatingRequest.id).where(*_asked(moment, since)).limit(1)) is not None


def _too_early(session: Session, moment: Moment, policy: AskingPolicy) -> bool:
    return moment.answers < policy.rules[moment.kind].first_after_answers


def _asked(moment: Moment, since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        RatingRequest.conversation_id == _id(moment),
        RatingRequest.occasion == moment.kind,
        RatingRequest.outcome != NOT_ASKED,
        RatingRequest.created_at > since,
    )


def _id(moment: Moment) -> int:
    return moment.conversation.id if moment.conversation is not None else 0


_RULES: dict[str, Callable[[Session, Moment, AskingPolicy], bool]] = {
    "in_group": _in_group,
    "conversation_gone": _conversation_gone,
    "mid_talk": _mid_talk,
    "complained": _complained,
    "with_staff": _with_staff,
    "window_closed": _window_closed,
    "quiet_hours": _quiet_hours,
    "refused_lately": _refused_lately,
    "asked_lately": _asked_lately,
    "too_early": _too_early,
}
