"""Rasa's parts that are replaced in this process: each does what Rasa's own does, at less cost a turn.

Rasa 3.6 offers no setting and no class to put there, so names of its modules are bound anew, all of
them here.
"""

from __future__ import annotations

from typing import Any

from rasa.core import processor
from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import EndpointConfig

from bot.dialogue.action_endpoint import kept_session
from bot.dialogue.action_requests import without_past
from bot.dialogue.action_results import check_action_result
from bot.dialogue.graph import OrderedGraphRunner

REPLACED: tuple[tuple[Any, str, Any], ...] = (
    (EndpointConfig, "session", kept_session),
    (RemoteAction, "_action_call_format", without_past),
    (RemoteAction, "_validate_action_result", check_action_result),
    (processor, "DaskGraphRunner", OrderedGraphRunner),
)
"""Where, the name, and what takes its place."""


def replace_parts_of_rasa() -> None:
    """Put ours in place; the benchmark measures what that is worth by leaving it out.

    Raises:
        TypeError: this Rasa has a name no more; then what replaces it has done its time.
    """
    for place, name, ours in REPLACED:
        if not callable(getattr(place, name, None)):
            raise TypeError(f"Rasa's {place.__name__} has no {name} any more: remove {ours.__module__}")
        setattr(place, name, ours)
