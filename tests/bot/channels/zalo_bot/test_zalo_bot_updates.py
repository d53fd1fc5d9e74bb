"""What the Bot Platform's updates mean to us."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.base import Attachment
from bot.channels.zalo_bot.updates import UpdateError, name_of, read_update, unwrapped

WHEN = datetime.fromtimestamp(1_790_000_000, timezone.utc)


def update(event="message.text.received", chat_type="PRIVATE", **fields):
    message = {
        "message_id": "16f6366b3f02645a3d15",
        "from": {"id": "e4ea2cd5189df1c3a88c", "display_name": "Cô An", "is_bot": False},
        "chat": {"id": "e4ea2cd5189df1c3a88c", "chat_type": chat_type},
        "date": 1790000000000,
        **fields,
    }
    return {"message": message} | ({"event_name": event} if event else {})


def test_a_text_is_a_message():
    incoming = read_update(update(text="Xin chào"))
    assert (incoming.channel, incoming.address, incoming.message_id) == (
        "zalo_bot",
        "e4ea2cd5189df1c3a88c",
        "16f6366b3f02645a3d15",
    )
    assert (incoming.text, incoming.payload, incoming.sent_at) == ("Xin chào", None, WHEN)
    assert not incoming.is_group
    assert not incoming.attachments


def test_typed_payloads_stay_text():
    incoming = read_update(update(text='/flow_step{"flow": "erase"}'))
    assert incoming.payload is None
    assert incoming.text == '/flow_step{"flow": "erase"}'


@pytest.mark.parametrize(
    ("event", "fields", "text", "attachment"),
    [
        ("image", {"photo_url": "https://x/y.jpg"}, None, Attachment("image", url="https://x/y.jpg")),
        ("image", {"photo_url": "https://x/y.jpg", "caption": "Giấy này"}, "Giấy này", None),
        ("sticker", {"sticker": "0e078a2f"}, None, Attachment("sticker", file_id="0e078a2f")),
        ("voice", {}, None, Attachment("audio")),
        ("unsupported", {}, None, Attachment("file")),
    ],
)
def test_what_is_no_text_is_an_attachment(event, fields, text, attachment):
    incoming = read_update(update(f"message.{event}.received", **fields))
    assert incoming.text == text
    if attachment is not None:
        assert incoming.attachments == (attachment,)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"text": "Xin chào"}, "message.text.received"),
        ({"photo_url": "https://x/y.jpg"}, "message.image.received"),
        ({}, "unknown"),
    ],
)
def test_an_update_without_a_name_is_known_by_its_fields(fields, name):
    assert name_of(update(event=None, **fields)) == name


def test_a_group_is_told_apart():
    assert read_update(update(text="Xin chào", chat_type="GROUP")).is_group


def test_the_update_may_be_wrapped_or_bare():
    bare = update(text="Xin chào")
    assert unwrapped({"ok": True, "result": bare}) == bare
    assert unwrapped(bare) == bare


@pytest.mark.parametrize(
    "given_update",
    [
        update("message.poll.received"),
        update(event=None),
        update(text="Xin chào", **{"from": {"id": "1", "is_bot": True}}),
    ],
)
def test_what_is_not_for_us_is_passed_over(given_update):
    assert read_update(given_update) is None


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"chat": None}, "chat"),
        ({"chat": {"id": ""}}, "id"),
        ({"chat": {"id": True}}, "id"),
        ({"message_id": "x" * 65}, "message_id"),
        ({"message_id": "a b"}, "message_id"),
        ({"message_id": "số"}, "message_id"),
        ({"message_id": None}, "message_id"),
    ],
)
def test_malformed_fields_are_refused_by_name(fields, field):
    with pytest.raises(UpdateError, match=field):
        read_update(update(text="Xin chào", **fields))


@pytest.mark.parametrize("date", [None, "hôm qua", True, -1, 0, 10**30, 1.5, 1790000000])
def test_a_time_that_cannot_be_one_is_left_out(date):
    assert read_update(update(text="Xin chào", date=date)).sent_at is None


def test_ids_may_be_numbers():
    incoming = read_update(update(text="Xin chào", message_id=5, chat={"id": 246845883529197922}))
    assert (incoming.message_id, incoming.address) == ("5", "246845883529197922")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "event_name": st.sampled_from(["message.text.received", "message.image.received"]) | json_values,
            "message": json_values
            | st.fixed_dictionaries(
                {},
                optional={
                    "message_id": json_values,
                    "text": json_values,
                    "date": json_values,
                    "from": json_values,
                    "chat": json_values | st.fixed_dictionaries({"id": json_values}),
                },
            ),
        },
    )
)
def test_anything_is_read_or_refused(body):
    try:
        incoming = read_update(unwrapped(body))
    except UpdateError:
        return
    if incoming is not None:
        assert 0 < len(incoming.message_id) <= 64
        assert 0 < len(incoming.address) <= 64
