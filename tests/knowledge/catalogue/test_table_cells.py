"""What the cells of the departments' table say, read and written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalogue.cleaning import clean
from knowledge.catalogue.importers.report import RowError
from knowledge.catalogue.importers.table_cells import READERS, read_row, write_row
from knowledge.catalogue.records import (
    Channel,
    Deadline,
    Document,
    DocumentCase,
    LegalText,
    Level,
    OnlineLevel,
    Procedure,
    TimeUnit,
)


@pytest.mark.parametrize(
    ("cell", "deadlines"),
    [
        ("15 ngày làm việc", [Deadline(c, 15, TimeUnit.WORKING_DAY, "15 ngày làm việc") for c in Channel]),
        ("trực tuyến: 08 giờ", [Deadline(Channel.ONLINE, 8, TimeUnit.HOUR, "08 giờ")]),
        (
            "Trực tiếp | 5 ngày | Trường hợp cấp lại | Kể từ // ngày nhận",
            [
                Deadline(
                    Channel.IN_PERSON, 5, TimeUnit.DAY, "5 ngày", "Trường hợp cấp lại", "Kể từ\nngày nhận"
                )
            ],
        ),
        (
            "Dịch vụ bưu chính | Trước ngày 30 tháng 8",
            [Deadline(Channel.POST, None, TimeUnit.OTHER, "Trước ngày 30 tháng 8")],
        ),
    ],
)
def test_ways_to_write_a_limit(cell: str, deadlines: list[Deadline]) -> None:
    procedure, errors = read_row(cells(deadlines=cell), lambda key: key)
    assert errors == []
    assert procedure is not None
    assert list(procedure.deadlines) == deadlines


def cells(**values: str) -> dict[str, str]:
    return {"code": "1.009999", "name": "Tên", "field": "Hóa chất", "levels": "Tỉnh", **values}


@pytest.mark.parametrize(
    ("cell", "document"),
    [
        ("Đơn đề nghị", Document("Đơn đề nghị", 1, 0)),
        ("Đơn đề nghị | 2", Document("Đơn đề nghị", 2, 0)),
        ("Đơn đề nghị | 2 bản sao", Document("Đơn đề nghị", 0, 2)),
        ("Đơn đề nghị | 1 | 3", Document("Đơn đề nghị", 1, 3)),
        ("Đơn đề nghị | 1 | 0 | a.docx; b.pdf", Document("Đơn đề nghị", 1, 0, ("a.docx", "b.pdf"))),
        ("* Nộp một bộ", Document("Nộp một bộ", is_note=True)),
    ],
)
def test_ways_to_write_a_paper(cell: str, document: Document) -> None:
    procedure, _errors = read_row(cells(document_cases=cell), lambda key: key)
    assert procedure is not None
    assert procedure.document_cases == (DocumentCase(None, (document,)),)


def test_a_dash_removes_a_caution() -> None:
    for cell, caution in (("", None), ("-", ""), ("Hãy hỏi lại", "Hãy hỏi lại")):
        procedure, _errors = read_row(cells(caution=cell), lambda key: key)
        assert procedure is not None
        assert procedure.caution == caution


WORD = st.text("aăâbcdđeêghiklmnoôơpqrstuưvxyAĐ0123456789 ,.;:()/-|", min_size=1, max_size=12)
ENTRIES = st.lists(WORD, max_size=3).map(tuple)
ANY_PROCEDURE = st.builds(
    Procedure,
    code=st.from_regex(r"[1-9]\.[0-9]{6}", fullmatch=True),
    name=WORD.map(lambda text: f"Cấp {text}"),
    field=WORD.map(lambda text: f"Lĩnh vực {text}"),
    levels=st.lists(st.sampled_from(Level), min_size=1, unique=True).map(tuple),
    agencies=ENTRIES,
    online_level=st.none() | st.sampled_from(OnlineLevel),
    deadlines=st.lists(
        st.builds(
            Deadline,
            channel=st.sampled_from(Channel),
            value=st.integers(0, 500),
            unit=st.sampled_from(TimeUnit),
            case=st.none() | WORD,
        ),
        max_size=3,
    ).map(tuple),
    document_cases=st.lists(
        st.builds(
            DocumentCase,
            label=st.none() | WORD,
            items=st.lists(
                st.builds(Document, name=WORD.map(lambda text: f"Giấy {text}"), originals=st.integers(0, 3)),
                min_size=1,
                max_size=3,
            ).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    legal_texts=st.lists(
        st.builds(LegalText, number=WORD, issued=st.dates(date(1990, 1, 1))), max_size=2
    ).map(tuple),
    updated_on=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)


@settings(max_examples=80, deadline=None)
@given(ANY_PROCEDURE)
def test_a_written_row_is_read_or_faulted_but_never_breaks(procedure: Procedure) -> None:
    found, errors = read_row(write_row(clean(procedure).procedure), lambda key: key)
    assert (found is None) == bool(errors)
    assert all(isinstance(error, RowError) for error in errors)
    if found is not None:
        assert found.code == procedure.code
        assert found.levels == procedure.levels
        assert found.updated_on == procedure.updated_on


PIECES = st.sampled_from(
    [
        "|",
        ":",
        "\n",
        "[",
        "]",
        "*",
        ";",
        " ",
        "Trực tiếp",
        "5 ngày",
        "1 bản sao",
        "Tỉnh",
        "01/02/2026",
        "-",
        "1.009999",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    key=st.sampled_from(sorted(READERS)),
    text=st.one_of(st.text(max_size=30), st.lists(PIECES, max_size=10).map("".join)),
)
def test_any_text_in_any_cell_is_read_or_faulted(key: str, text: str) -> None:
    found, errors = read_row(cells(**{key: text}), lambda key: key)
    assert (found is None) == bool(errors)
    assert all(isinstance(error, RowError) for error in errors)
