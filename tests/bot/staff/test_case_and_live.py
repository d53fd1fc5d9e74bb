"""An officer answers a complaint and talks with a citizen; the citizen's page hears of both."""

import sqlalchemy as sa

from knowledge.cases.models import CaseFile
from knowledge.messaging.models import Conversation, ConversationEvent
from tests.bot.staff.records import add_case, add_conversation


def told(console, conversation):
    with console.sessions() as session:
        query = sa.select(ConversationEvent.body).where(ConversationEvent.conversation_id == conversation)
        return [body["text"] for body in session.scalars(query.order_by(ConversationEvent.sequence))]


async def test_a_complaint_from_acceptance_to_publication(console):
    with console.sessions.begin() as session:
        conversation = add_conversation(session).id
        case = add_case(session, conversation).id
    browser = await console.as_("officer")
    await browser.post(f"/cases/{case}/accept")
    await browser.post(f"/cases/{case}/note", {"text": "Gọi phòng Thương mại"})
    await browser.post(f"/cases/{case}/answer", {"text": "Hồ sơ chỉ cần nộp một lần."})
    await browser.post(f"/cases/{case}/publish")
    await browser.post(f"/cases/{case}/label", {"text": "Nộp hồ sơ"})
    said = told(console, conversation)
    assert any("Hồ sơ chỉ cần nộp một lần." in text for text in said)
    assert not any("Gọi phòng" in text for text in said)
    with console.sessions() as session:
        assert session.get(CaseFile, case).published_at is not None
    page = await (await browser.get(f"/cases/{case}")).text()
    assert "Gọi phòng Thương mại" in page
    assert [entry.action for entry in reversed(console.log("cases."))] == [
        "cases.accept",
        "cases.note",
        "cases.answer",
        "cases.publish",
        "cases.label",
    ]


async def test_what_the_rules_do_not_allow_keeps_what_was_typed(console):
    with console.sessions.begin() as session:
        case = add_case(session, None, stage="closed", due_at=None).id
    browser = await console.as_("officer")
    response = await browser.post(f"/cases/{case}/answer", {"text": "Câu trả lời dài"})
    page = await response.text()
    assert response.status == 422
    assert "Câu trả lời dài" in page
    assert "Đã kết thúc" in page
    assert console.log("cases.") == []
    assert (await browser.post(f"/cases/{case}/explode")).status == 400


async def test_an_anonymous_citizen_stays_so(console):
    with console.sessions.begin() as session:
        conversation = add_conversation(session).id
        case = add_case(session, conversation, is_anonymous=True).id
    page = await (await (await console.as_("officer")).get(f"/cases/{case}")).text()
    assert f"/conversations/{conversation}" not in page


async def test_taking_over_talking_and_giving_back(console):
    token = await console.gateway.open()
    await console.gateway.say(token, "cho tôi gặp cán bộ")
    with console.sessions() as session:
        conversation = session.scalars(sa.select(Conversation.id)).one()
    browser, other = await console.as_("officer"), await console.as_("administrator")
    assert (await browser.post(f"/live/{conversation}/take")).status == 303
    assert (await other.post(f"/live/{conversation}/send", {"text": "chen vào"})).status == 422
    assert (await (await other.http.get(f"{other.url}/staff/live/{conversation}/lines")).json())["ended"]
    await browser.post(f"/live/{conversation}/send", {"text": "Chào bà, tôi nghe đây."})
    response = await console.gateway.post(token, text="Tôi hỏi về phí")
    assert response.status == 200
    lines = await (await browser.http.get(f"{browser.url}/staff/live/{conversation}/lines")).json()
    assert [line["text"] for line in lines["lines"]][-2:] == ["Chào bà, tôi nghe đây.", "Tôi hỏi về phí"]
    assert "Chào bà, tôi nghe đây." in told(console, conversation)
    assert (await browser.post(f"/live/{conversation}/back")).status == 303
    with console.sessions() as session:
        assert session.get(Conversation, conversation).handler == "bot"
