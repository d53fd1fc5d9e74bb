"""From the elements that Rasa answers to the replies of the chat API."""

from __future__ import annotations

import logging
from typing import Any

from bot.gateway.incoming import button_payload
from bot.gateway.wordings import reply_text
from knowledge.messaging.records import Reply

logger = logging.getLogger(__name__)

OUTCOMES = frozenset(
    {
        "answered",
        "clarify",
        "withdrawn",
        "out_of_scope",
        "listed",
        "dossier",
        "feedback",
        "case",
        "handoff",
        "smalltalk",
        "unclear",
    }
)
_ANSWER_DEFAULTS: dict[str, Any] = {
    "outcome": "unclear",
    "intent": None,
    "confidence": None,
    "procedure": None,
    "facets": [],
    "candidates": [],
    "as_of": None,
    "sources": [],
}


def to_replies(elements: list[dict[str, Any]]) -> tuple[list[Reply], bool]:
    """Return the replies of a turn and whether Rasa itself gave an ``answer`` among them.

    Our actions put the whole reply under ``custom``; a plain Rasa text is wrapped. An empty turn becomes
    one sentence that asks again, and a turn without ``answer`` gets one with the outcome ``unclear``.
    """
    replies = [reply for element in elements if (reply := _reply(element)) is not None]
    if not replies:
        logger.warning("Rasa said nothing in a turn of %d elements", len(elements))
        replies = [{"text": reply_text("nothing_said"), "buttons": []}]
    has_answer = any("answer" in reply for reply in replies)
    if not has_answer:
        replies[0]["answer"] = _answer({})
    return replies, has_answer


def handed_off() -> list[Reply]:
    """What the assistant says while an officer answers: nothing."""
    return [{"text": "", "buttons": [], "answer": _answer({"outcome": "handoff"})}]


def late_apology() -> Reply:
    """What precedes an answer that took long."""
    return {"text": reply_text("late"), "buttons": []}


def trouble() -> list[Reply]:
    """What is said of a message that cannot be handled."""
    return [{"text": reply_text("trouble"), "buttons": [], "answer": _answer({})}]


def outcome_of(replies: list[Reply]) -> str:
    """The outcome of a turn: that of its first reply with ``answer``."""
    return next((str(reply["answer"]["outcome"]) for reply in replies if "answer" in reply), "unclear")


def _reply(element: dict[str, Any]) -> Reply | None:
    custom = element.get("custom")
    source = custom if isinstance(custom, dict) else element
    text = source.get("text")
    if not isinstance(text, str) or not text.strip():
        return None
    reply: Reply = {"text": text, "buttons": _buttons(source.get("buttons"))}
    if source.get("protected") is True:
        reply["protected"] = True
    if isinstance(source.get("answer"), dict):
        reply["answer"] = _answer(source["answer"])
    return reply


def _buttons(given: object) -> list[dict[str, str]]:
    if not isinstance(given, list):
        return []
    return [
        {"title": button["title"], "payload": button_payload(button["payload"])}
        for button in given
        if isinstance(button, dict)
        and isinstance(button.get("title"), str)
        and isinstance(button.get("payload"), str)
    ]


def _answer(given: dict[str, Any]) -> dict[str, Any]:
    answer = {**_ANSWER_DEFAULTS, **given}
    if answer["outcome"] not in OUTCOMES:
        logger.error("an action gave the unknown outcome %r", answer["outcome"])
        answer["outcome"] = "unclear"
    return answer
