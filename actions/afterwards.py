"""What is added to a reply: the notice of first contact, the way to a person, the two buttons of a rating."""

from __future__ import annotations

import logging
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from actions.flows.handover import FAILURES_TO_OFFER, offer_button
from actions.flows.rating import rating_buttons
from actions.flows.records import Records, open_records
from actions.question import Question
from actions.reply import Outcome, Reply
from actions.services import Services
from actions.wording import say
from knowledge.feedback.asking import Moment, why_not
from knowledge.feedback.records import ANSWER, ASKED, NOT_ASKED, Occasion
from knowledge.feedback.store import note_occasion
from knowledge.privacy.consent import note_notice, notice_version
from knowledge.privacy.retention import retention

logger = logging.getLogger(__name__)


def complete(question: Question, reply: Reply, services: Services) -> Reply:
    """Add what belongs under a reply; a fault here is logged and takes nothing from the answer."""
    if reply.state.misses >= FAILURES_TO_OFFER and not question.in_group:
        reply = replace(reply, buttons=(*reply.buttons, offer_button()))
    needs_notice = reply.state.notice != notice_version() and not reply.forget
    if not needs_notice and reply.outcome is not Outcome.ANSWERED:
        return reply
    try:
        with open_records(question, services) as records:
            if records is None:
                return reply
            if needs_notice:
                reply = _with_notice(question, reply, services, records)
            return _with_rating(question, reply, services, records)
    except SQLAlchemyError:
        logger.exception("a reply could not be completed")
        return reply


def _with_notice(question: Question, reply: Reply, services: Services, records: Records) -> Reply:
    version = notice_version()
    shown = note_notice(records.session, records.conversation_id, question.origin, records.now)
    reply = replace(reply, state=replace(reply.state, notice=version))
    if not shown:
        return reply
    days = retention()["messages"].time.days
    notice = say("privacy.notice", department=services.profile.short_name, days=days, version=version)
    return replace(reply, text=f"{reply.text}\n\n{notice}")


def _with_rating(question: Question, reply: Reply, services: Services, records: Records) -> Reply:
    """Write down the occasion, and ask if nothing speaks against it."""
    if reply.outcome is not Outcome.ANSWERED or not reply.procedure:
        return reply
    moment = Moment(
        ANSWER,
        records.conversation_id,
        records.now,
        mid_talk=bool(reply.state.flow or reply.state.awaiting),
    )
    reason = why_not(records.session, moment)
    occasion = Occasion(
        question.origin,
        ANSWER,
        question.channel,
        records.conversation_id,
        procedure_code=reply.procedure,
        field=services.field_of(reply.procedure),
        unit=services.profile.short_name,
    )
    outcome = ASKED if reason is None else NOT_ASKED
    if note_occasion(records.session, occasion, outcome, records.now, reason) == NOT_ASKED:
        return reply
    return replace(
        reply,
        text=f"{reply.text}\n\n{say('rating.ask')}",
        buttons=(*reply.buttons, *rating_buttons(question.origin)),
    )
