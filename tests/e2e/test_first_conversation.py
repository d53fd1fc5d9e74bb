"""Conversations through the chat API of the whole running service."""

from __future__ import annotations

import pytest

from benchmarks.chat import ChatClient, Conversation

pytestmark = pytest.mark.e2e

PETROL_NEW, PETROL_AGAIN = "2.000648", "2.000647"
MARKED = "Mình muốn mở cây xăng thì cần giấy tờ gì, nộp ở đâu, bao lâu có?"
UNMARKED = "minh muon mo cay xang thi can giay to gi, nop o dau, bao lau co?"


@pytest.mark.parametrize("question", [MARKED, UNMARKED])
async def test_the_first_question_of_the_readme(conversation: Conversation, question: str) -> None:
    turn = await conversation.ask(question)

    assert turn.status == 200
    assert turn.outcome == "answered"
    assert turn.procedure == PETROL_NEW
    assert set(turn.facets) == {"documents", "channels", "deadline"}
    assert turn.answer["sources"] == ["1040/QĐ-BCT"]
    assert turn.answer["as_of"] == "2026-07-18"
    assert [line[:3] for line in turn.text.splitlines() if line[:1].isdigit()] == [
        "1. ",
        "2. ",
        "3. ",
        "4. ",
        "5. ",
    ]
    for fact in ("15 ngày làm việc", "Trực tuyến", "bưu chính", "Trực tiếp", "1040/QĐ-BCT", "18/07/2026"):
        assert fact in turn.text
    assert turn.buttons


@pytest.mark.parametrize("unmarked", [False, True])
async def test_follow_up_questions_keep_to_the_procedure_in_talk(
    conversation: Conversation, unmarked: bool
) -> None:
    await conversation.ask(UNMARKED if unmarked else MARKED)
    fee = await conversation.ask("con phi thi sao?" if unmarked else "còn phí thì sao?")
    again = await conversation.ask("the cap lai?" if unmarked else "thế cấp lại?")

    assert (fee.procedure, fee.facets) == (PETROL_NEW, ["fee"])
    assert "Thông tư 168/2016/TT-BTC" in fee.text
    assert again.procedure == PETROL_AGAIN


@pytest.mark.parametrize(
    ("first", "second", "codes", "facet"),
    [
        (MARKED, "Cấp C/O mẫu D mất bao lâu?", (PETROL_NEW, "1.000665"), "deadline"),
        (UNMARKED, "cap C/O mau D mat bao lau?", (PETROL_NEW, "1.000665"), "deadline"),
        (
            "Cấp C/O mẫu D cần giấy tờ gì?",
            "thế còn mở văn phòng đại diện phí bao nhiêu?",
            ("1.000665", "2.000063"),
            "fee",
        ),
        (
            "cap C/O mau D can giay to gi?",
            "the con mo van phong dai dien phi bao nhieu?",
            ("1.000665", "2.000063"),
            "fee",
        ),
        (
            "Đăng ký khuyến mại bốc thăm trúng thưởng nộp ở đâu?",
            "Mở hội chợ triển lãm ở Việt Nam cần giấy tờ gì?",
            ("2.000004", "2.000131"),
            "documents",
        ),
        (
            "dang ky khuyen mai boc tham trung thuong nop o dau",
            "mo hoi cho trien lam o viet nam can giay to gi",
            ("2.000004", "2.000131"),
            "documents",
        ),
    ],
)
async def test_a_new_topic_replaces_the_old_one_at_once(
    conversation: Conversation, first: str, second: str, codes: tuple[str, str], facet: str
) -> None:
    before = await conversation.ask(first)
    after = await conversation.ask(second)
    later = await conversation.ask("thế nộp ở đâu?")

    assert before.procedure == codes[0]
    assert (after.procedure, after.facets) == (codes[1], [facet])
    assert (later.procedure, later.facets) == (codes[1], ["channels"])


async def test_talk_goes_there_and_back_again(conversation: Conversation) -> None:
    said = [
        "mở cây xăng cần giấy tờ gì",
        "cấp C/O mẫu D bao lâu",
        "mở cây xăng bao lâu",
        "còn phí?",
        "C/O mẫu D nộp ở đâu",
    ]
    turns = [await conversation.ask(text) for text in said]

    assert [turn.procedure for turn in turns] == [PETROL_NEW, "1.000665", PETROL_NEW, PETROL_NEW, "1.000665"]


