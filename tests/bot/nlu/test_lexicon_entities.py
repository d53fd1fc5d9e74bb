from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import EXTRACTED_ENTITIES, LexiconEntityExtractor, extract_entities


def found(text: str) -> list[tuple[str, str, str]]:
    return [(e["entity"], e["value"], text[e["start"] : e["end"]]) for e in extract_entities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lệ phí bao nhiêu, bao lâu có?", ["fee", "deadline"]),
        ("le phi bao nhieu, bao lau co", ["fee", "deadline"]),
        ("cần giấy tờ gì và nộp ở đâu", ["documents", "channels"]),
    ],
)
def test_two_questions_in_one_sentence_give_two_facets(text: str, expected: list[str]) -> None:
    facets = [value for entity, value, _ in found(text) if entity == "facet"]

    assert list(dict.fromkeys(facets)) == expected


def test_case_actor_and_codes_are_found_with_their_places() -> None:
    text = "hộ kinh doanh xin cấp lại thủ tục 2.000648, hồ sơ h27.12-230412-0001"

    assert ("actor", "household", "hộ kinh doanh") in found(text)
    assert ("procedure_code", "2.000648", "2.000648") in found(text)
    assert ("dossier_code", "H27.12-230412-0001", "h27.12-230412-0001") in found(text)
    assert any(entity == "case" and value == "reissue" for entity, value, _ in found(text))


def test_places_refer_to_decomposed_text_as_it_was_sent() -> None:
    text = unicodedata.normalize("NFD", "cho hỏi lệ phí")

    assert ("facet", "fee", unicodedata.normalize("NFD", "lệ phí")) in found(text)


def test_words_of_a_procedure_name_are_no_facet() -> None:
    assert not [
        hit for hit in found("giấy chứng nhận đủ điều kiện bán lẻ xăng dầu") if hit[1] == "conditions"
    ]


def test_entities_are_added_to_those_already_there() -> None:
    message = Message({"text": "số 2", "entities": [{"entity": "facet", "value": "fee"}]})

    LexiconEntityExtractor().process([message])

    entities = message.get("entities")
    assert [e["entity"] for e in entities] == ["facet", "ordinal"]
    assert entities[1]["extractor"] == "LexiconEntityExtractor"
    assert "entities" in message.as_dict(only_output_properties=True)


@given(st.text(max_size=80))
def test_any_text_is_read_and_every_place_lies_in_it(text: str) -> None:
    for entity in extract_entities(text):
        assert entity["entity"] in EXTRACTED_ENTITIES
        assert 0 <= entity["start"] < entity["end"] <= len(text)
