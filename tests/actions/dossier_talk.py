"""A talk about dossiers with the actions, without Rasa: desk, register and conversation are real."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from itertools import count

from actions.question import read_question
from actions.reply import Reply
from actions.respond import respond
from actions.services import Services
from actions.state import State, read_state
from knowledge.text.codes import find_procedure_codes
from knowledge.text.lexicon import load_lexicon

CHANNEL = "web"


@dataclass
class Talk:
    """One conversation; every message gets an id of its own unless one is given."""

    services: Services
    key: str = "a" * 64
    group: bool = False
    state: State = field(default_factory=State)
    _ids: count = field(default_factory=count)

    def say(self, text: str, intent: str = "ask_procedure", message_id: str | None = None) -> Reply:
        payload = re.fullmatch(r"/(\w+)(\{.*\})?", text)
        if payload:
            intent = payload[1]
            entities = [{"entity": k, "value": v} for k, v in json.loads(payload[2] or "{}").items()]
        else:
            entities = [{"entity": m.entity, "value": m.value} for m in load_lexicon().find(text)]
            codes = find_procedure_codes(text)
            entities += [{"entity": "procedure_code", "value": span.code} for span in codes]
        message = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "entities": entities,
            "metadata": {
                "channel": CHANNEL,
                "message_id": message_id or f"m{next(self._ids)}",
                "group": self.group,
            },
        }
        reply = respond(read_question(message, self.key), self.state, self.services)
        self.state = read_state(json.loads(json.dumps(reply.state.as_slot())))
        return reply

    def tap(self, reply: Reply, title: str) -> Reply:
        """Tap a quick reply of ``reply`` by its title."""
        return self.say(next(button.payload for button in reply.buttons if button.title == title))


def titles(reply: Reply) -> list[str]:
    return [button.title for button in reply.buttons]
