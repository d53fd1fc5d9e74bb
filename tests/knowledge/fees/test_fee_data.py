"""The fee rules that ship: complete, consistent, in files of a readable size."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge.catalogue.shipped import load_raw
from knowledge.fees.records import (
    Applicant,
    Area,
    Case,
    Confidence,
    CoverageClass,
    Payer,
    RuleStatus,
)
from knowledge.fees.rules import DATA, fee_book, load_fee_book
from knowledge.fees.wording import phrase
from knowledge.text.lexicon import LEXICONS
from knowledge.yaml_fields import DataError

TRADE = "rules/168-2016-trade-goods.yml"
ORIGIN = "rules/36-2023-certificates-of-origin.yml"


def test_every_rule_of_the_survey_is_there() -> None:
    book = fee_book()
    everything = [*book.rules.values(), *book.reductions]
    assert len(everything) == 117
    assert Counter(item.confidence for item in everything) == {
        Confidence.HIGH: 66,
        Confidence.MEDIUM: 43,
        Confidence.LOW: 8,
    }
    assert Counter(item.status for item in everything) == {
        RuleStatus.CURRENT: 76,
        RuleStatus.EXPIRED: 17,
        RuleStatus.SUPERSEDED: 16,
        RuleStatus.UNVERIFIED: 8,
    }


def test_classes_of_the_local_procedures() -> None:
    """The survey of the 262 local procedures found 57 / 6 / 7 / 54 / 11 / 127 in the classes A to F."""
    local = {item.code for item in load_raw() if {level.value for level in item.levels} != {"Bộ"}}
    local |= {"5.003861", "5.003863"}  # in the survey, no longer on the national list
    coverage = [fee_book().coverage_of(code) for code in local]
    cautious = [item for item in coverage if item and item.caution != "no_longer_listed"]
    counts = Counter(item.letter for item in cautious)
    assert counts == {
        CoverageClass.KNOWN: 57,
        CoverageClass.KNOWN_ONE_SOURCE: 6,
        CoverageClass.DOUBTFUL: 7,
        CoverageClass.UNKNOWN_AMOUNT: 54,
        CoverageClass.NOT_COLLECTED: 11,
        CoverageClass.NO_BASIS: 127,
    }


def test_reduction_of_2025_ends_with_2026() -> None:
    current = [item for item in fee_book().reductions if item.status is RuleStatus.CURRENT]
    assert len(current) >= 18
    for item in current:
        assert item.circular.number == "64/2025/TT-BTC"
        assert (item.percent, item.effective_from, item.effective_to) == (
            50,
            date(2025, 7, 1),
            date(2026, 12, 31),
        )


def test_files_are_small() -> None:
    assert all(path.stat().st_size < 1_000_000 for path in DATA.rglob("*.yml"))


@pytest.mark.parametrize(
    ("lexicon", "values"), [("actors.yml", Applicant), ("areas.yml", Area), ("cases.yml", Case)]
)
def test_vocabulary_is_the_one_of_the_language_side(lexicon: str, values) -> None:
    content = yaml.safe_load((LEXICONS / lexicon).read_text(encoding="utf-8"))
    assert set(content["values"]) == {item.value for item in values}


def test_every_key_has_its_words() -> None:
    for item in fee_book().coverage:
        if item.reason:
            assert phrase("unknown", item.reason, circulars="1/2026/TT-BTC")
        if item.caution:
            assert phrase("remarks", item.caution)
    for payer in Payer:
        assert phrase("payers", payer.value)
    for case in Case:
        assert phrase("cases", case.value)


def test_no_phrase_says_free() -> None:
    """A fee that is not known is never "miễn phí"."""
    assert (
        "miễn phí"
        not in str(list(yaml.safe_load((DATA / "wording.yml").read_text("utf-8")).values())).lower()
    )


def test_a_phrase_is_not_a_group() -> None:
    with pytest.raises(KeyError, match="one phrase"):
        phrase("confirm", "anything")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(DATA, tmp_path / "data")
    return tmp_path / "data"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        (TRADE, "amount: 1200000", "amount: 1.200.000", "whole number"),
        (TRADE, "amount: 1200000", "amount: 1300000", "less 50 %"),
        (
            "rules/168-2016-trade-goods.yml",
            "circular: 168/2016",
            "circular: 169/2016",
            "not in circulars.yml",
        ),
        (TRADE, "per: business_point", "per: shop", "must be business_point"),
        (TRADE, "tt168-2016-d4k2a-kv", "tt168-2016-d4k1a-tp", "there twice"),
        (TRADE, "area: urban", "place: urban", "unknown field 'place'"),
        (TRADE, "confidence: H", "confidence: L", "go together"),
        (
            "rules/168-2016-trade-goods.yml",
            "from: 2017-01-01",
            "from: 2017-01-01\n    to: 2016-01-01",
            "before",
        ),
        (
            "rules/36-2023-certificates-of-origin.yml",
            "circular: 36/2023/TT-BTC\n",
            "\n",
            "needs the circular",
        ),
        ("rules/no-fee.yml", "stated_by:", "note:", "needs 'stated_by'"),
        ("rules/no-fee.yml", "amount: 0", "amount: 5", "class E"),
        ("rules/28-2023-construction-appraisal.yml", "role: maximum", "role: minimum", "one minimum and one"),
        ("reductions.yml", "reduces: tt168-2016-d4k1a-tp", "reduces: tt999", "which is no rule"),
        ("reductions.yml", "percent: 50", "percent: 0", "from 1 to 100"),
        ("reductions.yml", "from: 2025-07-01", "from: 2027-07-01", "before 'from'"),
        (
            "reductions.yml",
            "from: 2022-01-01\n    to: 2022-06-30",
            "from: 2026-01-01\n    to: 2026-06-30",
            "same days",
        ),
        ("coverage.yml", "class: B", "class: F", "but rule"),
        ("coverage.yml", "class: F", "class: A", "no rule that may be shown"),
        ("coverage.yml", "    reason: table_not_seen\n", "", "needs a reason"),
        ("coverage.yml", "    caution: gas_unconditional\n", "", "needs a caution"),
        ("coverage.yml", "code: '1.003522'", "code: '1.999999'", "in no class"),
        ("coverage.yml", "code: '1.003522'", "code: x", "no procedure code"),
        ("coverage.yml", "'1.000168'", "'1.000387'", "in two classes"),
        ("coverage.yml", "'1.000382', ", "", "has a rule but is in no class"),
    ],
)
def test_slips_in_the_data_are_refused(folder: Path, file: str, old: str, new: str, complaint: str) -> None:
    edit(folder / file, old, new)
    with pytest.raises(DataError) as caught:
        load_fee_book(folder)
    assert complaint in str(caught.value)


def test_a_rule_without_sources_is_refused(folder: Path) -> None:
    path = folder / "rules" / "no-fee.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    del content["rules"][0]["sources"]
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(DataError, match="at least one source"):
        load_fee_book(folder)


def test_a_reduction_of_an_unshown_rule_is_not_shown(folder: Path) -> None:
    path = folder / "reductions.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    hidden = next(item for item in content["reductions"] if item["status"] == "unverified")
    hidden.update(status="current", confidence="M")
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(DataError, match="the rule it reduces is not"):
        load_fee_book(folder)
