"""Phrases are found with and without marks, abbreviated or not; names of procedures are protected."""

from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.lexicon import Lexicon, load_lexicon, read_phrases
from knowledge.text.normalise import normalise, strip_marks
from knowledge.text.terms import analyse


def found(text: str, entity: str) -> list[str]:
    return [match.value for match in load_lexicon().find(text) if match.entity == entity]


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("cần giấy tờ gì, nộp ở đâu, bao lâu có?", ["documents", "channels", "deadline"]),
        ("can giay to gi nop o dau bao lau co", ["documents", "channels", "deadline"]),
        ("het bn tien", ["fee"]),
        ("hso gồm j", ["documents"]),
        ("mẫu đơn lấy ở đâu", ["forms", "channels"]),
        ("giấy chứng nhận đủ điều kiện", []),
        ("hợp đồng theo mẫu", []),
        ("bán hàng online", []),
    ],
)
def test_facets(text, facets):
    assert found(text, "facet") == facets


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("giấy phép bị rách", "reissue"),
        ("giay phep bi rach", "reissue"),
        ("đổi địa chỉ", "amend"),
        ("sắp hết hạn", "extend"),
        ("chấm dứt hoạt động", "terminate"),
    ],
)
def test_cases(text, case):
    assert found(text, "case") == [case]


def test_a_word_with_other_marks_is_another_word():
    assert found("phì", "facet") == []
    assert found("phí", "facet") == ["fee"]


def test_every_phrase_is_found_as_itself_with_marks():
    for entity, value, phrase in read_phrases():
        assert [m.value for m in Lexicon([(entity, value, phrase)]).find(phrase)] == [value], phrase


def test_every_phrase_without_marks_is_found_as_one_of_its_value():
    by_value: dict[tuple[str, str], list[str]] = defaultdict(list)
    for entity, value, phrase in read_phrases():
        by_value[entity, value].append(phrase)
    for (entity, value), phrases in by_value.items():
        alone = Lexicon([(entity, value, phrase) for phrase in phrases])
        for phrase in phrases:
            assert alone.find(strip_marks(normalise(phrase))), phrase


@given(st.text())
def test_terms_and_matches_lie_within_the_text_in_order(text):
    terms = analyse(text)
    assert all(0 <= term.start < term.end <= len(text) for term in terms)
    assert [term.start for term in terms] == sorted(term.start for term in terms)
    matches = load_lexicon().find(text)
    assert all(first.last_term < second.first_term for first, second in pairwise(matches))
