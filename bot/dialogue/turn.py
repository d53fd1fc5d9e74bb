"""The turn under way: which message it answers, and whether its outcome was stored.

Rasa hands neither the message's id nor the replies to its tracker store, so both travel in a context
variable from the channel to the store. What must end a turn is a ``BaseException``: Rasa wraps the tracker
store so that any ``Exception`` of it is logged, and the turn goes on with a store in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Turn:
    """One message being answered."""

    message_id: str
    replies: list[dict[str, Any]] = field(default_factory=list)
    """What was said so far: the output channel's own list."""
    version: int | None = None
    """Version of the conversation's row that the turn rests on; None: there was none."""
    stored: str | None = None
    """The replies as JSON, once they are stored together with what the turn changed."""


class AnsweredBefore(BaseException):
    """The message was answered before; ``replies`` are the stored ones, as JSON."""

    def __init__(self, replies: str) -> None:
        super().__init__("answered before")
        self.replies = replies


class TurnNotStored(BaseException):
    """The store does not take or give what it should: the message counts as not handled."""


class TurnWithoutReply(BaseException):
    """Nothing was said, because the action failed: the message counts as not handled."""


_turn: ContextVar[Turn | None] = ContextVar("turn", default=None)


def turn_under_way() -> Turn | None:
    """Return the turn that the running task works on."""
    return _turn.get()


@contextmanager
def under_way(turn: Turn | None) -> Iterator[None]:
    """Make ``turn`` the one under way; None for a message without an id, which cannot come again."""
    token = _turn.set(turn)
    try:
        yield
    finally:
        _turn.reset(token)
