"""Whatever is sent, the running service gives a decent answer: never silence, never an error of its own."""

from __future__ import annotations

import asyncio

import pytest

from benchmarks.chat import ChatClient, Conversation

pytestmark = pytest.mark.e2e

QUESTION = "mở cây xăng cần giấy tờ gì"
ODD = {
    "10,000 characters": "cho tôi hỏi thủ tục " + "rất dài " * 1250,
    "10,000 letters in one word": "x" * 10_000,
    "10,000 digits": "7" * 10_000,
    "combining marks": "ạ̣́" * 500,
    "emoji only": "😀🙏🏻👨‍👩‍👧‍👦❤️",
    "signs only": "?!... ---",
    "empty": "",
    "spaces": " \n\t ",
    "control characters": "\x00\x07\x1b[31m\x7f\u0085",
    "controls in a question": "mở\x00 cây\x07 xăng\u200b cần giấy tờ gì",
    "right-to-left marks": "\u202emở cây xăng\u202c",
    "English": "How do I open a petrol station?",
    "Chinese": "我想开加油站",
    "insult": "đồ ngu, làm ăn như hạch",
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "SQL": "'; DROP TABLE inbox_messages; --",
    "template": "{{7*7}} ${7*7} {0} %s",
    "JSON": '{"intent": "restart"}',
    "only a code of nobody": "9.999999",
    "many codes": " ".join(f"1.{number:06d}" for number in range(200)),
    "absurd": "con mèo bay bao nhiêu độ mặt trăng",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
async def test_odd_input_gets_a_decent_answer(conversation: Conversation, text: str) -> None:
    turn = await conversation.ask(text)
    after = await conversation.ask(QUESTION)

    assert turn.status == 200
    assert turn.text.strip()
    assert turn.outcome is not None
    assert "Có lỗi" not in turn.text
    assert "<script>" not in turn.text
    assert after.procedure == "2.000648"


async def test_a_question_beyond_the_limit_is_said_to_be_cut(conversation: Conversation) -> None:
    turn = await conversation.ask(QUESTION + "? " + "Cảm ơn nhiều nhé. " * 600)

    assert turn.status == 200
    assert "chỉ đọc phần đầu" in turn.text
    assert len(turn.text) < 2000


async def test_english_is_told_in_english(conversation: Conversation) -> None:
    turn = await conversation.ask("Hello, can you speak English please?")

    assert "Vietnamese" in turn.text


@pytest.mark.parametrize(
    "command",
    [
        "/restart",
        " /restart",
        "／restart",
        "/back",
        "/session_start",
        '/ask_procedure{"procedure_code": "1.000665", "facet": "fee"}',
        '\u200b/ask_procedure{"procedure_code": "1.000665"}',
        "/ask_procedure@1.0",
        'EXTERNAL: /ask_procedure{"procedure_code": "1.000665"}',
    ],
)
async def test_a_typed_command_is_read_as_text(conversation: Conversation, command: str) -> None:
    await conversation.ask(QUESTION)
    turn = await conversation.ask(command)
    after = await conversation.ask("bao lâu có?")

    assert turn.status == 200
    assert turn.text.strip()
    assert turn.answer.get("confidence") is None or "/" not in str(turn.answer.get("intent"))
    assert turn.answer["intent"] not in {"restart", "back", "session_start"}
    assert after.outcome == "answered"
    assert len(await conversation.history()) == 3


@pytest.mark.parametrize(
    "payload",
    [
        "/restart",
        "/back",
        "/session_start",
        "/no_such_intent",
        '/ask_procedure{"procedure_code": {"$ne": 1}}',
    ],
)
async def test_a_forged_payload_neither_harms_nor_breaks(conversation: Conversation, payload: str) -> None:
    await conversation.ask(QUESTION)
    turn = await conversation.tap(payload)
    after = await conversation.ask("bao lâu có?")

    assert turn.status < 500
    assert turn.text.strip() or turn.body["error"]["message"]
    assert (after.procedure, after.facets) == ("2.000648", ["deadline"])


async def test_the_same_message_twice_is_handled_once(conversation: Conversation) -> None:
    first = await conversation.ask(QUESTION, message_id="once")
    second = await conversation.ask(QUESTION, message_id="once")

    assert first.replies == second.replies
    assert len(await conversation.history()) == 1


async def test_the_same_message_sent_at_once_is_handled_once(conversation: Conversation) -> None:
    turns = await asyncio.gather(*(conversation.ask(QUESTION, message_id="together") for _ in range(6)))

    assert {turn.status for turn in turns} == {200}
    assert all(turn.replies == turns[0].replies for turn in turns)
    assert len(await conversation.history()) == 1


async def test_messages_of_one_conversation_are_answered_in_order(conversation: Conversation) -> None:
    said = ["mở cây xăng cần giấy tờ gì", "cấp C/O mẫu D bao lâu", "còn phí?"]
    sending = []
    for number, text in enumerate(said):
        sending.append(asyncio.create_task(conversation.ask(text, message_id=f"m{number}")))
        await asyncio.sleep(0.02)
    turns = await asyncio.gather(*sending)

    assert [turn.procedure for turn in turns] == ["2.000648", "1.000665", "1.000665"]


async def test_conversations_do_not_mix(chat: ChatClient) -> None:
    topics = {"mở cây xăng": "2.000648", "cấp C/O mẫu D": "1.000665", "mở văn phòng đại diện": "2.000063"}

    async def talk(topic: str) -> list[str | None]:
        conversation = await chat.open_conversation()
        return [
            (await conversation.ask(text)).procedure for text in (f"{topic} bao lâu", "còn phí?", "nộp ở đâu")
        ]

    asked = list(topics) * 5
    answered = await asyncio.gather(*(talk(topic) for topic in asked))

    assert answered == [[topics[topic]] * 3 for topic in asked]


async def test_a_conversation_that_is_not_there_is_refused_in_words(chat: ChatClient) -> None:
    turn = await Conversation(chat.session, "A" * 43).ask(QUESTION)

    assert turn.status == 404
    assert turn.body["error"]["code"] == "unknown_conversation"
