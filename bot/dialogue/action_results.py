"""A cheap check of the action server's answers in the place of Rasa's costly one.

Rasa 3.6 checks every answer of the action server with ``jsonschema.validate``, which each time also checks
Rasa's own constant schema against the schema of schemas: half of what a whole turn costs (docs/nlu.md has the
figures). Rasa offers no setting and no class to replace there, so the one method is replaced. What the schema
says of single events is checked again where Rasa makes events of them (``deserialise_events``).
"""

from __future__ import annotations

from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.shared.exceptions import RasaException


class ActionResultError(RasaException):
    """The action server's answer has another form than Rasa expects."""


def check_action_result(_action: RemoteAction, result: Any) -> bool:  # noqa: ANN401 - JSON from the wire
    """Return True when ``result`` has a list of events and a list of responses.

    Raises:
        ActionResultError: it has not; the message says what is wrong.
    """
    if not isinstance(result, dict):
        raise ActionResultError(f"the action server answered {type(result).__name__} instead of an object")
    for part, key in (("events", "event"), ("responses", None)):
        items = result.get(part, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise ActionResultError(f"{part} in the action server's answer: expected a list of objects")
        if key and not all(isinstance(item.get(key), str) for item in items):
            raise ActionResultError(f"{part} in the action server's answer: each needs a text {key!r}")
    return True
