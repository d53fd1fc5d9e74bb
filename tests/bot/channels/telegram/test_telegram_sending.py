"""What goes to Telegram: parts, markup, keyboards, pace, and what refusals mean."""

from __future__ import annotations

import re

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TimedOut,
)

from bot.channels.splitting import utf16_length
from bot.channels.telegram.api import TelegramApi, problem
from bot.channels.telegram.commands import Meant, all_commands, read_command
from bot.channels.telegram.markup import to_html
from bot.channels.telegram.pace import Pace
from bot.channels.telegram.registration import described_commands
from bot.channels.telegram.sender import MAX_TEXT_UNITS, TelegramSender
from knowledge.database.engine import SessionFactory
from knowledge.messaging.buttons import ButtonStore
from knowledge.privacy.sealing import Sealer
from knowledge.settings import read_settings
from tests.simulators.telegram.markup import parse_html

SENDER = TelegramSender(
    TelegramApi(read_settings({}).telegram), lambda: pytest.fail("rendering stores nothing")
)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@given(st.text(max_size=300))
def test_markup_is_always_read_and_says_what_the_text_says(text: str) -> None:
    assert parse_html(to_html(text)) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=900), max_size=20))
def test_no_part_is_too_long_and_nothing_is_lost(pieces: list[str]) -> None:
    text = "\n\n".join(pieces)
    parts = [part.body["text"] for part in SENDER.render({"text": text, "buttons": []})]
    assert all(0 < utf16_length(part) <= MAX_TEXT_UNITS for part in parts)
    assert "".join(" ".join(parts).split()) == "".join(text.split())


def test_emphasis_is_that_of_the_web_page() -> None:
    text = (
        "Cấp phép A & B\n(mã thủ tục 2.000648)\n\nGiấy tờ cần nộp (1 bộ):\n1. Đơn <mẫu 1>\n\nNguồn: QĐ 1040."
    )
    assert to_html(text) == (
        "<b>Cấp phép A &amp; B</b>\n(mã thủ tục 2.000648)\n\n<b>Giấy tờ cần nộp (1 bộ):</b>\n"
        "1. Đơn &lt;mẫu 1&gt;\n\n<i>Nguồn: QĐ 1040.</i>"
    )


def test_short_buttons_share_rows_and_stand_under_the_last_part() -> None:
    buttons = [
        {"title": title, "payload": f"/{title}"} for title in ("Phí", "Thời hạn", "Các bước làm hồ sơ")
    ]
    *_, first, last = SENDER.render({"text": "một câu. " * 900, "buttons": buttons})
    assert "buttons" not in first.body
    titles = [[button["title"] for button in row] for row in last.body["buttons"]]
    assert titles == [["Phí", "Thời hạn"], ["Các bước làm hồ sơ"]]


def test_titles_too_long_for_a_phone_are_told_in_full_with_their_number() -> None:
    long = "Cấp sửa đổi, bổ sung Giấy chứng nhận cửa hàng đủ điều kiện bán lẻ xăng dầu"
    buttons = [{"title": "Cấp mới", "payload": "/a"}, {"title": long, "payload": "/b"}]
    (part,) = SENDER.render({"text": "Trường hợp nào?", "buttons": buttons})
    assert part.body["text"] == f"Trường hợp nào?\n\n1. Cấp mới\n2. {long}"
    labels = [button["title"] for row in part.body["buttons"] for button in row]
    assert labels == ["1. Cấp mới", "2. Cấp sửa đổi, bổ sung Giấy…"]


@pytest.mark.parametrize(
    ("error", "retry", "gone", "doubtful"),
    [
        (RetryAfter(7), True, False, False),
        (Forbidden("Forbidden: bot was blocked by the user"), False, True, False),
        (ChatMigrated(-100), False, True, False),
        (BadRequest("Chat not found"), False, True, False),
        (BadRequest("Message is too long"), False, False, False),
        (InvalidToken(), True, False, False),
        (TimedOut(), True, False, True),
        (NetworkError("Bad Gateway"), True, False, True),
    ],
)
def test_what_a_refusal_means(error: Exception, retry: bool, gone: bool, doubtful: bool) -> None:
    told = problem(error)  # type: ignore[arg-type]
    assert (told.retry, told.gone, told.doubtful) == (retry, gone, doubtful)
    if isinstance(error, RetryAfter):
        assert told.after == 7


@pytest.mark.parametrize(
    "cause", [httpx.ConnectTimeout("x"), httpx.ConnectError("x"), httpx.PoolTimeout("x")]
)
def test_what_never_reached_telegram_is_not_doubtful(cause: Exception) -> None:
    error = TimedOut()
    error.__cause__ = cause
    assert problem(error).doubtful is False


def test_the_pace_keeps_within_telegram_s_limits() -> None:
    pace = Pace(clock=lambda: 1000.0)
    assert [pace.reserve(1) for _ in range(5)] == [0, 0, 0, 1, 2]
    fresh = Pace(clock=lambda: 1000.0)
    waits = [fresh.reserve(chat) for chat in range(1, 101)]
    assert sum(wait < 1 for wait in waits) <= 51
    assert waits[-1] > 1.9
    group = Pace(clock=lambda: 1000.0)
    assert [round(group.reserve(-5)) for _ in range(5)] == [0, 0, 0, 3, 6]


def test_a_payload_s_name_fits_is_the_same_everywhere_and_leads_back(sessions: SessionFactory) -> None:
    store = ButtonStore(sessions, Sealer("k" * 40))
    long = '/ask_procedure{"procedure_code": "2.000648", "ghi chú": "' + "dài " * 30 + '"}'
    store.keep([long, "/greet", long])
    store.keep([long])
    other = ButtonStore(sessions, Sealer("k" * 40))
    assert len(store.name(long).encode()) <= 64
    assert other.payload(store.name(long)) == long
    strange = [store.name("/never_kept"), "", "\x00" * 24, "\ud800" * 24, "f" * 10_000, "١" * 24]
    assert [other.payload(name) for name in strange] == [None] * len(strange)
    assert ButtonStore(sessions, Sealer("z" * 40)).name(long) != store.name(long)


@pytest.mark.parametrize(
    ("typed", "text", "payload"),
    [
        ("/start tt_2000648", None, '/ask_procedure{"procedure_code": "2.000648", "facet": "overview"}'),
        ("/start tracuu", None, "/dossier_status"),
        ("/start", None, "/greet"),
        ("/start nonsense", None, "/greet"),
        ("/HELP", None, "/help"),
        ("/tracuu@SoCongThuongBot", None, "/dossier_status"),
        ("/phananh cán bộ chậm trễ", "tôi muốn phản ánh: cán bộ chậm trễ", None),
        ("/xoadulieu", None, '/flow_step{"flow": "my_data", "value": "erase"}'),
        ("/xoadulieu ngay", None, '/flow_step{"flow": "my_data", "value": "erase"}'),
        ("/unknown phí?", "/unknown phí?", None),
        ('/restart{"a": "b"}', '/restart{"a": "b"}', None),
        ("phí?", "phí?", None),
    ],
)
def test_commands_and_deep_links(typed: str, text: str | None, payload: str | None) -> None:
    assert read_command(typed) == Meant(text, payload)


def test_the_menu_is_what_telegram_takes() -> None:
    assert {"help", "tracuu", "danhgia", "phananh", "gapcanbo", "dulieu", "xoadulieu"} < set(all_commands())
    for name, description in described_commands():
        assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
        assert 1 <= len(description) <= 256
