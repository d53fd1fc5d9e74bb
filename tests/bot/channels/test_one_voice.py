"""One voice on every channel: the same answer, whatever the channel's limits; every button within reach."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.channels.base import Sender
from bot.channels.numbered import numbered_lines
from bot.channels.splitting import utf16_length
from bot.channels.telegram.api import TelegramApi
from bot.channels.telegram.markup import to_html
from bot.channels.telegram.sender import TelegramSender
from bot.channels.zalo.api import ZaloApi
from bot.channels.zalo.sender import ZaloSender
from bot.channels.zalo_bot.api import BotApi
from bot.channels.zalo_bot.sender import ZaloBotSender
from bot.gateway.replies import to_replies
from knowledge.messaging.choices import chosen_payload, with_numbers
from knowledge.messaging.records import Reply
from knowledge.settings import read_settings
from tests.simulators.fake_rasa import custom
from tests.simulators.telegram.markup import parse_html

GOLDEN = Path(__file__).parents[2] / "golden"
SETTINGS = read_settings({})
BUTTONS = [
    {"title": "Phí, lệ phí", "payload": '/ask_procedure{"procedure_code": "2.000648", "facet": "fee"}'},
    {"title": "Cấp sửa đổi, bổ sung Giấy chứng nhận cửa hàng đủ điều kiện bán lẻ xăng dầu", "payload": "/b"},
    {"title": "Các bước làm", "payload": "/c"},
    {"title": "Mẫu đơn", "payload": "/d"},
    {"title": "Nơi nộp", "payload": "/e"},
    {"title": "Điều kiện", "payload": "/f"},
]


def _never() -> None:
    pytest.fail("rendering sends and stores nothing")


SENDERS: list[tuple[Sender, int, Callable[[str], int]]] = [
    (TelegramSender(TelegramApi(SETTINGS.telegram), _never), 4096, utf16_length),  # type: ignore[arg-type]
    (ZaloSender(SETTINGS.zalo, ZaloApi(SETTINGS.zalo), _never, {}), 2000, len),  # type: ignore[arg-type]
    (ZaloBotSender(BotApi(SETTINGS.zalo_bot)), 2000, len),
]


def answers() -> list[str]:
    """Every reviewed answer: each facet of each procedure, and whole ones of several facets."""
    found = []
    for path in sorted(GOLDEN.glob("*.md")):
        sections = re.split(r"^# .+\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        found += [section.strip() for section in sections]
        found.append("\n\n".join(section.strip() for section in sections))
    return found


ANSWERS = answers()


def as_given(text: str, buttons: list[dict[str, str]]) -> Reply:
    """The reply as the gateway puts it into the outbox."""
    (reply,), _ = to_replies([custom(text, buttons, outcome="answered")])
    (numbered,), _ = with_numbers([reply])
    return numbered


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


def test_there_is_something_to_compare() -> None:
    assert len(ANSWERS) > 800
    assert max(map(len, ANSWERS)) > 4096


@pytest.mark.parametrize(
    ("sender", "limit", "length"), SENDERS, ids=lambda value: getattr(value, "channel", "")
)
def test_nothing_is_lost_or_reordered(sender: Sender, limit: int, length: Callable[[str], int]) -> None:
    for text in ANSWERS:
        parts = [part.body["text"] for part in sender.render(as_given(text, []))]
        assert all(0 < length(part) <= limit for part in parts)
        assert squeezed("".join(parts)) == squeezed(text)


def test_the_web_shows_an_answer_as_it_is() -> None:
    assert [as_given(text, [])["text"] for text in ANSWERS] == ANSWERS


def test_telegram_s_markup_changes_no_word() -> None:
    for text in ANSWERS:
        assert parse_html(to_html(text)) == text


@pytest.mark.parametrize(
    ("sender", "limit", "length"), SENDERS, ids=lambda value: getattr(value, "channel", "")
)
def test_every_button_is_within_reach(sender: Sender, limit: int, length: Callable[[str], int]) -> None:
    """Buttons stand under the answer, or in it by their titles with a number that chooses them."""
    for text in (ANSWERS[0], max(ANSWERS, key=len)):
        reply = as_given(text, BUTTONS)
        *_, last = sender.render(reply)
        assert length(last.body["text"]) <= limit
        keyboard = [button["payload"] for row in last.body.get("buttons", []) for button in row]
        if keyboard:
            assert keyboard == [button["payload"] for button in BUTTONS]
        for button, line in zip(reply["buttons"], numbered_lines(reply["buttons"]), strict=True):
            assert line in last.body["text"]
            by_number = chosen_payload(reply["buttons"], button["number"], by_number=True)
            assert keyboard or by_number == button["payload"]
