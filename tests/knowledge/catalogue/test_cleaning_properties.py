"""Properties of cleaning, on texts made of the faults the rules know."""

from __future__ import annotations

import string

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalogue.cleaning import clean
from knowledge.catalogue.records import (
    Channel,
    Deadline,
    Decision,
    Document,
    DocumentCase,
    LegalText,
    Level,
    Procedure,
    TimeUnit,
)

MARKS = st.sampled_from(
    ["+ ", "- ", ". ", "a) ", "b) ", "1. ", "2. ", "(i) ", ";", ".", ":", "\n", "  ", "\u00a0", "của ", "/ "]
)
WORDS = st.sampled_from(
    ["Thủ tục", "Đơn đề nghị", "Trường hợp", "hồ sơ gồm", "07 ngày làm việc", "kể từ ngày nhận đủ hồ sơ",
     "Bộ Công thương", "bản sao", "Phí", "hoặc", "không quy định", "01 bộ", "Nghị định 83/2014/NĐ-CP", "x"]
)  # fmt: skip
LETTERS = st.text(string.ascii_letters + "đĐấộ\u0301 .,;:+-()|/[]", max_size=8)
TEXTS = st.lists(st.one_of(MARKS, WORDS, LETTERS), max_size=7).map(" ".join)
NAMES = TEXTS.map(lambda text: f"Cấp {text}")
DEADLINES = st.builds(
    Deadline,
    channel=st.sampled_from(Channel),
    value=st.integers(0, 99),
    unit=st.sampled_from(TimeUnit),
    text=TEXTS,
    case=st.none() | TEXTS,
    note=st.none() | TEXTS,
)
DOCUMENTS = st.builds(
    Document,
    name=NAMES | TEXTS.filter(str.strip),
    originals=st.integers(0, 2),
    copies=st.integers(0, 2),
    forms=st.lists(TEXTS, max_size=2).map(tuple),
)
CASES = st.builds(DocumentCase, label=st.none() | TEXTS, items=st.lists(DOCUMENTS, max_size=5).map(tuple))
PROCEDURES = st.builds(
    Procedure,
    code=st.just("1.000001"),
    name=NAMES,
    field=NAMES,
    levels=st.just((Level.PROVINCE,)),
    agencies=st.lists(TEXTS, max_size=2).map(tuple),
    applicants=st.lists(TEXTS, max_size=2).map(tuple),
    deadlines=st.lists(DEADLINES, max_size=4).map(tuple),
    document_cases=st.lists(CASES, max_size=2).map(tuple),
    results=st.lists(TEXTS, max_size=2).map(tuple),
    legal_texts=st.lists(st.builds(LegalText, number=TEXTS, title=TEXTS), max_size=2).map(tuple),
    decision=st.none() | st.builds(Decision, number=TEXTS),
    portal_fee_texts=st.lists(TEXTS, max_size=2).map(tuple),
    caution=st.none() | TEXTS,
)


@settings(max_examples=150, deadline=None)
@given(PROCEDURES)
def test_cleaning_twice_is_cleaning_once(procedure: Procedure) -> None:
    once = clean(procedure)
    twice = clean(once.procedure)
    assert twice.procedure == once.procedure
    assert twice.changes == ()


@settings(max_examples=60, deadline=None)
@given(PROCEDURES)
def test_cleaning_never_loses_a_limit_or_a_paper(procedure: Procedure) -> None:
    cleaned = clean(procedure).procedure
    before = {item.channel for item in procedure.deadlines}
    assert {item.channel for item in cleaned.deadlines} == before
    for raw, case in zip(procedure.document_cases, cleaned.document_cases, strict=True):
        assert bool(raw.items) <= bool(case.items)
