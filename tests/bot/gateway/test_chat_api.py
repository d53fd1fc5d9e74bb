"""The chat API against a fake Rasa: replies, checks of the body, history, masking."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from bot.gateway.errors import ApiError
from bot.gateway.keys import INBOX
from bot.gateway.requests import ChatRequest, parse_chat
from knowledge.messaging.models import STAFF, Conversation
from tests.fixtures.gateway import RasaSwitch, RunningGateway
from tests.simulators.fake_rasa import Heard, custom

ANSWER_FIELDS = {"outcome", "intent", "confidence", "procedure", "facets", "candidates", "as_of", "sources"}


async def error_code(response: Any) -> str:
    content = await response.json()
    assert set(content) == {"error"}
    assert set(content["error"]) == {"code", "message"}
    assert content["error"]["message"]
    return str(content["error"]["code"])


async def test_a_question_gets_the_replies_of_its_turn(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    token = await gateway.open()
    replies = await gateway.say(token, "mở cây xăng cần giấy tờ gì", message_id="m-1")

    assert replies[0]["text"] == "Đã nghe: mở cây xăng cần giấy tờ gì"
    assert replies[0]["buttons"] == []
    assert set(replies[0]["answer"]) == ANSWER_FIELDS
    heard = rasa.fake.heard[0]
    assert token not in json.dumps(heard)
    assert heard["metadata"] == {"channel": "web", "payload": False, "message_id": "m-1", "truncated": False}


async def test_a_button_is_handed_over_as_a_payload(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    token = await gateway.open()
    response = await gateway.post(token, payload='/ask{"facet": "fee"}')

    assert response.status == 200
    assert rasa.fake.heard[0]["message"] == '/ask{"facet": "fee"}'
    assert rasa.fake.heard[0]["metadata"]["payload"] is True


async def test_each_conversation_has_its_own_unguessable_token(gateway: RunningGateway) -> None:
    tokens = {await gateway.open() for _ in range(5)}

    assert len(tokens) == 5
    assert all(len(token) >= 43 for token in tokens)


async def test_personal_data_reaches_neither_rasa_nor_the_database(
    gateway: RunningGateway, rasa: RasaSwitch
) -> None:
    token = await gateway.open()
    await gateway.say(token, "số của tôi 0912345678, hồ sơ H27.12-230412-0001")

    told = rasa.fake.messages[0]
    assert "0912345678" not in told
    assert "H27.12-230412-0001" in told
    kept = (await gateway.turns(token))[0]["text"]
    assert kept == "số của tôi [số điện thoại], hồ sơ [mã hồ sơ]"


async def test_a_typed_command_is_only_text(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    token = await gateway.open()
    await gateway.say(token, "/restart")

    assert rasa.fake.messages == ["restart"]
    assert (await gateway.turns(token))[0]["text"] == "/restart"


@pytest.mark.parametrize("nothing", ["", "   ", "\n"])
async def test_an_empty_text_is_answered(gateway: RunningGateway, rasa: RasaSwitch, nothing: str) -> None:
    replies = await gateway.say(await gateway.open(), nothing)

    assert replies[0]["text"]
    assert rasa.fake.messages == ["?"]


async def test_a_long_text_is_cut_and_marked(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    replies = await gateway.say(await gateway.open(), "ă" * 10_000)

    assert replies
    assert len(rasa.fake.messages[0]) == 2000
    assert rasa.fake.heard[0]["metadata"]["truncated"] is True


async def test_a_lone_surrogate_is_no_error(gateway: RunningGateway) -> None:
    token = await gateway.open()
    response = await gateway.client.post(
        "/api/chat",
        data=json.dumps({"conversation": token, "text": "ph\ud800í"}),
        headers={"Content-Type": "application/json"},
    )

    assert response.status == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_json"),
        (b"{", 400, "bad_json"),
        (b"\xff\xfe", 400, "bad_json"),
        (b"[]", 400, "bad_json"),
        (b"[" * 60_000, 400, "bad_json"),
        (b"{}", 400, "bad_field"),
        (b'{"conversation": 5, "text": "x"}', 400, "bad_field"),
        (b'{"conversation": "TOKEN"}', 400, "text_or_payload"),
        (b'{"conversation": "TOKEN", "text": "x", "payload": "/x"}', 400, "text_or_payload"),
        (b'{"conversation": "TOKEN", "text": null, "payload": null}', 400, "text_or_payload"),
        (b'{"conversation": "TOKEN", "text": ["x"]}', 400, "bad_field"),
        (b'{"conversation": "TOKEN", "payload": "ask"}', 400, "bad_field"),
        (b'{"conversation": "TOKEN", "payload": "/ask{not json}"}', 400, "bad_field"),
        (b'{"conversation": "TOKEN", "payload": "/a\\u0000b"}', 400, "bad_field"),
        (b'{"conversation": "TOKEN", "payload": "/' + b"a" * 1000 + b'"}', 400, "bad_field"),
        (b'{"conversation": "TOKEN", "text": "x", "message_id": ""}', 400, "bad_field"),
        (b'{"conversation": "TOKEN", "text": "x", "message_id": "a b"}', 400, "bad_field"),
        (b'{"conversation": "TOKEN", "text": "x", "message_id": 7}', 400, "bad_field"),
        (b'{"conversation": "TOKEN", "text": "x", "message_id": "' + b"a" * 65 + b'"}', 400, "bad_field"),
        (b'{"conversation": "' + b"u" * 43 + b'", "text": "x"}', 404, "unknown_conversation"),
        (b'{"conversation": "../x", "text": "x"}', 404, "unknown_conversation"),
    ],
)
async def test_a_malformed_body_is_refused_with_its_reason(
    gateway: RunningGateway, rasa: RasaSwitch, body: bytes, status: int, code: str
) -> None:
    token = await gateway.open()
    response = await gateway.client.post(
        "/api/chat",
        data=body.replace(b"TOKEN", token.encode()),
        headers={"Content-Type": "application/json"},
    )

    assert response.status == status
    assert await error_code(response) == code
    assert rasa.fake.heard == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(["conversation", "text", "payload", "message_id"])


@given(st.dictionaries(FIELDS, JSON))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_fields_are_either_refused_or_well_formed(content: dict[str, Any]) -> None:
    outcome: ApiError | ChatRequest
    try:
        outcome = parse_chat(content)
    except ApiError as error:
        outcome = error
    if isinstance(outcome, ApiError):
        assert outcome.status in {400, 404}
        assert outcome.body["error"]["message"]
    else:
        assert (outcome.text is None) != (outcome.payload is None)


async def test_another_content_type_is_refused(gateway: RunningGateway) -> None:
    response = await gateway.client.post("/api/chat", data={"text": "x"})

    assert response.status == 415
    assert await error_code(response) == "bad_content_type"


async def test_a_body_beyond_64_kib_is_refused(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    token = await gateway.open()
    accepted = await gateway.post(token, text="x" * 60_000)
    refused = await gateway.post(token, text="x" * 66_000)

    assert accepted.status == 200
    assert refused.status == 413
    assert await error_code(refused) == "too_large"
    assert len(rasa.fake.heard) == 1


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/api/chat", 405, "method_not_allowed"), ("GET", "/nowhere", 404, "not_found")],
)
async def test_unknown_routes_and_methods_get_the_same_form(
    gateway: RunningGateway, method: str, path: str, status: int, code: str
) -> None:
    response = await gateway.client.request(method, path)

    assert response.status == status
    assert await error_code(response) == code


async def test_a_plain_rasa_text_is_wrapped_and_the_turn_gets_an_answer(
    gateway: RunningGateway, rasa: RasaSwitch
) -> None:
    async def plain(_heard: Heard) -> web.Response:
        return web.json_response([{"recipient_id": "x", "text": "Xin chào"}, {"image": "https://x.vn/a.png"}])

    rasa.fake.script = plain
    replies = await gateway.say(await gateway.open(), "chào")

    assert [reply["text"] for reply in replies] == ["Xin chào"]
    assert replies[0]["answer"]["outcome"] == "unclear"
    assert set(replies[0]["answer"]) == ANSWER_FIELDS


async def test_several_replies_keep_their_order_and_one_answer(
    gateway: RunningGateway, rasa: RasaSwitch
) -> None:
    async def two(_heard: Heard) -> web.Response:
        button = {"title": "Phí?", "payload": '/ask{"facet": "fee"}', "extra": 1}
        return web.json_response(
            [custom("một"), custom("hai", [button, {"title": 5}], outcome="answered", procedure="2.000648")]
        )

    rasa.fake.script = two
    replies = await gateway.say(await gateway.open(), "chào")

    assert [reply["text"] for reply in replies] == ["một", "hai"]
    assert "answer" not in replies[0]
    assert replies[1]["answer"]["procedure"] == "2.000648"
    assert replies[1]["buttons"] == [{"title": "Phí?", "payload": '/ask{"facet": "fee"}'}]


async def test_a_button_that_stands_for_words_says_them(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    async def words(_heard: Heard) -> web.Response:
        buttons = [{"title": "Cây xăng", "payload": "cây xăng"}, {"title": "Lạ", "payload": " /restart"}]
        return web.json_response([custom("Chào bạn", buttons)])

    rasa.fake.script = words
    token = await gateway.open()
    (reply,) = await gateway.say(token, "chào")
    for button in reply["buttons"]:
        assert button["payload"].startswith("/")
        assert (await gateway.post(token, payload=button["payload"])).status == 200

    assert rasa.fake.messages == ["chào", "cây xăng", "restart"]
    assert [heard["metadata"]["payload"] for heard in rasa.fake.heard] == [False] * 3


@pytest.mark.parametrize("forged", ['/say{"text": 5}', '/say{"words": "x"}', "/say", "/say[1]"])
async def test_words_that_are_none_stay_a_payload(
    gateway: RunningGateway, rasa: RasaSwitch, forged: str
) -> None:
    response = await gateway.post(await gateway.open(), payload=forged)
    assert response.status in {200, 400}
    assert {heard["metadata"]["payload"] for heard in rasa.fake.heard} <= {True}


@pytest.mark.parametrize("silent", [[], [{}], [{"custom": {"text": "  "}}], [{"custom": {"text": 5}}]])
async def test_silence_becomes_a_decent_sentence(
    gateway: RunningGateway, rasa: RasaSwitch, silent: list[Any]
) -> None:
    async def say_nothing(_heard: Heard) -> web.Response:
        return web.json_response(silent)

    rasa.fake.script = say_nothing
    replies = await gateway.say(await gateway.open(), "???")

    assert len(replies) == 1
    assert replies[0]["text"].startswith("Xin lỗi")
    assert replies[0]["answer"]["outcome"] == "unclear"


async def test_an_unknown_outcome_is_not_passed_on(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    async def odd(_heard: Heard) -> web.Response:
        return web.json_response([custom("x", outcome="surprise")])

    rasa.fake.script = odd
    replies = await gateway.say(await gateway.open(), "x")

    assert replies[0]["answer"]["outcome"] == "unclear"


async def test_what_rasa_can_never_take_is_answered_once(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    async def refuse(_heard: Heard) -> web.Response:
        return web.json_response({"error": {"code": "malformed"}}, status=400)

    rasa.fake.script = refuse
    token = await gateway.open()
    response = await gateway.post(token, payload="/restart", message_id="m1")

    assert response.status == 200
    assert (await gateway.turns(token))[0]["replies"] is not None


async def test_history_shows_pressed_buttons_by_their_title(
    gateway: RunningGateway, rasa: RasaSwitch
) -> None:
    async def offer(_heard: Heard) -> web.Response:
        return web.json_response(
            [custom("Hỏi gì?", [{"title": "Phí", "payload": "/fee"}], outcome="clarify")]
        )

    rasa.fake.script = offer
    token = await gateway.open()
    await gateway.say(token, "xăng dầu", message_id="m1")
    await gateway.post(token, payload="/fee", message_id="m2")
    await gateway.post(token, payload="/never_offered", message_id="m3")

    turns = await gateway.turns(token)
    assert [turn["message_id"] for turn in turns] == ["m1", "m2", "m3"]
    assert [turn["text"] for turn in turns] == ["xăng dầu", "Phí", "(đã chọn một gợi ý)"]
    assert [turn["payload"] for turn in turns] == [None, "/fee", "/never_offered"]
    assert turns[0]["replies"][0]["text"] == "Hỏi gì?"


async def test_history_is_the_last_50_turns(gateway: RunningGateway) -> None:
    token = await gateway.open()
    for number in range(52):
        await gateway.say(token, f"câu {number}")

    turns = await gateway.turns(token)
    assert len(turns) == 50
    assert turns[-1]["text"] == "câu 51"


async def test_history_of_an_unknown_conversation_is_404(gateway: RunningGateway) -> None:
    response = await gateway.client.get(f"/api/conversations/{'u' * 43}/messages")

    assert response.status == 404
    assert await error_code(response) == "unknown_conversation"


async def test_a_broken_database_is_told_and_not_a_crash(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    token = await gateway.open()
    with gateway.app[INBOX].engine.begin() as connection:
        connection.execute(text("ALTER TABLE conversation RENAME TO lost"))

    for response in (
        await gateway.client.post("/api/conversations"),
        await gateway.post(token, text="phí?"),
        await gateway.client.get(f"/api/conversations/{token}/messages"),
        await gateway.client.get(f"/api/conversations/{token}/events"),
    ):
        assert response.status == 503
        assert await error_code(response) == "storage_unavailable"
    assert (await (await gateway.client.get("/readyz")).json())["checks"]["database"] is False
    assert rasa.fake.heard == []


async def test_while_an_officer_answers_the_turn_is_empty(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    token = await gateway.open()
    with gateway.app[INBOX].engine.begin() as connection:
        connection.execute(update(Conversation).values(handler=STAFF))
    (reply,) = await gateway.say(token, "alo?", message_id="m1")

    assert (reply["text"], reply["buttons"], reply["answer"]["outcome"]) == ("", [], "handoff")
    assert set(reply["answer"]) == ANSWER_FIELDS
    assert rasa.fake.messages == []
    assert [turn["text"] for turn in await gateway.turns(token)] == ["alo?"]
