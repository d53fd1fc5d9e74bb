"""Understanding one message in this process: the trained Rasa pipeline, or the lexicons alone."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from knowledge.text.codes import find_procedure_codes
from knowledge.text.lexicon import load_lexicon
from tthc.errors import ExpectedError
from tthc.serve.environment import QUIET, SMALL

_PAYLOAD = re.compile(r"/(\w+)\s*(\{.*\})?", re.DOTALL)


class Understanding(Protocol):
    """Reads messages as Rasa does: text, intent, entities (``tracker.latest_message``)."""

    def understand(self, text: str) -> dict[str, Any]:
        """Return the message as Rasa would hand it to the actions."""


class LexiconUnderstanding:
    """Entities from lexicons and codes; every text is taken for a question about a procedure.

    Starts at once and needs no model, but knows no greeting, complaint or wish for a person.
    """

    def understand(self, text: str) -> dict[str, Any]:
        """Return the entities that NLU would find; the intent is assumed, with confidence 0."""
        payload = _PAYLOAD.fullmatch(text.strip())
        if payload:
            return _from_payload(text, payload[1], payload[2])
        entities: list[dict[str, Any]] = [
            {"entity": match.entity, "value": match.value, "start": match.start, "end": match.end}
            for match in load_lexicon().find(text)
        ]
        entities += [
            {"entity": "procedure_code", "value": span.code, "start": span.start, "end": span.end}
            for span in find_procedure_codes(text)
        ]
        return {"text": text, "intent": {"name": "ask_procedure", "confidence": 0.0}, "entities": entities}


def _from_payload(text: str, intent: str, arguments: str | None) -> dict[str, Any]:
    """Read a button's ``/intent{"entity": "value"}``; arguments that are no JSON object count as none."""
    try:
        values = json.loads(arguments or "{}")
    except json.JSONDecodeError:
        values = {}
    entities = [{"entity": name, "value": value} for name, value in values.items()]
    return {"text": text, "intent": {"name": intent, "confidence": 1.0}, "entities": entities}


class RasaUnderstanding:
    """The trained pipeline, loaded through Rasa's Agent; its conversations and policies stay unused."""

    def __init__(self, model: Path, caches: Path) -> None:
        """Load a model file, which takes some ten seconds.

        Args:
            model: what ``tthc.serve.model.ModelCache`` trained.
            caches: folder where libraries under Rasa may keep their settings.

        Raises:
            ExpectedError: the file cannot be loaded.
        """
        os.environ.update({**QUIET, **SMALL, "MPLCONFIGDIR": str(caches / "matplotlib")})
        os.environ["KERAS_HOME"] = str(caches / "keras")
        with _hushed():
            from rasa.core.agent import Agent  # noqa: PLC0415 - imports TensorFlow: seconds

            _silence_rasa()
            try:
                self._agent = Agent.load(str(model))
            except Exception as error:
                raise ExpectedError(
                    f"the model {model} cannot be loaded ({error}): tthc train --force"
                ) from error
        if self._agent.processor is None:
            raise ExpectedError(f"the model {model} cannot be loaded: tthc train --force")
        self._loop = asyncio.new_event_loop()

    def understand(self, text: str) -> dict[str, Any]:
        """Return Rasa's reading of ``text``: intent with ranking, and entities."""
        parsed: dict[str, Any] = self._loop.run_until_complete(self._agent.parse_message(text))
        return parsed

    def close(self) -> None:
        """Free the event loop."""
        self._loop.close()


def _silence_rasa() -> None:
    """Keep Rasa from logging messages: its logger writes every text it parses unless it is configured."""
    import structlog  # noqa: PLC0415 - comes with Rasa, only needed with it

    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for name in ("rasa", "matplotlib", "tensorflow"):
        logging.getLogger(name).setLevel(logging.ERROR)


@contextmanager
def _hushed() -> Iterator[None]:
    """Drop warnings of other people's modules, also those that TensorFlow's libraries write to stderr."""
    sys.stderr.flush()
    kept = os.dup(2)
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.stderr.flush()
        os.dup2(kept, 2)
        os.close(kept)
        os.close(sink)
