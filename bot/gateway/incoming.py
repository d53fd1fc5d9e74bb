"""From what a citizen sent to what is handled: cleaned, without personal data nobody needs, cut.

The inbox keeps it masked further, with the rest sealed until it is handled (``knowledge.messaging.store``),
so that a message resumed after a crash is understood like the first time.
"""

from __future__ import annotations

import json
import re
import unicodedata

from knowledge.messaging.records import IncomingMessage
from knowledge.text.masking import mask_personal_data

EMPTY_MARK = "?"
"""What Rasa hears when a citizen sent nothing but spaces."""

_BEYOND_CUT = 64
"""Characters masked beyond the cut, so that a number astride it is still recognised as one."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_KIND_CHARS = 16
_SAY = "/say"
_MOST_BUTTON_CHARS = 500
_MANY_BREAKS = re.compile(r"\n{3,}")
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs", "Cs"})
_SLASHES = frozenset("/\uff0f\u2044\u2215")


def clean_text(text: str) -> str:
    """Return ``text`` in NFC without control characters and lone surrogates; line breaks stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", _CONTROL.sub(" ", text))
    return _MANY_BREAKS.sub("\n\n", text).strip()


def storable_text(text: str, max_chars: int) -> tuple[str, bool]:
    """Return the text to store (cleaned, masked, at most ``max_chars``) and whether it was cut."""
    cleaned = clean_text(text)
    masked = mask_personal_data(cleaned[: max_chars + _BEYOND_CUT])
    truncated = len(cleaned) > max_chars
    return masked[:max_chars], truncated or len(masked) > max_chars


def attachment_payload(kind: str) -> str:
    """What a message without text becomes: a step of the flow ``attachment`` with the file's kind."""
    return "/flow_step" + json.dumps({"flow": "attachment", "value": kind[:_KIND_CHARS]})


def button_payload(given: str) -> str:
    """Return what tapping a button sends: a payload as it is; words, which some have, as said words."""
    return given if given.startswith("/") else f"{_SAY}{json.dumps({'text': given}, ensure_ascii=False)}"


def said_words(message: IncomingMessage) -> str | None:
    """Return the words of a message, typed or those that a button stands for; None for a payload."""
    if message.payload is None:
        return message.text or ""
    if not message.payload.startswith(f"{_SAY}{{"):
        return None
    try:
        words = json.loads(message.payload.removeprefix(_SAY)).get("text")
    except (ValueError, RecursionError):
        return None
    return storable_text(words, _MOST_BUTTON_CHARS)[0] if isinstance(words, str) else None


def message_for_rasa(message: IncomingMessage) -> str:
    """Return what Rasa is given: the payload as it is, or the words made harmless as a command.

    Rasa runs a message that starts with "/" as an intent and strips white space in front of it, so a
    leading "/" (or a character that normalises to one) is taken away from what a citizen typed.
    """
    text = said_words(message)
    if text is None:
        return message.payload or EMPTY_MARK
    start = 0
    while start < len(text) and _could_lead_to_command(text[start]):
        start += 1
    return text[start:] or EMPTY_MARK


def _could_lead_to_command(char: str) -> bool:
    return char in _SLASHES or unicodedata.category(char) in _UNSEEN_CATEGORIES
