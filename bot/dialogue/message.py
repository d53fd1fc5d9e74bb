"""What may reach Rasa: a button's payload only in the form we make, typed text never as a payload.

Rasa's ``RegexMessageHandler`` reads any text that begins with ``/`` as an intent with entities. Typed text
must not be able to do that (``/restart``, ``/deny@1.0{...}``), so its leading slashes are taken off here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from knowledge.text.normalise import clean

MAX_SENDER_CHARS = 200
MAX_TEXT_CHARS = 20_000
MAX_PAYLOAD_CHARS = 2_000
MAX_VALUE_CHARS = 300
MAX_VALUES = 20
NOTHING_TYPED = "?"

_PAYLOAD = re.compile(r"/([a-z][a-z_]{1,49})(\{.*\})?", re.DOTALL)
_RASA_INTENTS = frozenset({"restart", "back", "session_start"})
_SLASHES = re.compile(r"^[\s/]+")


class MessageError(ValueError):
    """The request is no message of the gateway; the text says what is wrong with which field."""


@dataclass(frozen=True)
class IncomingMessage:
    """A checked message: ``text`` is safe to hand to Rasa as it is."""

    sender: str
    text: str
    metadata: dict[str, Any] = field(default_factory=dict)


def read_message(body: Any) -> IncomingMessage:  # noqa: ANN401 - JSON from the wire, checked here
    """Check the gateway's request body and make its text safe.

    ``metadata.payload`` true marks a tapped button; everything else was typed.

    Raises:
        MessageError: a field is missing, of the wrong type or too long, or the payload is none of ours.
    """
    if not isinstance(body, dict):
        raise MessageError("expected a JSON object with sender, message and metadata")
    sender, text, metadata = body.get("sender"), body.get("message"), body.get("metadata")
    if not isinstance(sender, str) or not 0 < len(sender) <= MAX_SENDER_CHARS or not sender.isprintable():
        raise MessageError(f"sender: expected 1 to {MAX_SENDER_CHARS} printable characters")
    if not isinstance(text, str) or len(text) > MAX_TEXT_CHARS:
        raise MessageError(f"message: expected a text of at most {MAX_TEXT_CHARS} characters")
    if metadata is None:
        metadata = {}
    if not isinstance(metadata, dict):
        raise MessageError("metadata: expected an object")
    checked = check_payload(text) if metadata.get("payload") is True else typed_text(text)
    return IncomingMessage(sender, checked, metadata)


def typed_text(text: str) -> str:
    """Return typed ``text`` cleaned, never empty and never beginning with a slash."""
    return _SLASHES.sub("", clean(text)) or NOTHING_TYPED


def check_payload(payload: str) -> str:
    """Return a button's payload (``/intent`` or ``/intent{"entity": "value" or ["value", …]}``) in one form.

    Raises:
        MessageError: it has another form, names one of Rasa's own intents, or carries other values.
    """
    match = _PAYLOAD.fullmatch(payload.strip()) if len(payload) <= MAX_PAYLOAD_CHARS else None
    if match is None or match[1] in _RASA_INTENTS:
        raise MessageError('message: expected a payload such as /ask_procedure{"facet": "fee"}')
    if match[2] is None:
        return f"/{match[1]}"
    try:
        entities = json.loads(match[2])
    except ValueError as error:
        raise MessageError(f"message: the payload's entities are no JSON object: {error}") from error
    if len(entities) > MAX_VALUES or not all(_is_value(value) for value in entities.values()):
        raise MessageError("message: payload values are short texts or lists of them")
    return f"/{match[1]}{json.dumps(entities, ensure_ascii=False)}" if entities else f"/{match[1]}"


def _is_value(value: Any) -> bool:  # noqa: ANN401 - JSON from the wire, checked here
    if isinstance(value, list):
        return len(value) <= MAX_VALUES and all(isinstance(item, str) and _is_value(item) for item in value)
    return isinstance(value, str) and len(value) <= MAX_VALUE_CHARS and value.isprintable()
