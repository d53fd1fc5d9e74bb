from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.story_reader.yaml_story_reader import YAMLStoryReader
from rasa.shared.nlu.training_data.message import Message

from bot.dialogue.message import MessageError, check_payload, read_message, typed_text

DOMAIN = Domain(
    ["ask_procedure", "select_candidate"], ["procedure_code", "facet", "ordinal"], [], {}, [], {}, {}
)


def unpack(payload: str) -> Message:
    return YAMLStoryReader.unpack_regex_message(Message({"text": payload}), DOMAIN)


def test_a_button_s_values_and_lists_of_values_reach_rasa_as_entities() -> None:
    payload = check_payload('/ask_procedure{"procedure_code": "2.000648", "facet": ["fee", "deadline"]}')

    message = unpack(payload)

    assert message.get("intent") == {"name": "ask_procedure", "confidence": 1.0}
    assert [(e["entity"], e["value"]) for e in message.get("entities")] == [
        ("procedure_code", "2.000648"),
        ("facet", "fee"),
        ("facet", "deadline"),
    ]


def test_a_payload_without_entities_is_fine() -> None:
    assert unpack(check_payload("/select_candidate")).get("intent")["name"] == "select_candidate"


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "/",
        "xin chào",
        "/restart",
        "/back",
        "/session_start",
        "/ask_procedure@0.1",
        '/ask_procedure@1.0{"facet": "fee"}',
        '/ask_procedure{"facet": "fee"} và thêm nữa',
        "/ask_procedure{facet: fee}",
        '/ask_procedure{"facet": {"a": "b"}}',
        '/ask_procedure{"facet": 1}',
        '/ask_procedure{"facet": [["fee"]]}',
        '/ask_procedure{"facet": null}',
        '/ask_procedure{"facet": "' + "x" * 301 + '"}',
        '/ask_procedure{"facet": ' + json.dumps(["fee"] * 21) + "}",
        '/ask_procedure{"facet": "\\ud800"}',
        "/" + "x" * 3_000,
        "/ask_procedure" + "{" * 1_000,
    ],
)
def test_any_other_payload_is_refused(payload: str) -> None:
    with pytest.raises(MessageError):
        check_payload(payload)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("/restart", "restart"),
        ("  / /ask_procedure{}", "ask_procedure{}"),
        ("\u200b/restart", "restart"),
        ("\u3000//deny", "deny"),
        ("///", "?"),
        ("", "?"),
        ("phí / lệ phí", "phí / lệ phí"),
    ],
)
def test_typed_text_never_begins_with_a_slash(typed: str, text: str) -> None:
    assert typed_text(typed) == text


@given(
    st.one_of(
        st.text(max_size=40), st.text(alphabet="/ \t\u00a0\u200b\u3000\x1cask_procedure{}@1", max_size=40)
    )
)
def test_typed_text_is_never_read_as_a_payload(typed: str) -> None:
    message = Message({"text": typed_text(typed)})

    assert YAMLStoryReader.unpack_regex_message(message, DOMAIN) is message


@given(
    st.dictionaries(
        st.sampled_from(["facet", "ordinal"]),
        st.lists(st.text(max_size=20).filter(str.isprintable), max_size=3),
    )
)
def test_checked_payloads_keep_their_values(entities: dict[str, list[str]]) -> None:
    message = unpack(check_payload(f"/ask_procedure{json.dumps(entities)}"))

    got: dict[str, list[str]] = {name: [] for name in entities}
    for entity in message.get("entities"):
        got[entity["entity"]].append(entity["value"])
    assert got == entities


def test_only_metadata_makes_a_payload() -> None:
    body = {"sender": "a", "message": '/ask_procedure{"facet": "fee"}'}

    assert not read_message(body).text.startswith("/")
    assert not read_message({**body, "metadata": {"payload": "true"}}).text.startswith("/")
    assert read_message({**body, "metadata": {"payload": True}}).text.startswith("/ask_procedure")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        {},
        {"sender": "", "message": "a"},
        {"sender": "x" * 201, "message": "a"},
        {"sender": 5, "message": "a"},
        {"sender": "\ud800", "message": "a"},
        {"sender": "a"},
        {"sender": "a", "message": None},
        {"sender": "a", "message": "x" * 20_001},
        {"sender": "a", "message": "b", "metadata": []},
    ],
)
def test_malformed_bodies_are_refused(body: Any) -> None:
    with pytest.raises(MessageError):
        read_message(body)
