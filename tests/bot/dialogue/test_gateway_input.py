from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import ClientSession
from rasa.core.actions.action import RemoteAction
from rasa.core.channels.channel import UserMessage
from sanic import Sanic
from sanic.server.async_server import AsyncioServer

from bot.dialogue.action_results import check_action_result
from bot.dialogue.channel import MAX_BODY_BYTES, GatewayInput
from bot.dialogue.turn import AnsweredBefore, TurnNotStored, TurnWithoutReply, turn_under_way

HEADERS = {"X-Internal-Token": "bi-mat-chung"}


class Handled:
    """Takes messages in Rasa's place."""

    def __init__(self) -> None:
        self.messages: list[UserMessage] = []
        self.error: BaseException | None = None
        self.stores = True

    async def __call__(self, message: UserMessage) -> None:
        self.messages.append(message)
        if self.error:
            raise self.error
        await message.output_channel.send_custom_json(message.sender_id, {"text": "trả lời"})
        turn = turn_under_way()
        if turn is not None and self.stores:
            turn.stored = json.dumps(turn.replies)


@pytest.fixture
def handled() -> Handled:
    return Handled()


@pytest.fixture
async def address(handled: Handled) -> Any:
    Sanic.test_mode = True
    app = Sanic("gateway_input_test", configure_logging=False)
    app.blueprint(GatewayInput("bi-mat-chung").blueprint(handled), url_prefix="/webhooks/gateway")
    listening = socket.create_server(("127.0.0.1", 0))
    server: AsyncioServer | None = await app.create_server(
        sock=listening, return_asyncio_server=True, access_log=False
    )
    assert server is not None
    await server.startup()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/webhooks/gateway"
    await server.close()
    Sanic._app_registry.pop("gateway_input_test")


async def post(address: str, body: Any, headers: dict[str, str] | None = None) -> tuple[int, Any]:
    async with (
        ClientSession(headers=HEADERS if headers is None else headers) as session,
        session.post(
            f"{address}/webhook", **({"json": body} if not isinstance(body, bytes) else {"data": body})
        ) as got,
    ):
        return got.status, await got.json()


async def test_the_health_check_needs_no_token(address: str) -> None:
    async with ClientSession() as session, session.get(f"{address}/") as got:
        assert (got.status, await got.json()) == (200, {"status": "ok"})


async def test_a_message_is_answered_with_the_replies_of_its_turn(address: str, handled: Handled) -> None:
    metadata = {"channel": "web", "message_id": "m-1"}

    status, replies = await post(address, {"sender": "key", "message": "lệ phí?", "metadata": metadata})

    assert (status, replies) == (200, [{"recipient_id": "key", "custom": {"text": "trả lời"}}])
    (message,) = handled.messages
    assert (message.text, message.sender_id, message.message_id) == ("lệ phí?", "key", "m-1")
    assert (message.input_channel, message.metadata) == ("gateway", metadata)


@pytest.mark.parametrize(
    "headers", [{}, {"X-Internal-Token": ""}, {"X-Internal-Token": "sai"}, {"X-Internal-Token": "đ"}]
)
async def test_without_the_token_nothing_is_handled(
    address: str, handled: Handled, headers: dict[str, str]
) -> None:
    status, body = await post(address, {"sender": "a", "message": "b"}, headers)

    assert (status, body["error"]["code"]) == (401, "unauthorised")
    assert handled.messages == []


async def test_typed_slashes_are_taken_off_and_payloads_kept(address: str, handled: Handled) -> None:
    await post(address, {"sender": "a", "message": "/restart", "metadata": {}})
    await post(
        address, {"sender": "a", "message": '/inform{"actor": "household"}', "metadata": {"payload": True}}
    )

    assert [message.text for message in handled.messages] == ["restart", '/inform{"actor": "household"}']


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"no json", 400), ({"sender": "a"}, 400), (b"\xff\xfe", 400), (b"x" * (MAX_BODY_BYTES + 1), 413)],
)
async def test_malformed_requests_are_refused_with_a_reason(address: str, body: Any, status: int) -> None:
    got, answer = await post(address, body)

    assert got == status
    assert answer["error"]["message"]


async def test_a_failed_turn_is_an_error_and_its_text_is_not_logged(
    address: str, handled: Handled, caplog: pytest.LogCaptureFixture
) -> None:
    handled.error = RuntimeError("store is gone")

    with caplog.at_level(logging.DEBUG):
        status, body = await post(address, {"sender": "a", "message": "số của tôi 0901234567"})

    assert (status, body["error"]["code"]) == (500, "turn_failed")
    assert "store is gone" in caplog.text
    assert "0901234567" not in caplog.text


@pytest.fixture
def rasa_s_own_check() -> Iterator[None]:
    before = RemoteAction._validate_action_result
    yield
    RemoteAction._validate_action_result = before


@pytest.mark.usefixtures("rasa_s_own_check")
def test_rasa_opens_the_channel_with_the_token_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTHC_INTERNAL_TOKEN", "t")

    assert GatewayInput.from_credentials(None).name() == "gateway"
    assert RemoteAction._validate_action_result is check_action_result


@pytest.mark.parametrize("token", ["", "  "])
def test_it_does_not_start_without_a_token(monkeypatch: pytest.MonkeyPatch, token: str) -> None:
    monkeypatch.setenv("TTHC_INTERNAL_TOKEN", token)

    with pytest.raises(ValueError, match="TTHC_INTERNAL_TOKEN is empty"):
        GatewayInput.from_credentials(None)


MESSAGE = {"sender": "a", "message": "b", "metadata": {"message_id": "m-1"}}


async def test_an_answered_message_gets_the_stored_replies(address: str, handled: Handled) -> None:
    handled.error = AnsweredBefore('[{"custom": {"text": "như lần trước"}}]')

    assert await post(address, MESSAGE) == (200, [{"custom": {"text": "như lần trước"}}])


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(TurnWithoutReply(), 500, "turn_failed"), (TurnNotStored("disk full"), 503, "not_ready")],
)
async def test_a_turn_that_was_not_stored_is_not_answered(
    address: str, handled: Handled, error: BaseException, status: int, code: str
) -> None:
    handled.error = error

    got, body = await post(address, MESSAGE)

    assert (got, body["error"]["code"]) == (status, code)


async def test_without_a_model_nothing_is_answered(address: str, handled: Handled) -> None:
    handled.stores = False

    assert (await post(address, MESSAGE))[0] == 503
