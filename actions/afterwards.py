"""What is added to a reply: the notice of first contact, the way to a person, the two buttons of a rating."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from actions.flows.handover import FAILURES_TO_OFFER, offer_button
from actions.flows.rating import rating_buttons
from actions.question import Question
from actions.reply import Outcome, Reply
from actions.services import Services
from actions.wording import say
from knowledge.feedback.asking import Moment, past_of, speaks_against
from knowledge.feedback.past import Past
from knowledge.feedback.records import ANSWER, ASKED, NOT_ASKED, Occasion
from knowledge.feedback.store import note_outcome
from knowledge.privacy.consent import note_notice, notice_version
from knowledge.privacy.retention import retention

logger = logging.getLogger(__name__)


def complete(question: Question, reply: Reply, services: Services) -> Reply:
    """Add what belongs under a reply; a fault here is logged and takes nothing from the answer."""
    if reply.state.misses >= FAILURES_TO_OFFER and not question.in_group:
        reply = replace(reply, buttons=(*reply.buttons, offer_button()))
    needs_notice = reply.state.notice != notice_version() and not reply.forget
    if services.sessions is None or (not needs_notice and reply.outcome is not Outcome.ANSWERED):
        return reply
    try:
        with services.sessions.begin() as session:
            now, talk = services.now(), (question.channel, question.sender)
            past = past_of(session, talk, ANSWER, now, question.origin)
            if past is None:
                return reply
            moment = _Moment(question, services, session, past, now)
            return _with_rating(_with_notice(reply, moment) if needs_notice else reply, moment)
    except SQLAlchemyError:
        logger.exception("a reply could not be completed")
        return reply


@dataclass(frozen=True)
class _Moment:
    """Who asked, what is known of the conversation, and the time all of it is written down with."""

    question: Question
    services: Services
    session: Session
    past: Past
    now: datetime


def _with_notice(reply: Reply, moment: _Moment) -> Reply:
    version = notice_version()
    shown = note_notice(moment.session, moment.past.conversation_id, moment.question.origin, moment.now)
    reply = replace(reply, state=replace(reply.state, notice=version))
    if not shown:
        return reply
    days, department = retention()["messages"].time.days, moment.services.profile.short_name
    notice = say("privacy.notice", department=department, days=days, version=version)
    return replace(reply, text=f"{reply.text}\n\n{notice}")


def _with_rating(reply: Reply, moment: _Moment) -> Reply:
    """Write down the occasion, and ask if nothing speaks against it."""
    if reply.outcome is not Outcome.ANSWERED or not reply.procedure:
        return reply
    question, services, past = moment.question, moment.services, moment.past
    mid_talk = bool(reply.state.flow or reply.state.awaiting)
    reason = speaks_against(past, Moment(ANSWER, past.conversation_id, moment.now, mid_talk))
    occasion = Occasion(
        question.origin,
        ANSWER,
        question.channel,
        past.conversation_id,
        procedure_code=reply.procedure,
        field=services.field_of(reply.procedure),
        unit=services.profile.short_name,
    )
    outcome = ASKED if reason is None else NOT_ASKED
    if note_outcome(moment.session, occasion, past.outcome, outcome, moment.now, reason) == NOT_ASKED:
        return reply
    return replace(
        reply,
        text=f"{reply.text}\n\n{say('rating.ask')}",
        buttons=(*reply.buttons, *rating_buttons(question.origin)),
    )
