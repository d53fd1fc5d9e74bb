"""From a question to a reply: which part of the assistant answers which intent."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

from actions.afterwards import complete
from actions.dialogue import UNSURE, answer_question, select
from actions.flows.dossier_reading import names_dossier
from actions.flows.running import with_flow
from actions.lists import count_procedures, list_procedures
from actions.question import Question
from actions.reply import Outcome, Reply
from actions.services import CatalogueMissingError, Services
from actions.state import State
from actions.talk import department, smalltalk, wordless
from actions.wording import say
from knowledge.catalogue.fields import find_field, names_only_a_field
from knowledge.catalogue.other_agencies import who_instead
from knowledge.catalogue.search import Verdict

SMALLTALK = frozenset(
    [
        "greet",
        "goodbye",
        "thank",
        "affirm",
        "deny",
        "cancel",
        "help",
        "bot_identity",
        "insult",
        "chitchat",
        "language_other",
    ]
)
SHORT_ANSWERS = frozenset({"affirm", "deny", "cancel"})
"""Small talk that may answer what a flow asked: the flow reads the words itself."""
_WORD = re.compile(r"\w")
_NUMBER = re.compile(r"^\W*(\d{1,2})\W*$")
logger = logging.getLogger(__name__)


def respond(question: Question, state: State, services: Services) -> Reply:
    """Answer one question; an unexpected fault is logged and admitted, never shown as silence."""
    try:
        reply = with_flow(_reconsidered(question, services), state, services, _route)
    except CatalogueMissingError:
        return Reply(say("problem.catalogue"), Outcome.UNCLEAR, state)
    except Exception:
        logger.exception("answering failed (intent %s)", question.intent)
        return Reply(say("problem.failed", department=services.profile.short_name), Outcome.UNCLEAR, state)
    reply = complete(question, reply, services)
    if question.truncated:
        return replace(reply, text=say("notice.truncated") + "\n\n" + reply.text)
    return reply


def _route(question: Question, state: State, services: Services) -> Reply:
    if question.is_file_only or _is_wordless(question):
        return wordless(question, state)
    number = _NUMBER.match(question.text)
    if (number or question.ordinal) and state.candidates and not question.codes:
        chosen = question.ordinal or (number[1] if number else None)
        return select(replace(question, ordinal=chosen), state, services)
    if question.intent == "select_candidate" and not question.codes:
        return select(question, state, services)
    if question.intent == "list_procedures" and (find_field(question.text) or not question.facets):
        return list_procedures(question, state, services)
    if question.intent == "count_procedures":
        return count_procedures(question, state, services)
    if question.intent == "ask_department":
        return department(state, services)
    if question.intent in SMALLTALK and not _names_procedure(question, services):
        return smalltalk(question, state, services)
    if not question.facets and not question.case and names_only_a_field(question.text):
        return list_procedures(question, state, services)
    return answer_question(question, state, services)


def _is_wordless(question: Question) -> bool:
    text = question.text
    return not question.codes and question.ordinal is None and bool(text) and not _WORD.search(text)


def _reconsidered(question: Question, services: Services) -> Question:
    """The question with another intent where NLU only guessed and the words say otherwise.

    "hồ sơ mở cây xăng gồm gì" is no look-up, "thủ tục ly hôn" wants no list of ours, "asdkjh" is no insult.
    """
    text, intent = question.text, question.intent
    if not text:
        return question
    if intent == "list_procedures" and not find_field(text) and who_instead(text):
        return replace(question, intent="ask_procedure")
    if question.confidence >= UNSURE:
        return question
    if intent == "dossier_status" and not names_dossier(text):
        sure = services.index().search(text).verdict is Verdict.SURE
        return replace(question, intent="ask_procedure") if sure else question
    guess = intent in SMALLTALK and intent not in SHORT_ANSWERS
    return replace(question, intent="nlu_fallback") if guess else question


def _names_procedure(question: Question, services: Services) -> bool:
    """Tell whether a message taken for small talk asks about a procedure too ("chào, mở cây xăng")."""
    if not question.text:
        return bool(question.codes)
    if question.intent != "insult" and who_instead(question.text):
        return True
    found = services.index().search(question.text)
    named = bool(found.candidates and found.candidates[0].reasons)
    return (named and found.verdict is not Verdict.NONE) or (
        bool(question.facets) and question.intent != "insult"
    )
