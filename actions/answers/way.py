"""How and where: steps, filing channels, online level, agency."""

from __future__ import annotations

from actions.answers import expiry, papers, time
from actions.answers.common import Subject, bullets, join, numbered, shorten
from actions.wording import say
from knowledge.catalogue.records import Channel, OnlineLevel

_LEVELS = {
    OnlineLevel.FULL: "full",
    OnlineLevel.PARTIAL: "partial",
    OnlineLevel.NONE: "none",
    None: "unknown",
}
_CHANNEL_WORDS = {
    Channel.ONLINE: "trực tuyến",
    Channel.POST: "bưu chính công ích",
    Channel.IN_PERSON: "trực tiếp",
}


def steps(subject: Subject) -> str:
    """List the steps: our plain ones, or derived from the facts and marked as such."""
    if subject.guidance:
        known = subject.guidance
        said_before = expiry.when_expired(subject)
        listed = known.steps if said_before or not known.expired else (*known.steps, known.expired)
        return f"{say('heading.steps')}\n{numbered(listed)}"
    derived = say("steps.derived", portal=subject.portal, code=subject.procedure.code)
    return f"{say('heading.steps')}\n{numbered(_derived_steps(subject))}\n{derived}"


def channels(subject: Subject) -> str:
    """Say how to file: portal, post, place and hours, and who settles."""
    procedure = subject.procedure
    lines = []
    for channel in procedure.channels:
        if channel is Channel.ONLINE:
            lines.append(say("channels.online", portal=subject.portal, code=procedure.code))
        elif channel is Channel.POST:
            lines.append(say("channels.post"))
        else:
            lines.append(say("channels.in_person", place=_place(subject)))
    parts = [say("heading.channels")]
    parts.append(bullets(lines) if lines else say("channels.none", place=subject.place))
    hours = subject.services.profile.working_hours
    ours = subject.services.is_local(procedure) and not subject.services.is_commune_only(procedure)
    if hours.days and Channel.IN_PERSON in procedure.channels and ours:
        parts.append(say("channels.hours", days=hours.days, sessions=", ".join(hours.sessions)))
    if procedure.agencies:
        parts.append(say("channels.agency", agencies=subject.agencies))
    return "\n".join(parts)


def online_level(subject: Subject) -> str:
    """Say the online-service level in today's terms, and where to file online."""
    level = subject.procedure.online_level
    text = say(f"online_level.{_LEVELS[level]}")
    if level in {OnlineLevel.FULL, OnlineLevel.PARTIAL}:
        text += " " + say("online_level.where", portal=subject.portal, code=subject.procedure.code)
    return f"{say('heading.online_level')} {text}"


def agency(subject: Subject) -> str:
    """Say who settles the procedure and at which level."""
    procedure = subject.procedure
    if not procedure.agencies:
        return f"{say('heading.agency')} {say('agency.none')}"
    levels = ", ".join(say(f"level.{level.value}") for level in procedure.levels)
    return f"{say('heading.agency')} {subject.agencies}.\n{say('agency.level', levels=levels)}"


def _place(subject: Subject) -> str:
    if subject.services.is_local(subject.procedure):
        return subject.place
    return f"bộ phận tiếp nhận của {subject.agencies}"


def _derived_steps(subject: Subject) -> list[str]:
    procedure = subject.procedure
    number = papers.count(subject)
    ways = ", ".join(_CHANNEL_WORDS[channel] for channel in procedure.channels)
    time_limit = time.summary(subject)
    result = join(shorten(result, 150) for result in procedure.results[:1])
    lines = [
        say("steps.prepare", count=number) if number else say("steps.prepare_plain"),
        say("steps.file", agency=subject.agencies, channels=ways)
        if ways
        else say("steps.file_plain", agency=subject.agencies),
        say("steps.wait", limit=time_limit) if time_limit else say("steps.wait_plain"),
    ]
    if result:
        lines.append(say("steps.receive", result=result))
    return lines
