"""Slips of the finger are read between their neighbours; known words, names and codes stay as typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.normalise import fold
from knowledge.text.spelling import Speller, load_speller, read_vocabulary
from knowledge.text.terms import analyse


def folded(text: str) -> str:
    return " ".join(term.folded for term in analyse(text))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("giáy tờ mở cây xăbg", "giay to mo cay xang"),
        ("mo cua hàmg", "mo cua hang"),
        ("kihn doanh khí", "kinh doanh khi"),
        ("muon xin giay phpe", "muon xin giay phep"),
        ("thủ tụcc cấp", "thu tuc cap"),
        ("thời hna giải quyết", "thoi han giai quyet"),
        ("kinhdoanh xangdau", "kinh doanh xang dau"),
        ("banrượu", "ban ruou"),
    ],
)
def test_slips_are_undone(typed: str, meant: str) -> None:
    assert folded(typed) == meant


def test_a_tone_that_nobody_writes_there_becomes_the_usual_one() -> None:
    term = analyse("kinh doamh hóa chát")[3]

    assert (term.norm, term.marked, term.source) == ("chất", True, "restored")


@pytest.mark.parametrize("text", ["ông Khoanh", "shop Kiwi", "2.000648", "H27.12-230412-0001", "xe Vios"])
def test_names_and_codes_stay(text: str) -> None:
    assert [term.folded for term in analyse(text)][-1] == analyse(text)[-1].folded
    assert all(term.source != "spelling" for term in analyse(text))


def test_a_possible_name_is_respelt_for_a_well_known_pair_only() -> None:
    vocabulary = read_vocabulary(["# head", "giấy 90", "phép 80", "giấy phép 60", "xăng 50"])
    speller = Speller(vocabulary)

    assert speller.correct("phet", "giay", "") == "phep"
    assert speller.correct("phet", "ong", "") is None
    assert speller.correct("xagn", "", "") == "xang"


def test_places_refer_to_the_text_as_typed() -> None:
    text = "mở câyxăng ở quê"

    assert [text[term.start : term.end] for term in analyse(text)] == ["mở", "câyxăng", "câyxăng", "ở", "quê"]


@given(st.text(max_size=40))
def test_any_text_is_read_and_known_words_never_change(text: str) -> None:
    known = load_speller().vocabulary.marked
    for term in analyse(text):
        assert term.norm
        if term.source == "spelling":
            assert fold(text[term.start : term.end]) not in load_speller().vocabulary.pairs
            assert text[term.start : term.end].lower() not in known