async def test_a_correction_replaces_the_procedure(conversation: Conversation) -> None:
    await conversation.ask("đăng ký khuyến mại bốc thăm trúng thưởng nộp ở đâu")
    corrected = await conversation.ask("Không, ý tôi là mở hội chợ triển lãm ở Việt Nam")
    after = await conversation.ask("bao lâu?")

    assert corrected.procedure == "2.000131"
    assert (after.procedure, after.facets) == ("2.000131", ["deadline"])


async def test_a_list_is_chosen_from_by_button_by_number_and_by_words(chat: ChatClient) -> None:
    question = "giấy phép cho công ty vốn nước ngoài cần giấy tờ gì"
    chosen = []
    for way in ("button", "số 2", "cái thứ hai", "2"):
        conversation = await chat.open_conversation()
        offer = await conversation.ask(question)
        assert offer.outcome == "clarify"
        assert len(offer.buttons) == len(offer.candidates) >= 2
        turn = await (
            conversation.tap(offer.buttons[1]["payload"]) if way == "button" else conversation.ask(way)
        )
        assert turn.procedure == offer.candidates[1]
        assert turn.facets == ["documents"]
        chosen.append(turn.text)
    assert len(set(chosen)) == 1


async def test_a_number_beyond_the_list_is_said_to_be(conversation: Conversation) -> None:
    offer = await conversation.ask("giấy phép cho công ty vốn nước ngoài")
    turn = await conversation.ask("cái thứ mười")

    assert turn.outcome == "clarify"
    assert f"từ 1 đến {len(offer.candidates)}" in turn.text


@pytest.mark.parametrize(
    ("question", "facets"),
    [
        ("mở cây xăng phí bao nhiêu và bao lâu có kết quả?", {"fee", "deadline"}),
        ("mo cay xang phi bao nhieu va bao lau co ket qua?", {"fee", "deadline"}),
        ("Cấp C/O mẫu D nộp ở đâu, căn cứ nghị định nào?", {"channels", "legal_basis"}),
    ],
)
async def test_two_questions_in_one_sentence_get_two_answers(
    conversation: Conversation, question: str, facets: set[str]
) -> None:
    turn = await conversation.ask(question)

    assert turn.outcome == "answered"
    assert facets <= set(turn.facets)


async def test_every_quick_reply_of_an_answer_leads_to_an_answer(chat: ChatClient) -> None:
    offered = (await (await chat.open_conversation()).ask(MARKED)).buttons

    for button in offered:
        conversation = await chat.open_conversation()
        await conversation.ask(MARKED)
        turn = await conversation.tap(button["payload"])
        assert (turn.outcome, turn.procedure) == ("answered", PETROL_NEW), button


@pytest.mark.parametrize("said", ["xin chào", "phí bao nhiêu", "có những lĩnh vực nào"])
async def test_every_quick_reply_of_a_first_message_leads_on(chat: ChatClient, said: str) -> None:
    """Those of a greeting stand for words."""
    offered = (await (await chat.open_conversation()).ask(said)).buttons
    assert offered

    for button in offered:
        conversation = await chat.open_conversation()
        await conversation.ask(said)
        turn = await conversation.tap(button["payload"])
        assert turn.outcome in {"answered", "clarify", "listed"}, (button, turn.text)


async def test_what_is_no_longer_listed_is_never_presented_as_in_force(conversation: Conversation) -> None:
    turn = await conversation.ask("Cấp giấy phép bán lẻ rượu cần giấy tờ gì?")

    assert turn.outcome == "withdrawn"
    assert "không còn trong danh mục" in turn.text
    assert "18/07/2026" in turn.text
    assert "Giấy tờ cần nộp" not in turn.text


async def test_what_the_ministry_decides_is_said_to_be_the_ministrys(conversation: Conversation) -> None:
    turn = await conversation.ask("Cấp giấy phép phát điện (Bộ Công Thương cấp) cần giấy tờ gì?")

    assert turn.outcome == "answered"
    assert "cấp Bộ" in turn.text


async def test_counts_speak_of_todays_online_levels(conversation: Conversation) -> None:
    turn = await conversation.ask("sở có bao nhiêu thủ tục mức độ 4?")

    assert turn.outcome == "listed"
    assert "toàn trình" in turn.text


async def test_the_page_gets_the_conversation_back(conversation: Conversation) -> None:
    first = await conversation.ask(MARKED, message_id="first")
    second = await conversation.ask("còn phí thì sao?", message_id="second")

    assert [(turn["message_id"], turn["replies"]) for turn in await conversation.history()] == [
        ("first", first.replies),
        ("second", second.replies),
    ]
