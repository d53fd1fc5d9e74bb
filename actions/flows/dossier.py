"""The talk about a dossier: its code, then the second factor, then where it stands.

The conversation remembers only under which name the desk keeps the code (sealed, for an hour). After a
dossier was shown the flow waits for nothing: its buttons work, and everything else is answered as usual.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from actions.contact import contact_line
from actions.flows import dossier_replies as replies
from actions.flows.dossier_reading import (
    asks_of_shown,
    forgot_code,
    forgot_factor,
    given_code,
    given_factor,
    names_dossier,
    wants_again,
    wants_no_notice,
    wants_notice,
)
from actions.flows.dossier_replies import CODE, FACTOR, SHOWN, SILENT
from actions.question import Question
from actions.reply import Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.dossiers.codes import CodeFault, DossierCode
from knowledge.dossiers.desk import Caller, DossierDesk
from knowledge.dossiers.importing.values import LOCAL
from knowledge.dossiers.sessions import LookupSession
from knowledge.dossiers.watches import Subscribed


class DossierFlow:
    """See the module's text."""

    name = replies.FLOW

    def start(self, question: Question, state: State, services: Services) -> Reply:
        """Ask for the code, or take the one in the message; a late button finds its talk over."""
        if services.dossiers is None:
            return _not_connected(state, services)
        if question.in_group:
            return replies.plain(say("dossier.group"), state.without_flow())
        if question.values.get("value") == "unwatch" or wants_no_notice(question):
            return _unwatch(question, state, services.dossiers)
        if question.values.get("value") in {"watch", "tell", "retry"}:
            return _session_over(state)
        if question.text and forgot_code(question):
            return replies.plain(_help(services, "code"), state.in_flow(self.name, CODE))
        code = given_code(question, services.today())
        return replies.ask_code(state) if code is None else _take_code(code, question, state, services)

    def takes(self, question: Question, state: State) -> bool:
        """Take codes and digits where they are awaited, and wishes about notices."""
        if wants_no_notice(question):
            return True
        if state.step in {SHOWN, SILENT}:
            return wants_notice(question) or _asks_again(question, state)
        if given_code(question, _today()) is not None and not _is_factor(question, state):
            return True
        if state.step == CODE:
            return forgot_code(question)
        return given_factor(question) is not None or forgot_factor(question)

    def step(self, question: Question, state: State, services: Services) -> Reply:
        """Take what was said or tapped."""
        desk = services.dossiers
        if desk is None:
            return _not_connected(state, services)
        value = question.values.get("value")
        if value == "unwatch" or wants_no_notice(question):
            return _unwatch(question, state, desk)
        if value == "again":
            return replies.ask_code(state)
        code = None if value or _is_factor(question, state) else given_code(question, services.today())
        if code is not None:
            return _take_code(code, question, state, services)
        if state.step == CODE:
            return replies.plain(_help(services, "code"), state) if question.text else replies.ask_code(state)
        session = desk.sessions.read(str(state.data.get("ref")))
        if session is None:
            return _session_over(state)
        if value == "retry" or _asks_again(question, state):
            return _retry(session, question, state, services)
        if value in {"watch", "tell"} or (state.step in {SHOWN, SILENT} and question.text):
            return _watch(session, question, state, services)
        return _take_factor(session, question, state, services)

    def reminder(self, state: State) -> str:
        """Say what is awaited; after a dossier was shown nothing is."""
        known = {CODE: "dossier.reminder_code", FACTOR: "dossier.reminder_factor"}
        return say(known[state.step]) if state.step in known else ""

    def cancelled(self, state: State) -> str:
        """Say that it ended."""
        return say("dossier.cancelled")


def _take_code(code: DossierCode | CodeFault, question: Question, state: State, services: Services) -> Reply:
    desk = _desk(services)
    if isinstance(code, CodeFault):
        return replies.code_fault(code, state)
    if not code.is_whole and not desk.takes_ends:
        return replies.plain(say("dossier.whole_code"), state.without_flow().in_flow(replies.FLOW, CODE))
    desk.sessions.open(question.origin, code)
    asked = replies.ask_factor(state, question.origin, code)
    factor = given_factor(question)
    if factor is None or factor.digits is None:
        return asked
    session = LookupSession(question.origin, code, None, verified=False)
    return _verify(session, factor.digits, question, asked.state, services)


