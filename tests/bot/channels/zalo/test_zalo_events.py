"""What Zalo's events mean to us."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Attachment
from bot.channels.zalo.events import (
    EventError,
    Left,
    OfficerSpoke,
    PassedOver,
    Said,
    Withdrew,
    read_event,
)

PERSON = {"sender": {"id": "246845883529197922"}, "recipient": {"id": "388613280878808645"}}
TIME = "1790000000000"
WHEN = datetime.fromtimestamp(1_790_000_000, timezone.utc)


def event(name, **fields):
    return {"event_name": name, "app_id": "360846524940903967", "timestamp": TIME, **fields}


def said(name, **fields):
    read = read_event(event(name, **fields))
    assert isinstance(read, Said)
    return read.incoming


@pytest.mark.parametrize("as_number", [False, True])
def test_a_text_is_a_message_whatever_form_the_ids_have(as_number):
    body = event("user_send_text", **PERSON, message={"text": "Tra cứu hồ sơ", "msg_id": "96d3cdf3"})
    if as_number:
        body |= {"sender": {"id": 246845883529197922}, "timestamp": int(TIME)}
    incoming = read_event(body).incoming
    assert (incoming.channel, incoming.address, incoming.message_id) == (
        "zalo",
        "246845883529197922",
        "96d3cdf3",
    )
    assert (incoming.text, incoming.payload, incoming.sent_at) == ("Tra cứu hồ sơ", None, WHEN)


def test_what_a_button_sends_is_only_text():
    assert said("user_send_text", **PERSON, message={"text": "/erase", "msg_id": "1"}).payload is None


@pytest.mark.parametrize(
    ("name", "attachment", "expected"),
    [
        (
            "user_send_image",
            {"type": "image", "payload": {"thumbnail": "https://t", "url": "https://a.zdn.vn/x.jpg"}},
            Attachment("image", url="https://a.zdn.vn/x.jpg"),
        ),
        (
            "user_send_file",
            {"type": "file", "payload": {"size": "12345", "name": "don.pdf", "url": "https://a.zdn.vn/d"}},
            Attachment("file", url="https://a.zdn.vn/d", name="don.pdf", size=12345),
        ),
        (
            "user_send_sticker",
            {"type": "sticker", "payload": {"url": "https://s", "id": "bfe458"}},
            Attachment("sticker", url="https://s", file_id="bfe458"),
        ),
        (
            "user_send_location",
            {"type": "location", "payload": {"coordinates": {"latitude": 10.79, "longitude": "106.78"}}},
            Attachment("location"),
        ),
    ],
)
def test_files_come_with_what_zalo_says_of_them(name, attachment, expected):
    incoming = said(name, **PERSON, message={"msg_id": "1", "text": "Nhà", "attachments": [attachment]})
    assert (incoming.text, incoming.attachments) == (None, (expected,))


def test_a_file_without_details_is_still_a_file():
    incoming = said("user_send_audio", **PERSON, message={"msg_id": "1", "attachments": "broken"})
    assert incoming.attachments == (Attachment("audio"),)


def test_following_is_a_greeting_once():
    body = event("follow", oa_id="3886", follower={"id": "2468"}, source="oa_profile")
    first, again = read_event(body).incoming, read_event(dict(body)).incoming
    assert (first.address, first.payload) == ("2468", "/greet")
    assert first.message_id == again.message_id
    assert first.message_id != read_event({**body, "timestamp": "1790000000001"}).incoming.message_id


@pytest.mark.parametrize(
    "info",
    [
        {"name": "An", "phone": "84912345678", "full_address": {"user_city": "Huế"}},
        {"name": "An", "phone": 84912345678, "address": "Đường 13", "city": "Huế"},
    ],
)
def test_shared_information_is_not_taken_over_in_either_shape(info):
    incoming = said("user_submit_info", **PERSON, info=info)
    assert (incoming.payload, incoming.text) == ("/my_data", None)
    assert "912345678" not in repr(incoming)


def test_leaving_withdrawing_and_officers():
    assert read_event(event("unfollow", oa_id="1", follower={"id": "2468"})) == Left("2468")
    assert read_event(event("user_withdraw", **PERSON)) == Withdrew("246845883529197922")
    assert read_event(event("user_withdraw", oa_id="1", user_id=2468)) == Withdrew("2468")
    own = {"sender": {"id": "oa"}, "recipient": {"id": "2468"}, "message": {"text": "x", "msg_id": "1"}}
    assert read_event(event("oa_send_text", **own)) == PassedOver("oa_send_text")
    typed = {**own, "sender": {"id": "oa", "admin_id": "117"}}
    assert read_event(event("oa_send_text", **typed)) == OfficerSpoke("2468")


@pytest.mark.parametrize("name", ["user_seen_message", "anonymous_send_text", "change_oa_daily_quota"])
def test_what_needs_nothing_is_passed_over_by_name(name):
    assert read_event(event(name)) == PassedOver(name)


def test_a_name_nobody_knows_is_counted_as_unknown():
    assert read_event(event("x" * 5000)) == PassedOver("unknown")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "event_name"),
        (event("user_send_text", message={"text": "a", "msg_id": "1"}), "user_id"),
        (event("user_send_text", **PERSON), "message"),
        (event("user_send_text", **PERSON, message={"msg_id": "1"}), "message.text"),
        (event("user_send_text", **PERSON, message={"text": 5, "msg_id": "1"}), "message.text"),
        (event("user_send_text", **PERSON, message={"text": "a", "msg_id": {"a": 1}}), "msg_id"),
        (event("user_send_text", sender={"id": "a b"}, message={"text": "a", "msg_id": "1"}), "id"),
        (event("follow", follower=[]), "follower"),
        (event("follow", follower={"id": "1"}, timestamp="soon"), "timestamp"),
    ],
)
def test_what_cannot_be_read_is_refused_by_the_name_of_the_field(body, field):
    with pytest.raises(EventError, match=f"^{field}: expected"):
        read_event(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(["user_send_text", "user_send_file", "follow", "user_withdraw", "oa_send_text", "?"])
FIELDS = st.sampled_from(["sender", "recipient", "message", "follower", "user_id", "timestamp", "info"])


@given(NAMES, st.dictionaries(FIELDS, JSON, max_size=6))
def test_any_body_is_read_or_refused(name, fields):
    refusal = ": expected"
    try:
        read_event({"event_name": name, **fields})
    except EventError as error:
        refusal = str(error)
    assert ": expected" in refusal
