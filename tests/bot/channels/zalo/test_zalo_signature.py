"""Zalo's signatures, with the values that its own tools give."""

from __future__ import annotations

import pytest

from bot.channels.zalo.signature import appsecret_proof, event_mac, is_signed

BODY = (
    '{"app_id":"360846524940903967","sender":{"id":"246845883529197922"},"user_id_by_app":"552177279717587730",'
    '"recipient":{"id":"388613280878808645"},"event_name":"user_send_text","message":{"text":"Tra cứu hồ sơ",'
    '"msg_id":"96d3cdf3af150460909"},"timestamp":"1790000000000"}'
).encode()
ID, TIME, SECRET = "360846524940903967", "1790000000000", "test-oa-secret"
MAC = "9f11a20d9d423b80a3a58bb914a1e13044850b88ba09f3347e41025071834b5d"


def test_known_values():
    short = "2f1ef5aabe67e8396a459ca89562e108ad541f82ba5022c85f645bd6b7220cb9"
    assert event_mac("X", b"BODY", "1234567890", "Y") == short
    assert len(BODY) == 275
    assert event_mac(ID, BODY, TIME, SECRET) == MAC
    proof = "c7a7a56a58d03b05def128144d755b6c5bd4ba6b88fbfd8a59a909c862e52d7b"
    assert appsecret_proof("test-access-token", "test-app-secret") == proof


@pytest.mark.parametrize("given", [f"mac={MAC}", MAC, f" MAC={MAC.upper()} "])
def test_both_forms_of_the_header_are_taken(given):
    assert is_signed(given, BODY, TIME, [ID], [SECRET])


@pytest.mark.parametrize("given", ["", "mac=", "mac=ư", MAC[:-1], MAC[:-1] + "0", f"mac=mac={MAC}"])
def test_anything_else_is_not_signed(given):
    assert not is_signed(given, BODY, TIME, [ID], [SECRET])


def test_every_key_and_id_that_is_allowed_may_sign():
    assert is_signed(MAC, BODY, TIME, ["388613280878808645", ID], ["other", SECRET])
    assert not is_signed(MAC, BODY, TIME, [ID], [])
    assert not is_signed(MAC, BODY + b" ", TIME, [ID], [SECRET])
