"""A conversation with the assistant in this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from actions.question import Question, read_question
from actions.reply import Reply
from actions.respond import respond
from actions.services import Services
from actions.state import State
from tthc.assistant.understanding import Understanding


@dataclass(frozen=True)
class Turn:
    """What was understood of one message, and the reply. ``message`` is Rasa's reading of it."""

    message: Mapping[str, Any]
    question: Question
    reply: Reply


@dataclass
class Conversation:
    """Keeps the state between messages, as the tracker's slot does in the service."""

    understanding: Understanding
    services: Services
    state: State = field(default_factory=State)

    def say(self, text: str) -> Turn:
        """Understand and answer one message."""
        message = self.understanding.understand(text)
        question = read_question(message)
        reply = respond(question, self.state, self.services)
        self.state = reply.state
        return Turn(message, question, reply)
