"""Conversations on simulated phones: from the webhook to the message that comes back."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from aiohttp import web
from PIL import Image

from bot.channels.telegram import repeats
from bot.gateway.inbox import StorageUnavailableError
from bot.gateway.keys import INBOX, INTAKE
from knowledge.cases.models import CaseEvidence
from knowledge.messaging.models import DEAD, OutboxMessage
from tests.bot.channels.telegram.conftest import AN, TOKEN, Bot, Phones
from tests.fixtures.gateway import RasaSwitch, StartGateway
from tests.simulators.fake_rasa import Heard, custom
from tests.simulators.telegram.people import GROUP
from tests.simulators.telegram.platform import RefusedError

FEE = '/ask_procedure{"procedure_code": "2.000648", "facet": "fee", "note": "dài hơn 64 byte: lệ phí"}'


async def answer(heard: Heard) -> web.Response:
    """Offer two buttons, one of them with a payload that is longer than Telegram carries."""
    buttons = [
        {"title": "Phí, lệ phí", "payload": FEE},
        {"title": "Cấp sửa đổi, bổ sung Giấy chứng nhận đủ điều kiện", "payload": '/inform{"case": "amend"}'},
    ]
    text = f"Cấp Giấy chứng nhận <cửa hàng>\n(mã thủ tục 2.000648)\n\nĐã nghe: {heard['message']}"
    return web.json_response([custom(text, buttons, outcome="answered")])


def outbox_states(bot: Bot) -> list[str]:
    with bot.gateway.app[INBOX].engine.connect() as connection:
        return list(connection.execute(sa.select(OutboxMessage.state).order_by(OutboxMessage.id)).scalars())


async def until(condition: Callable[[], bool]) -> None:
    async def wait() -> None:
        while not condition():  # noqa: ASYNC110 - it is in the database
            await asyncio.sleep(0.05)

    await asyncio.wait_for(wait(), 10)


async def test_a_question_is_answered_and_a_tapped_button_means_its_payload(bot: Bot) -> None:
    bot.rasa.fake.script = answer
    await bot.phones.an.says("mở cây xăng")

    message = await bot.phones.last(AN, 1)
    assert message["text"].startswith("Cấp Giấy chứng nhận <cửa hàng>\n(mã thủ tục 2.000648)")
    assert "<b>Cấp Giấy chứng nhận &lt;cửa hàng&gt;</b>" in message["html"]
    assert "2. Cấp sửa đổi, bổ sung Giấy chứng nhận đủ điều kiện" in message["text"]

    await bot.phones.an.taps("1. Phí, lệ phí")
    await bot.phones.wait_for(AN, 2)
    assert bot.rasa.fake.messages == ["mở cây xăng", FEE]
    assert bot.rasa.fake.heard[1]["metadata"]["payload"] is True
    await bot.phones.platform.changed(lambda: len(bot.phones.platform.answered) == 1)


async def test_a_button_works_after_a_restart_and_a_strange_one_is_declined(
    bot: Bot, start_gateway: StartGateway
) -> None:
    bot.rasa.fake.script = answer
    await bot.phones.an.says("mở cây xăng")
    message = await bot.phones.last(AN, 1)
    await bot.gateway.client.close()
    again = await start_gateway(TTHC_TELEGRAM_TOKEN=TOKEN, TTHC_TELEGRAM_API_URL=bot.phones.url)
    bot.phones.platform.webhook["url"] = f"{again.url}/webhooks/telegram"

    await bot.phones.an.taps_data(message["id"], "0" * 24)
    await bot.phones.an.taps("1. Phí, lệ phí")
    await bot.phones.wait_for(AN, 2)
    assert bot.rasa.fake.messages == ["mở cây xăng", FEE]
    told = [fields for call, fields in bot.phones.platform.calls if call == "answercallbackquery"]
    assert any("Nút này đã cũ" in fields.get("text", "") for fields in told)


async def test_a_double_tap_acts_once_and_a_later_tap_again(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot.rasa.fake.script = answer
    await bot.phones.an.says("mở cây xăng")
    await bot.phones.wait_for(AN, 1)
    button = "1. Phí, lệ phí"
    message = bot.phones.platform.chat(AN).screen[-1]
    data = message["buttons"][0]["data"]
    await bot.phones.an.taps_data(message["id"], data)
    await bot.phones.an.taps_data(message["id"], data)
    await bot.phones.platform.changed(lambda: len(bot.phones.platform.answered) == 2)
    monkeypatch.setattr(repeats, "TAP_SECONDS", 0)
    await bot.phones.an.taps_data(message["id"], data)
    await bot.phones.wait_for(AN, 3)
    assert bot.rasa.fake.messages == ["mở cây xăng", FEE, FEE]
    assert message["buttons"][0]["title"] == button


async def test_a_redelivered_update_acts_once(bot: Bot) -> None:
    update = await bot.phones.an.says("phí?")
    await bot.phones.wait_for(AN, 1)
    tap = await bot.phones.an.taps_data(1, "0" * 24, query_id="q7")
    for _ in range(3):
        await bot.phones.platform.emit(**{key: value for key, value in update.items() if key != "update_id"})
    await bot.phones.an.says("hết")
    assert await bot.phones.wait_for(AN, 2) == ["Đã nghe: phí?", "Đã nghe: hết"]
    assert tap["callback_query"]["id"] == "q7"
    assert bot.rasa.fake.messages == ["phí?", "hết"]


async def test_while_the_database_is_away_telegram_delivers_again(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, backlog = bot.gateway.app[INBOX], bot.gateway.app[INBOX].backlog
    run = inbox.run
    failures = iter([True, True])

    async def failing(function, *arguments, **named):  # type: ignore[no-untyped-def]
        if function == backlog.take_in and next(failures, False):
            raise StorageUnavailableError("away")
        return await run(function, *arguments, **named)

    monkeypatch.setattr(inbox, "run", failing)
    await bot.phones.an.says("phí?")
    assert await bot.phones.wait_for(AN, 1) == ["Đã nghe: phí?"]
    assert [status for _, status in bot.phones.deliverer.log] == ["503", "503", "200"]
    assert bot.rasa.fake.messages == ["phí?"]


async def test_a_deep_link_leads_to_its_procedure(bot: Bot) -> None:
    await bot.phones.an.says("/start 2-000648")
    await bot.rasa.fake.wait_for_messages(1)
    assert bot.rasa.fake.messages == ['/ask_procedure{"procedure_code": "2.000648", "facet": "overview"}']


async def test_a_correction_is_answered_only_soon_and_only_when_it_changes_something(bot: Bot) -> None:
    first = await bot.phones.an.says("phí cây xăn")
    await bot.phones.wait_for(AN, 1)
    await bot.phones.an.edits(first, "phí cây xăn")
    await bot.phones.an.edits(first, "phí cây xăng", after=20)
    assert (await bot.phones.wait_for(AN, 2))[1] == "Đã nghe: phí cây xăng"
    await bot.phones.an.edits(first, "phí rượu", after=3600)
    await bot.phones.an.says("hết")
    assert (await bot.phones.wait_for(AN, 3))[2] == "Đã nghe: hết"
    assert bot.rasa.fake.messages == ["phí cây xăn", "phí cây xăng", "hết"]


async def test_in_a_group_only_what_is_said_to_the_bot_is_answered(bot: Bot) -> None:
    an, name = bot.phones.an, bot.phones.platform.username
    await an.says("mọi người ơi, phí bao nhiêu?", group=GROUP)
    await an.says("/help@another_bot", group=GROUP)
    await an.says("/unknown", group=GROUP)
    await an.says("hỏi @another_bot nhé", group=GROUP)
    await an.says(f"@{name} phí cây xăng?", group=GROUP)
    await an.says("/tracuu", group=GROUP)
    ours = {
        "message_id": 1,
        "date": 1,
        "chat": {"id": GROUP, "type": "supergroup"},
        "from": bot.phones.platform.bot,
    }
    await an.says("còn thời hạn?", group=GROUP, reply_to_message={**ours, "text": "phí là …"})

    await bot.phones.wait_for(GROUP, 3)
    assert bot.rasa.fake.messages == ["phí cây xăng?", "/dossier_status", "còn thời hạn?"]
    assert {heard["metadata"].get("group") for heard in bot.rasa.fake.heard} == {True}
    assert bot.phones.platform.chat(AN).received == []


async def test_a_topic_of_a_group_is_answered_in_that_topic(bot: Bot) -> None:
    await bot.phones.an.says("/help", group=GROUP, message_thread_id=77, is_topic_message=True)
    assert (await bot.phones.last(GROUP, 1))["thread"] == "77"


async def test_who_blocked_the_bot_gets_nothing_until_they_write_again(bot: Bot) -> None:
    await bot.phones.an.says("chào")
    await bot.phones.wait_for(AN, 1)
    await bot.phones.an.blocks()
    await bot.phones.platform.changed(lambda: not bot.phones.platform.updates)
    store, key = bot.gateway.app[INBOX].store, bot.gateway.app[INTAKE].key("telegram", str(AN))
    sends = [call for call, _ in bot.phones.platform.calls if call == "sendmessage"]
    store.append_event("telegram", key, {"author": "staff", "text": "không ai nhận"})
    await until(lambda: outbox_states(bot)[1:] == [DEAD])
    await bot.phones.an.unblocks()
    await bot.phones.an.says("tôi trở lại")
    assert await bot.phones.wait_for(AN, 2) == ["Đã nghe: chào", "Đã nghe: tôi trở lại"]
    assert [call for call, _ in bot.phones.platform.calls if call == "sendmessage"] == [*sends, "sendmessage"]


async def test_a_block_that_was_not_told_is_learned_from_the_refusal(bot: Bot) -> None:
    await bot.phones.an.says("chào")
    await bot.phones.wait_for(AN, 1)
    bot.phones.platform.chat(AN).blocked = True
    store, key = bot.gateway.app[INBOX].store, bot.gateway.app[INTAKE].key("telegram", str(AN))
    for text in ("một", "hai"):
        store.append_event("telegram", key, {"author": "staff", "text": text})
    await until(lambda: outbox_states(bot)[1:] == [DEAD, DEAD])
    assert [fields["text"] for call, fields in bot.phones.platform.calls if call == "sendmessage"].count(
        "hai"
    ) == 0


async def test_asked_to_slow_down_it_waits_and_sends_once(bot: Bot) -> None:
    bot.phones.platform.refuse_next.append(
        RefusedError(429, "Too Many Requests: retry after 2", retry_after=2)
    )
    await bot.phones.an.says("phí?")
    assert await bot.phones.wait_for(AN, 1) == ["Đã nghe: phí?"]
    metrics = await (await bot.gateway.client.get("/metrics")).text()
    assert 'tthc_deliveries_total{channel="telegram",result="retried"} 1.0' in metrics


async def test_a_lost_answer_is_sent_again_and_counted_as_doubtful(bot: Bot) -> None:
    bot.phones.platform.lose_next = 1
    await bot.phones.an.says("phí?")
    assert await bot.phones.wait_for(AN, 2) == ["Đã nghe: phí?"] * 2
    await asyncio.sleep(0.2)
    metrics = await (await bot.gateway.client.get("/metrics")).text()
    assert 'tthc_deliveries_total{channel="telegram",result="doubtful"} 1.0' in metrics


async def test_markup_that_telegram_does_not_read_goes_as_plain_text(bot: Bot) -> None:
    bot.phones.platform.refuse_next.append(RefusedError(400, "Bad Request: can't parse entities: no"))
    await bot.phones.an.says("phí?")
    message = await bot.phones.last(AN, 1)
    assert (message["text"], message["html"]) == ("Đã nghe: phí?", None)


async def test_what_is_personal_is_kept_from_being_forwarded(bot: Bot) -> None:
    async def dossier(_heard: Heard) -> web.Response:
        element = custom("Hồ sơ đang xử lý", outcome="dossier")
        element["custom"]["protected"] = True
        return web.json_response([element])

    bot.rasa.fake.script = dossier
    await bot.phones.an.says("tra cứu")
    assert (await bot.phones.last(AN, 1))["protected"] is True
    store, key = bot.gateway.app[INBOX].store, bot.gateway.app[INTAKE].key("telegram", str(AN))
    store.append_event("telegram", key, {"author": "system", "text": "Đã có kết quả", "protected": True})
    assert (await bot.phones.last(AN, 2))["protected"] is True


async def test_files_are_told_to_the_actions(bot: Bot) -> None:
    sizes = [
        {
            "file_id": f"p{width}",
            "file_unique_id": f"u{width}",
            "width": width,
            "height": width,
            "file_size": width,
        }
        for width in (90, 800, 320)
    ]
    await bot.phones.an.sends(photo=sizes, caption="biển hiệu sai")
    sticker = {"file_id": "s", "file_unique_id": "s", "width": 1, "height": 1, "type": "regular"}
    await bot.phones.an.sends(sticker={**sticker, "is_animated": False, "is_video": False})
    await bot.phones.an.sends(contact={"phone_number": "0912345678", "first_name": "An"})
    await bot.phones.wait_for(AN, 2)
    await bot.rasa.fake.wait_for_messages(1)
    picture = bot.rasa.fake.heard[0]
    assert picture["message"] == "biển hiệu sai"
    assert picture["metadata"]["attachments"] == [{"kind": "image", "file_id": "p800", "size": 800}]
    assert not any("0912345678" in str(heard) for heard in bot.rasa.fake.heard)


async def test_pictures_wait_for_the_complaint_before_the_assistant_hears_of_them(bot: Bot) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (640, 480), "red").save(stream, "JPEG")
    bot.phones.platform.files |= {"good": stream.getvalue(), "broken": b"no picture"}
    waiting: list[int] = []

    async def count(_heard: Heard) -> web.Response:
        with bot.gateway.app[INBOX].engine.connect() as connection:
            waiting.append(connection.execute(sa.select(sa.func.count(CaseEvidence.id))).scalar_one())
        return web.json_response([custom("đã nhận", outcome="case")])

    bot.rasa.fake.script = count
    for file_id in ("broken", "gone", "good"):
        size = {"file_id": file_id, "file_unique_id": file_id, "width": 640, "height": 480}
        await bot.phones.an.sends(photo=[size])
    await bot.phones.wait_for(AN, 3)
    assert waiting == [0, 0, 1]


async def test_polling_for_a_trial(
    start_gateway: StartGateway, phones: Phones, rasa: RasaSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.channel.CONFLICT_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr("bot.channels.telegram.channel.WAIT_SECONDS", 1)
    phones.platform.webhook = {"url": "http://127.0.0.1:1/elsewhere", "secret_token": ""}
    gateway = await start_gateway(
        TTHC_TELEGRAM_TOKEN=TOKEN, TTHC_TELEGRAM_API_URL=phones.url, TTHC_TELEGRAM_MODE="polling"
    )
    await phones.an.says("một")
    await asyncio.sleep(0.3)
    assert phones.platform.webhook, "a poller never takes a webhook away by itself"
    assert rasa.fake.messages == []

    phones.platform.webhook = {}
    assert await phones.wait_for(AN, 1) == ["Đã nghe: một"]
    await phones.an.says("hai")
    assert await phones.wait_for(AN, 2) == ["Đã nghe: một", "Đã nghe: hai"]
    assert (await gateway.client.post("/webhooks/telegram", json={})).status == 404


async def test_neither_the_token_nor_what_is_said_gets_into_the_log(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    """The address of every call holds the token; libraries tell addresses and texts."""
    caplog.set_level(logging.DEBUG)
    await bot.phones.an.says("mở cây xăng ở xã Bí Mật")
    await bot.phones.wait_for(AN, 1)
    await bot.phones.an.sends(photo=[{"file_id": "không có", "file_unique_id": "x", "width": 1, "height": 1}])
    await bot.phones.wait_for(AN, 2)
    assert caplog.records
    assert TOKEN not in caplog.text
    assert "Bí Mật" not in caplog.text
