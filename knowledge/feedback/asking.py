"""Whether to ask for a rating now, by the rules of ``data/asking.yml``; and if not, why not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy.orm import Session

from knowledge.deadlines.calendar import working_calendar
from knowledge.feedback.past import NEWEST_REQUESTS, Past, Talk, Wanted, look_back
from knowledge.feedback.records import ANSWER, ASKED, REFUSED, SURVEY
from knowledge.yaml_fields import DataError, Fields, read_mapping

DATA = Path(__file__).parent / "data" / "asking.yml"
SWITCHED_OFF = "switched_off"
"""An administrator does not want citizens to be asked after answers (``knowledge.preferences``)."""
CONVERSATION_GONE = "conversation_gone"
"""The person blocked or left us, or had the conversation erased."""


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
    """What the rules look at beside the past."""

    kind: str
    conversation_id: int | None
    now: datetime
    mid_talk: bool = False
    """The reply asks something itself, or a flow is under way."""


def why_not(session: Session, moment: Moment, policy: AskingPolicy | None = None) -> str | None:
    """Return the first rule that speaks against asking, None when nothing does."""
    past = past_of(session, moment.conversation_id, moment.kind, moment.now, policy=policy)
    return speaks_against(past, moment, policy)


def past_of(
    session: Session,
    talk: Talk,
    kind: str,
    now: datetime,
    origin: str = "",
    policy: AskingPolicy | None = None,
) -> Past | None:
    """Return what the rules need to know of a conversation; ``origin`` names the occasion at hand."""
    since = now - (policy or asking_policy()).rules[kind].not_after_complaint
    return look_back(session, talk, Wanted(kind, SWITCHES[kind], since, origin))


def speaks_against(past: Past | None, moment: Moment, policy: AskingPolicy | None = None) -> str | None:
    """Return the first rule that speaks against asking, None when nothing does."""
    if past is None:
        return CONVERSATION_GONE
    if not past.is_allowed:
        return SWITCHED_OFF
    policy = policy or asking_policy()
    rules = policy.rules[moment.kind]
    return next((name for name in rules.names if _RULES[name](past, moment, policy)), None)


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


def _in_group(past: Past, _moment: Moment, _policy: AskingPolicy) -> bool:
    return past.is_group


def _conversation_gone(past: Past, _moment: Moment, _policy: AskingPolicy) -> bool:
    return past.is_gone


def _mid_talk(_past: Past, moment: Moment, _policy: AskingPolicy) -> bool:
    return moment.mid_talk


def _complained(past: Past, _moment: Moment, _policy: AskingPolicy) -> bool:
    return past.has_case


def _with_staff(past: Past, _moment: Moment, _policy: AskingPolicy) -> bool:
    return past.with_staff


def _window_closed(past: Past, moment: Moment, policy: AskingPolicy) -> bool:
    window = policy.windows.get(past.channel)
    return window is not None and moment.now - past.last_seen_at > window


def _quiet_hours(_past: Past, moment: Moment, policy: AskingPolicy) -> bool:
    return is_quiet(moment.now, policy)


def _refused_lately(past: Past, moment: Moment, policy: AskingPolicy) -> bool:
    lately = _since(past, moment.now - policy.rules[moment.kind].not_after_refusal)
    ignored = len(lately) == NEWEST_REQUESTS and set(lately) == {ASKED}
    return ignored or lately[:1] == [REFUSED]


def _asked_lately(past: Past, moment: Moment, policy: AskingPolicy) -> bool:
    return bool(_since(past, moment.now - policy.rules[moment.kind].not_again))


def _too_early(past: Past, moment: Moment, policy: AskingPolicy) -> bool:
    with_this_one = past.occasions + 1
    return with_this_one < policy.rules[moment.kind].first_after_answers


def _since(past: Past, moment: datetime) -> list[str]:
    """Return what came of the requests since ``moment``, newest first."""
    return [request.outcome for request in past.requests if request.created_at > moment]


_RULES: dict[str, Callable[[Past, Moment, AskingPolicy], bool]] = {
    "in_group": _in_group,
    CONVERSATION_GONE: _conversation_gone,
    "mid_talk": _mid_talk,
    "complained": _complained,
    "with_staff": _with_staff,
    "window_closed": _window_closed,
    "quiet_hours": _quiet_hours,
    "refused_lately": _refused_lately,
    "asked_lately": _asked_lately,
    "too_early": _too_early,
}
