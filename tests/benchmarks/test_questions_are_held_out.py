"""The evaluation can be believed: no held-out question, nor one like it, is in what the system learns from.

Failures name the question's id and the file that holds its like, never the held-out text itself.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy.sparse import coo_matrix
from sklearn.feature_extraction.text import CountVectorizer

from actions.question import Facet
from actions.reply import Outcome
from benchmarks.evaluation.questions import ANSWERABLE, HELD_OUT, AskedQuestion, read_questions
from knowledge.catalogue.records import Procedure, Status
from knowledge.catalogue.shipped import load_shipped
from knowledge.catalogue.topics import Case
from knowledge.settings import ROOT
from knowledge.text.normalise import fold

DEV = HELD_OUT.with_name("dev.jsonl")
CHECK = HELD_OUT.with_name("check.jsonl")
LEARNED_FROM = (
    "nlu_data/**/*.yml",
    "bot/nlu/data/**/*.yml",
    "knowledge/catalogue/data/*.yml",
    "knowledge/catalogue/data/topics/*.yml",
    "knowledge/catalogue/data/plain/*.yml",
    "knowledge/catalogue/data/examples/*.yml",
    "knowledge/text/data/**/*.yml",
    "benchmarks/*.yml",
    "benchmarks/questions/*.yml",
    "benchmarks/questions/*.txt",
)
WITH_CODES = ANSWERABLE | {Outcome.CLARIFY}
SAME_WORDS, SAME_LETTERS = 0.8, 0.85
LEAST_WORDS = 4
_WORD = re.compile(r"[^\W_]+")
"""Shorter messages (thanks, greetings) cannot be said in a way nobody else says them."""


def learned_texts() -> list[tuple[str, str]]:
    """Return (file, text) of everything the system learns from or is tuned on."""
    texts = [(path.name, question.text) for path in (DEV, CHECK) for question in read_questions(path)]
    for pattern in LEARNED_FROM:
        for path in sorted(ROOT.glob(pattern)):
            content = path.read_text(encoding="utf-8")
            lines = _scalars(yaml.safe_load(content)) if path.suffix == ".yml" else content.splitlines()
            texts += [(path.relative_to(ROOT).as_posix(), line) for line in lines]
    return texts


def _scalars(value: Any) -> Iterator[str]:
    """Yield every text in a YAML value, keys included; lines of a block one by one."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _scalars(key)
            yield from _scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from _scalars(item)
    elif isinstance(value, str):
        yield from (line.strip().removeprefix("- ") for line in value.splitlines() if line.strip())


def likeness(
    asked: list[str], learned: list[str], parts: Callable[[str], set[str]], *, dice: bool
) -> coo_matrix:
    """Return the likeness of every pair that shares a part: Jaccard, or Dice, of their sets of parts."""
    ours, theirs = [parts(text) for text in asked], [parts(text) for text in learned]
    vectoriser = CountVectorizer(analyzer=lambda known: known, binary=True, dtype=np.int32)
    common = (vectoriser.fit_transform(ours) @ vectoriser.transform(theirs).T).tocoo()
    # Parts that no question has are not in the vocabulary, but they count in the size of a learned text.
    sizes = np.array([len(found) for found in ours])[common.row]
    sizes = sizes + np.array([len(found) for found in theirs])[common.col]
    values = 2 * common.data / sizes if dice else common.data / (sizes - common.data)
    return coo_matrix((values, (common.row, common.col)), shape=common.shape)


def words(text: str) -> set[str]:
    return set(_WORD.findall(text))


def trigrams(text: str) -> set[str]:
    line = f" {' '.join(_WORD.findall(text))} "
    return {line[place : place + 3] for place in range(len(line) - 2)}


def near_duplicates(asked: list[str], learned: list[str]) -> list[tuple[int, int]]:
    """Return (place in asked, place in learned) of texts that say the same in nearly the same words."""
    found: set[tuple[int, int]] = set()
    for parts, dice, least in ((words, False, SAME_WORDS), (trigrams, True, SAME_LETTERS)):
        pairs = likeness(asked, learned, parts, dice=dice)
        near = pairs.data >= least
        found |= set(zip(pairs.row[near].tolist(), pairs.col[near].tolist(), strict=True))
    return sorted(found)