def _take_factor(session: LookupSession, question: Question, state: State, services: Services) -> Reply:
    factor = given_factor(question)
    if factor is None:
        helped = _help(services, "factor") if question.text and forgot_factor(question) else None
        text = helped or say("dossier.ask_factor", shown=session.code.shown)
        return replies.plain(text, state.in_flow(replies.FLOW, FACTOR), replies.button("other_code", "again"))
    if factor.digits is None:
        name = "fault.factor_whole_number" if factor.whole_number else "fault.factor_length"
        return replies.ask_factor(state, session.ref, session.code, say(name, count=factor.count))
    return _verify(session, factor.digits, question, state, services)


def _verify(
    session: LookupSession, digits: str, question: Question, state: State, services: Services
) -> Reply:
    told = _desk(services).verify(_caller(question), session, digits)
    reply = replies.result(told.checked, session.code, state, services)
    return _held(reply, told.not_before)


def _retry(session: LookupSession, question: Question, state: State, services: Services) -> Reply:
    if session.factor is None:
        return replies.ask_factor(state, session.ref, session.code)
    told = _desk(services).verify_hash(_caller(question), session, session.factor)
    waiting = state.in_flow(replies.FLOW, FACTOR)
    return _held(replies.result(told.checked, session.code, waiting, services), told.not_before)


def _watch(session: LookupSession, question: Question, state: State, services: Services) -> Reply:
    desk = _desk(services)
    factor = session.factor
    if factor is None or (state.step == SHOWN and not session.verified):
        return replies.ask_factor(state, session.ref, session.code)
    seen = desk.ask(session.code, factor).view if state.step == SHOWN else None
    subscribed = desk.watches.subscribe(
        question.origin, question.channel, question.sender, session.code, factor, seen
    )
    count = desk.policy.watches_per_conversation
    name = (
        "started_waiting"
        if subscribed is Subscribed.NEW and state.step == SILENT
        else _WATCH_WORDS[subscribed]
    )
    text = say(f"watch.{name}", shown=session.code.shown, count=count)
    followed = subscribed in {Subscribed.NEW, Subscribed.KNOWN}
    return replies.plain(text, state, *([replies.button("unwatch", "unwatch")] if followed else []))


_WATCH_WORDS = {
    Subscribed.NEW: "started",
    Subscribed.KNOWN: "known",
    Subscribed.TOO_MANY: "too_many",
    Subscribed.NOT_HERE: "not_here",
}


def _unwatch(question: Question, state: State, desk: DossierDesk) -> Reply:
    count = desk.watches.unsubscribe(question.channel, question.sender)
    return replies.plain(say("watch.stopped", count=count) if count else say("watch.none"), state)


def _session_over(state: State) -> Reply:
    text = say("dossier.session_over", ask=say("dossier.ask_code"))
    return replies.plain(text, state.without_flow().in_flow(replies.FLOW, CODE))


def _not_connected(state: State, services: Services) -> Reply:
    profile = services.profile
    text = say("service.dossier", portal=profile.online_portal, contact=contact_line(profile))
    return Reply(text, Outcome.DOSSIER, replace(state.without_flow(), misses=0))


def _help(services: Services, about: str) -> str:
    profile = services.profile
    return say(f"dossier.help_{about}", portal=profile.online_portal, contact=contact_line(profile))


def _asks_again(question: Question, state: State) -> bool:
    """Whether the dossier just asked for is to be looked up once more."""
    if names_dossier(question.text):
        return False
    return asks_of_shown(question) if state.step == SHOWN else state.step == SILENT and wants_again(question)


def _is_factor(question: Question, state: State) -> bool:
    """Whether the message gives digits where they are awaited, and no other code."""
    awaited = state.step == FACTOR and not names_dossier(question.text)
    return awaited and given_factor(question) is not None


def _held(reply: Reply, not_before: float) -> Reply:
    return replace(reply, not_before=not_before)


def _desk(services: Services) -> DossierDesk:
    if services.dossiers is None:
        raise RuntimeError("the flow goes on without a desk")
    return services.dossiers


def _caller(question: Question) -> Caller:
    return Caller(question.channel, question.sender, question.origin)


def _today() -> date:
    return datetime.now(LOCAL).date()
