"""Talks through the simulated Zalo: what people write is answered on their phones, once, in order."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timezone

import pytest
import sqlalchemy as sa
from aiohttp import web

from bot.gateway.keys import INBOX
from knowledge.messaging.models import STAFF, Conversation, InboxMessage
from knowledge.privacy.models import Consent, ErasureReceipt
from tests.bot.channels.zalo.conftest import AN, StartZalo, Zalo
from tests.fixtures.gateway import RasaSwitch
from tests.simulators.fake_rasa import Heard, custom

BUTTONS = [
    {"title": "Phí, lệ phí", "payload": '/ask_procedure{"facet":"fee"}'},
    {"title": "Các bước làm", "payload": '/ask_procedure{"facet":"steps"}'},
]


async def offer(heard: Heard) -> web.Response:
    """Answer with two buttons."""
    return web.json_response([custom(f"Đã nghe {heard['message']}", BUTTONS, outcome="answered")])


def conversations(zalo: Zalo) -> list[sa.Row]:
    with zalo.gateway.app[INBOX].engine.connect() as connection:
        return list(connection.execute(sa.select(*Conversation.__table__.c)))


async def test_a_question_is_answered_on_the_phone(zalo: Zalo) -> None:
    assert await zalo.caller.say(AN, "mo cay xang can giay to gi") == "200"
    assert await zalo.texts(1) == ["Đã nghe: mo cay xang can giay to gi"]


@pytest.mark.parametrize(
    ("form", "pretty"), [("mac", False), ("bare", False), ("mac", True)], ids=["mac", "bare", "pretty"]
)
async def test_only_the_raw_bytes_count_for_the_signature(zalo: Zalo, form: str, pretty: bool) -> None:
    zalo.caller.form, zalo.caller.pretty = form, pretty
    await zalo.caller.say(AN, "Giấy tờ gì?")
    assert await zalo.texts(1) == ["Đã nghe: Giấy tờ gì?"]


async def test_numbers_and_titles_choose_a_button(zalo: Zalo, rasa: RasaSwitch) -> None:
    rasa.fake.script = offer
    await zalo.caller.say(AN, "cây xăng")
    (text,) = await zalo.texts(1)
    assert "1. Phí, lệ phí\n2. Các bước làm" in text
    await zalo.caller.say(AN, "2")
    await zalo.texts(2)
    await zalo.caller.say(AN, "phí, lệ phí")
    await zalo.texts(3)
    assert rasa.fake.messages[1:] == [BUTTONS[1]["payload"], BUTTONS[0]["payload"]]


async def test_buttons_are_a_form_where_zalo_takes_them(start_zalo: StartZalo, rasa: RasaSwitch) -> None:
    rasa.fake.script = offer
    zalo = await start_zalo(TTHC_ZALO_BUTTONS="buttons")
    zalo.platform.forms = "buttons"
    await zalo.caller.say(AN, "cây xăng")
    assert await zalo.texts(1) == ["Đã nghe cây xăng"]
    tapped = zalo.platform.phone(AN).screen[-1]["buttons"][1]
    await zalo.caller.say(AN, tapped["payload"])
    await zalo.texts(2)
    assert rasa.fake.messages[-1] == BUTTONS[1]["payload"]


@pytest.mark.parametrize(("form", "parts"), [("buttons", 1), ("list", 2)])
async def test_a_form_that_zalo_refuses_becomes_numbered_text(
    start_zalo: StartZalo, rasa: RasaSwitch, form: str, parts: int
) -> None:
    rasa.fake.script = offer
    zalo = await start_zalo(TTHC_ZALO_BUTTONS=form)
    await zalo.caller.say(AN, "cây xăng")
    assert "1. Phí, lệ phí\n2. Các bước làm" in (await zalo.texts(parts))[-1]


async def test_a_list_is_a_message_of_its_own(start_zalo: StartZalo, rasa: RasaSwitch) -> None:
    rasa.fake.script = offer
    zalo = await start_zalo(TTHC_ZALO_BUTTONS="list")
    zalo.platform.forms = "list"
    await zalo.caller.say(AN, "cây xăng")
    await zalo.texts(2)
    titles = [button["title"] for button in zalo.platform.phone(AN).screen[-1]["buttons"]]
    assert titles == [button["title"] for button in BUTTONS]


async def test_a_long_answer_comes_in_parts_that_zalo_takes(zalo: Zalo, rasa: RasaSwitch) -> None:
    long = "\n".join(f"{number}. Bản sao giấy tờ số {number} có chứng thực." for number in range(1, 121))

    async def at_length(_heard: Heard) -> web.Response:
        return web.json_response([custom(long, outcome="answered")])

    rasa.fake.script = at_length
    await zalo.caller.say(AN, "giấy tờ")
    parts = await zalo.texts(3)
    assert "\n".join(parts) == long
    assert all(len(part) <= 2000 for part in parts)


async def test_what_came_before_is_not_answered_again(zalo: Zalo) -> None:
    for _ in range(3):
        await zalo.caller.say(AN, "phí?", msg_id="same")
    await zalo.caller.say(AN, "hết", msg_id="other")
    assert await zalo.texts(2) == ["Đã nghe: phí?", "Đã nghe: hết"]


async def test_zalo_tries_again_what_could_not_be_stored(zalo: Zalo, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = zalo.gateway.app[INBOX]
    take_in, failures = inbox.backlog.take_in, [sa.exc.OperationalError("x", {}, Exception("locked"))]

    def once_locked(*arguments: object, **more: object) -> bool:
        if failures:
            raise failures.pop()
        return take_in(*arguments, **more)

    monkeypatch.setattr(inbox.backlog, "take_in", once_locked)
    assert await zalo.caller.say(AN, "phí?") == "503"
    assert await zalo.texts(1) == ["Đã nghe: phí?"]
    assert [entry[1:] for entry in zalo.caller.log] == [("503", 0), ("200", 1)]


async def test_following_greets_and_leaving_ends(zalo: Zalo, rasa: RasaSwitch) -> None:
    await zalo.caller.follow(AN)
    await zalo.texts(1)
    assert rasa.fake.messages == ["/greet"]
    await zalo.caller.follow(AN, "unfollow")
    await zalo.until(lambda: conversations(zalo)[0].gone_at is not None)


async def test_withdrawing_erases_the_person(zalo: Zalo) -> None:
    """Not only the talk: what was said of it elsewhere goes too, and a receipt without a name stays."""
    await zalo.caller.say(AN, "phí?")
    await zalo.texts(1)
    (row,) = conversations(zalo)
    with zalo.gateway.app[INBOX].engine.begin() as connection:
        connection.execute(
            sa.insert(Consent).values(
                conversation_id=row.id,
                purpose="notice",
                version="1",
                origin="o",
                created_at=datetime.now(timezone.utc),
            )
        )
    await zalo.caller.deliver("user_withdraw", sender={"id": AN}, recipient={"id": "oa"})
    await zalo.until(lambda: not conversations(zalo))
    with zalo.gateway.app[INBOX].engine.connect() as connection:
        for table in (InboxMessage, Consent):
            assert connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() == 0
        (receipt,) = connection.execute(sa.select(*ErasureReceipt.__table__.c)).all()
    assert (receipt.requested_by, receipt.channel, receipt.conversation_id) == ("channel", "zalo", None)


async def test_an_officer_who_writes_silences_the_bot(zalo: Zalo, rasa: RasaSwitch) -> None:
    await zalo.caller.say(AN, "phí?")
    await zalo.texts(1)
    await zalo.caller.officer_says(AN, "Để tôi xem cho bạn.")
    await zalo.until(lambda: conversations(zalo)[0].handler == STAFF)
    await zalo.caller.say(AN, "cảm ơn")
    await asyncio.sleep(0.3)
    assert rasa.fake.messages == ["phí?"]
    assert len(zalo.platform.phone(AN).received()) == 2


async def test_a_sticker_is_declined_in_words(zalo: Zalo, rasa: RasaSwitch) -> None:
    await zalo.caller.send_file(AN, "user_send_sticker", "sticker", url="https://s", id="1")
    await zalo.texts(1)
    assert json.loads(rasa.fake.messages[0].removeprefix("/flow_step"))["value"] == "sticker"


async def test_our_own_echo_and_receipts_are_only_counted(zalo: Zalo, rasa: RasaSwitch) -> None:
    zalo.caller.confirm_sent()
    await zalo.caller.say(AN, "phí?")
    await zalo.texts(1)
    for event in ("oa_send_text", "user_received_message", "user_seen_message"):
        await zalo.until(lambda event=event: zalo.counted(event) == 1)
    await zalo.caller.say(AN, "còn đó không?")
    await zalo.texts(2)
    assert rasa.fake.messages == ["phí?", "còn đó không?"]
