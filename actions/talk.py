"""Everything that is not a question about procedures: greetings, refusals, contact."""

from __future__ import annotations

import logging
from dataclasses import replace

from sqlalchemy.exc import SQLAlchemyError

from actions.answers.common import day
from actions.contact import contact_card
from actions.question import Question
from actions.refusals import EXAMPLES
from actions.reply import Button, Outcome, Reply
from actions.services import Services
from actions.state import State
from actions.wording import say, table
from knowledge.notices.store import current_notices
from knowledge.preferences.store import preference

logger = logging.getLogger(__name__)

STARTERS = tuple(Button(name.capitalize(), name) for name in EXAMPLES)


def smalltalk(question: Question, state: State, services: Services) -> Reply:
    """Answer a greeting, thanks, help, an insult … shortly and decently."""
    known = table("smalltalk")
    intent = question.intent if question.intent in known else "help"
    profile = services.profile
    text = say(
        f"smalltalk.{intent}",
        department=profile.short_name,
        as_of=day(services.catalogue().release.as_of),
        portal=profile.online_portal,
    )
    if intent == "greet" and profile.sample:
        text += "\n" + say("smalltalk.sample")
    if intent == "greet":
        text = "\n\n".join([*_announcements(question, services), text])
    if intent == "cancel":
        state = State()
    buttons = STARTERS if intent in {"greet", "help", "chitchat", "language_other"} else ()
    return Reply(text, Outcome.SMALLTALK, replace(state, misses=0), buttons, confidence=question.confidence)


def _announcements(question: Question, services: Services) -> list[str]:
    """What the department wants everybody to know today; nothing when that cannot be read."""
    if services.sessions is None:
        return []
    try:
        with services.sessions() as session:
            notices = current_notices(session, question.channel, services.today())
            return [*notices, *filter(None, [preference(session, "greeting_note")])]
    except SQLAlchemyError:
        logger.exception("the notices cannot be read")
        return []


def wordless(question: Question, state: State) -> Reply:
    """Answer a message without any word: empty, only emoji and signs, or nothing but a file."""
    if question.is_file_only:
        kind = question.values.get("value", "")
        key = f"attachment.{kind if kind in table('attachment') else 'file'}"
    else:
        key = "smalltalk.no_words" if question.text.strip() else "smalltalk.empty"
    return Reply(say(key), Outcome.UNCLEAR, state, STARTERS)


def department(state: State, services: Services) -> Reply:
    """Give address, phone and hours of the department from its profile."""
    return Reply(contact_card(services.profile), Outcome.SMALLTALK, state, confidence=1.0)