def test_no_held_out_question_is_in_what_the_system_learns_from() -> None:
    questions = [q for q in read_questions(HELD_OUT) if len(words(fold(q.text))) >= LEAST_WORDS]
    learned = sorted({(name, fold(text)) for name, text in learned_texts()})
    assert len(learned) > 10_000

    pairs = near_duplicates([fold(q.text) for q in questions], [text for _, text in learned])

    assert sorted({f"{questions[asked].id}: {learned[place][0]}" for asked, place in pairs}) == []


def test_held_out_questions_are_all_different() -> None:
    texts = [fold(question.text) for question in read_questions(HELD_OUT)]
    ids = [question.id for question in read_questions(HELD_OUT)]

    assert [(ids[a], ids[b]) for a, b in near_duplicates(texts, texts) if a < b] == []


@pytest.mark.parametrize(
    ("asked", "learned", "same"),
    [
        ("mo cay xang can giay to gi", "Mở cây xăng cần giấy tờ gì?", True),
        ("mo cay xang can giay to gi", "cần giấy tờ gì mở cây xăng", True),
        ("mo cay xang thi can nhung giay to gi", "mở cây xăng cần những giấy tờ gì ạ", True),
        ("mo cay xang can giay to gii", "mở cây xăng cần giấy tờ gì", True),
        ("mo cay xang can giay to gi", "mở cây xăng mất bao lâu", False),
        ("mo cay xang can giay to gi", "bán rượu cần giấy tờ gì", False),
    ],
)
def test_near_duplicates_are_found_by_words_and_by_letters(asked: str, learned: str, same: bool) -> None:
    assert near_duplicates([asked], [fold(learned), "sao"]) == ([(0, 0)] if same else [])


@pytest.fixture(params=[HELD_OUT, DEV, CHECK], ids=lambda path: path.stem)
def question_set(request: pytest.FixtureRequest) -> Path:
    return request.param


@pytest.fixture
def questions(question_set: Path) -> list[AskedQuestion]:
    return read_questions(question_set)


def test_ids_are_unique(questions: list[AskedQuestion]) -> None:
    assert [name for name, count in Counter(q.id for q in questions).items() if count > 1] == []


@pytest.fixture(scope="module")
def procedures() -> dict[str, Procedure]:
    return {procedure.code: procedure for procedure in load_shipped()}


def test_accepted_codes_are_in_the_catalogue(
    questions: list[AskedQuestion], procedures: dict[str, Procedure]
) -> None:
    assert sorted({code for question in questions for code in question.codes} - set(procedures)) == []


def test_codes_fit_the_outcome(questions: list[AskedQuestion], procedures: dict[str, Procedure]) -> None:
    for question in questions:
        assert bool(question.codes) is (question.outcome in WITH_CODES), question.id
        if question.answerable:
            listed = procedures[question.codes[0]].status is Status.LISTED
            assert listed is (question.outcome is Outcome.ANSWERED), question.id


def test_cases_and_registers_are_legal(question_set: Path) -> None:
    registers = {
        "polite", "curt", "business", "southern", "northern", "chatty", "half", "two_questions", "story",
    }  # fmt: skip
    cases = {case.value for case in Case} | {None, ""}
    for line in question_set.read_text(encoding="utf-8").splitlines():
        value = json.loads(line)
        assert value["register"] in registers, value["id"]
        assert value["case"] in cases, value["id"]


def test_the_sets_are_large_and_cover_everything(procedures: dict[str, Procedure]) -> None:
    held_out, dev = read_questions(HELD_OUT), read_questions(DEV)

    assert len(held_out) >= 400
    assert len(dev) >= 250
    assert {facet for question in held_out for facet in question.facets} == set(Facet)
    assert len({procedures[code].field for question in held_out for code in question.codes}) >= 25
