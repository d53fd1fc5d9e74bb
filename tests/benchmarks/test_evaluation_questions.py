"""Reading question sets, and telling the held-out one; plain BM25."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from actions.question import Facet
from actions.reply import Outcome
from benchmarks.evaluation.bm25 import BM25
from benchmarks.evaluation.questions import (
    HELD_OUT,
    QuestionSetError,
    is_held_out,
    read_others,
    read_questions,
)

GOOD = {"id": "q1", "text": "mở cây xăng?", "codes": ["2.000648"], "facets": ["fee"], "outcome": "answered"}


def write(path: Path, *values: object) -> Path:
    lines = [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def test_a_question_is_read(tmp_path: Path) -> None:
    [question] = read_questions(write(tmp_path / "set.jsonl", GOOD, ""))

    assert (question.id, question.text, question.codes) == ("q1", "mở cây xăng?", ("2.000648",))
    assert question.facets == {Facet.FEE}
    assert question.outcome is Outcome.ANSWERED
    assert question.answerable
    assert question.ours


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "set.jsonl:2: not JSON"),
        ("[]", "set.jsonl:2: not a JSON object"),
        ({**GOOD, "facets": ["price"]}, "set.jsonl:2: 'price'"),
        ({**GOOD, "outcome": "maybe"}, "set.jsonl:2: 'maybe'"),
        ({**GOOD, "codes": []}, "set.jsonl:2: no accepted code"),
        ({**GOOD, "text": " "}, "set.jsonl:2: the text is empty"),
        ({"id": "q2"}, "set.jsonl:2: 'text' is missing"),
        ({**GOOD, "codes": None}, "set.jsonl:2: "),
    ],
)
def test_a_malformed_line_is_named(tmp_path: Path, line: object, said: str) -> None:
    with pytest.raises(QuestionSetError) as error:
        read_questions(write(tmp_path / "set.jsonl", GOOD, line))
    assert str(error.value).startswith(said)
    assert "cây xăng" not in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"none\.jsonl: No such file"):
        read_questions(tmp_path / "none.jsonl")


def test_questions_to_others_are_out_of_scope(tmp_path: Path) -> None:
    [question] = read_others(write(tmp_path / "others.jsonl", {"question": "đổi hộ chiếu ở đâu"}))

    assert (question.outcome, question.codes, question.ours) == (Outcome.OUT_OF_SCOPE, (), False)
    with pytest.raises(QuestionSetError, match=r"others\.jsonl:1"):
        read_others(write(tmp_path / "others.jsonl", {"text": "x"}))


def test_the_held_out_set_is_known_under_any_name(tmp_path: Path) -> None:
    renamed, linked, named = tmp_path / "mine.jsonl", tmp_path / "link.jsonl", tmp_path / "heldout-2.jsonl"
    shutil.copy(HELD_OUT, renamed)
    linked.symlink_to(HELD_OUT)
    write(named, GOOD)

    assert all(is_held_out(path) for path in (HELD_OUT, renamed, linked, named))
    assert not is_held_out(write(tmp_path / "dev.jsonl", GOOD))


DOCUMENTS = {
    "A": "Cấp giấy chứng nhận cửa hàng đủ điều kiện bán lẻ xăng dầu",
    "B": "Cấp giấy phép bán lẻ rượu",
    "C": "Đăng ký hoạt động khuyến mại",
}


@pytest.mark.parametrize(
    ("text", "first"),
    [("bán lẻ XĂNG DẦU", "A"), ("giay phep ban le ruou", "B"), ("khuyến mại thì đăng ký sao", "C")],
)
def test_bm25_finds_by_words_with_and_without_marks(text: str, first: str) -> None:
    assert BM25(DOCUMENTS).rank(text)[0] == first


def test_bm25_ranks_rare_words_above_common_ones_and_keeps_its_limit() -> None:
    bm25 = BM25(DOCUMENTS)

    assert bm25.rank("bán lẻ rượu") == ["B", "A"]
    assert bm25.rank("bán lẻ rượu", limit=1) == ["B"]
    assert bm25.rank("hộ chiếu") == []
