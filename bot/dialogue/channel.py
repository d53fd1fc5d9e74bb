"""Rasa's input channel for the gateway: token-checked, loopback, one JSON list of replies per message."""

from __future__ import annotations

import hmac
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, Request, response
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse

from bot.dialogue.message import IncomingMessage, MessageError, read_message
from bot.dialogue.replacements import replace_parts_of_rasa
from bot.dialogue.turn import AnsweredBefore, Turn, TurnNotStored, TurnWithoutReply, under_way

TOKEN_HEADER = "X-Internal-Token"  # noqa: S105 - the header's name
TOKEN_VARIABLE = "TTHC_INTERNAL_TOKEN"  # noqa: S105 - the variable's name
MAX_BODY_BYTES = 200_000

_LOG = logging.getLogger(__name__)


class GatewayInput(RestInput):
    """REST channel that answers only requests that carry the internal token.

    ``GET /webhooks/gateway/`` is the health check (no token). ``POST /webhooks/gateway/webhook`` takes
    ``{"sender", "message", "metadata"}`` and gives the list of replies of the turn. Errors are
    ``{"error": {"code", "message"}}`` with 400, 401, 413, 500 when the turn failed, or 503 when there
    is no model or no store: then nothing of the turn was stored, and the gateway may hand the message over
    again. A message whose ``metadata.message_id`` is that of the conversation's last turn gets its replies.
    """

    @classmethod
    def name(cls) -> str:
        """Return the channel's name in addresses and trackers."""
        return "gateway"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> GatewayInput:
        """Create the channel; the token comes from the environment, never from a file.

        Raises:
            ValueError: the token is missing or empty.
        """
        channel = cls(os.environ.get(TOKEN_VARIABLE, ""))
        replace_parts_of_rasa()
        return channel

    def __init__(self, token: str) -> None:
        """Take the token that requests must carry.

        Raises:
            ValueError: the token is empty.
        """
        if not token.strip():
            raise ValueError(f"{TOKEN_VARIABLE} is empty: set it to a secret that gateway and Rasa share")
        self._token = token.encode()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return the channel's routes."""
        routes = Blueprint("gateway_input", __name__)

        @routes.route("/", methods=["GET"])
        async def health(_request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not self._is_authorised(request):
                return _error(401, "unauthorised", f"{TOKEN_HEADER} is missing or wrong")
            if len(request.body) > MAX_BODY_BYTES:
                return _error(413, "too_large", f"expected at most {MAX_BODY_BYTES} bytes")
            try:
                message = read_message(request.json)
            except SanicException:
                return _error(400, "malformed", "the body is no JSON")
            except MessageError as error:
                return _error(400, "malformed", str(error))
            return await self._answer(message, on_new_message)

        return routes

    async def _answer(
        self, message: IncomingMessage, on_new_message: Callable[[UserMessage], Awaitable[Any]]
    ) -> HTTPResponse:
        message_id = message.metadata.get("message_id")
        collector = CollectingOutputChannel()
        turn = Turn(message_id, collector.messages) if isinstance(message_id, str) else None
        said = UserMessage(
            message.text,
            collector,
            message.sender,
            input_channel=self.name(),
            message_id=message_id,
            metadata=message.metadata,
        )
        try:
            with under_way(turn):
                await on_new_message(said)
        except AnsweredBefore as before:
            return _json(before.replies)
        except TurnWithoutReply:
            _LOG.error("A turn gave no reply: its action failed")
            return _failed()
        except TurnNotStored as problem:
            _LOG.error("A turn was not stored: %s", problem)
            return _not_ready()
        except Exception:
            _LOG.exception("A turn failed; nothing of it was stored")  # no text: it may hold personal data
            return _failed()
        if turn is None:
            return response.json(collector.messages)
        return _json(turn.stored) if turn.stored is not None else _not_ready()

    def _is_authorised(self, request: Request) -> bool:
        given = request.headers.get(TOKEN_HEADER, "")
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._token)


def _error(status: int, code: str, message: str) -> HTTPResponse:
    return response.json({"error": {"code": code, "message": message}}, status=status)


def _failed() -> HTTPResponse:
    return _error(500, "turn_failed", "the message could not be handled")


def _not_ready() -> HTTPResponse:
    return _error(503, "not_ready", "no model is loaded, or conversations cannot be stored")


def _json(text: str) -> HTTPResponse:
    return HTTPResponse(text, content_type="application/json")
