"""The shipped facts: complete, cleaned, published once."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from knowledge.catalogue.cleaning import clean, load_rules
from knowledge.catalogue.cleaning.report import cleaning_table, put_into
from knowledge.catalogue.records import Catalogue, Channel, Level, Procedure, Status, TimeUnit
from knowledge.catalogue.releases import create_release, list_releases, publish, published_release
from knowledge.catalogue.shipped import (
    FACTS,
    ShippedFacts,
    ensure_shipped,
    load_manifest,
    load_raw,
    load_shipped,
    load_shipped_facts,
)
from knowledge.catalogue.store import CatalogueStore
from knowledge.database.engine import SessionFactory, open_engine, session_factory
from knowledge.settings import ROOT

MAX_FILE_BYTES = 1_200_000


@pytest.fixture(scope="module")
def facts() -> ShippedFacts:
    return load_shipped_facts()


@pytest.fixture(scope="module")
def procedures(facts: ShippedFacts) -> dict[str, Procedure]:
    return {procedure.code: procedure for procedure in facts.procedures}


def test_all_procedures_are_there_once(procedures: dict[str, Procedure]) -> None:
    assert Counter(item.status for item in procedures.values()) == {
        Status.LISTED: 409,
        Status.NO_LONGER_LISTED: 172,
    }
    listed = [item for item in procedures.values() if item.status is Status.LISTED]
    assert sum(1 for item in listed if set(item.levels) & {Level.PROVINCE, Level.COMMUNE}) == 260
    gone = [item for item in procedures.values() if item.status is Status.NO_LONGER_LISTED]
    assert {item.last_seen for item in gone} == {date(2025, 11, 27)}
    assert all(item.last_seen is None for item in listed)


def test_the_manifest_says_where_the_facts_come_from() -> None:
    manifest = load_manifest()
    assert manifest.as_of == date(2026, 7, 18)
    assert manifest.compiled_on == date(2026, 11, 22)
    assert "Cổng Dịch vụ công quốc gia" in manifest.source


def test_the_files_are_small_and_in_order() -> None:
    for name in load_manifest().files:
        content = (FACTS / name).read_bytes()
        assert len(content) < MAX_FILE_BYTES
        codes = [json.loads(line)["code"] for line in content.splitlines()]
        assert codes == sorted(codes)


def test_a_lost_record_is_noticed(tmp_path: Path) -> None:
    for name in (*load_manifest().files, "manifest.yml"):
        (tmp_path / name).write_bytes((FACTS / name).read_bytes())
    lines = (tmp_path / "ministry.jsonl").read_text(encoding="utf-8").splitlines()
    (tmp_path / "ministry.jsonl").write_text("\n".join(lines[1:]), encoding="utf-8")
    with pytest.raises(ValueError, match="580 records, the manifest says 581"):
        load_raw(tmp_path)


def test_the_petrol_station_has_its_five_documents(procedures: dict[str, Procedure]) -> None:
    procedure = procedures["2.000648"]
    (case,) = procedure.document_cases
    assert len(case.items) == 5
    assert not any(item.is_note for item in case.items)
    assert case.items[0].name.startswith("Đơn đề nghị cấp Giấy chứng nhận cửa hàng")
    assert case.items[0].forms == ("Mus3.docx",)
    assert case.items[4].name.startswith("Trường hợp Giấy chứng nhận")
    assert case.items[4].originals == 1
    assert procedure.channels == (Channel.ONLINE, Channel.POST, Channel.IN_PERSON)
    assert {(item.value, item.unit) for item in procedure.deadlines} == {(15, TimeUnit.WORKING_DAY)}
    assert procedure.applicants == ("Tổ chức", "Doanh nghiệp")
    assert procedure.agencies == ("Sở Công Thương",)
    assert procedure.decision is not None
    assert procedure.decision.number == "1040/QĐ-BCT"


def test_no_one_is_excluded(procedures: dict[str, Procedure]) -> None:
    assert not [item.code for item in procedures.values() if "không bao gồm" in " ".join(item.applicants)]


def test_names_fields_and_agencies_are_clean(procedures: dict[str, Procedure]) -> None:
    for item in procedures.values():
        assert re.match(r"[A-ZĐÀ-Ỹ]", item.name), item
        assert not item.name.startswith("Thủ tục"), item.name
        assert item.name == " ".join(item.name.split())
        assert "Công thương" not in " ".join((item.name, item.field, *item.agencies))
    assert len({item.field for item in procedures.values()}) == len(
        {item.field.casefold().replace(",", "") for item in procedures.values()}
    )


def test_documents_have_no_list_marks(procedures: dict[str, Procedure]) -> None:
    names = [doc.name for item in procedures.values() for case in item.document_cases for doc in case.items]
    assert len(names) > 2_000
    assert not [name for name in names if not re.match(r"[\w“\"(\[]", name)]
    assert not [name for name in names if name.endswith((";", ".")) and not name.endswith("v.v.")]


def test_ten_gas_procedures_carry_a_caution(procedures: dict[str, Procedure]) -> None:
    cautioned = [item for item in procedures.values() if item.caution]
    assert len(cautioned) == 10
    assert {item.field for item in cautioned} == {"Kinh doanh khí"}
    assert not [item.code for item in cautioned if "bãi bỏ" in (item.caution or "").lower()]


def test_cleaning_a_cleaned_fact_changes_nothing(facts: ShippedFacts) -> None:
    assert [item.code for item in facts.procedures if clean(item).changes] == []


def test_every_rule_but_one_meets_a_fault_of_the_portal(facts: ShippedFacts) -> None:
    """The facts came composed; department's files typed on other machines may not be."""
    assert set(load_rules()) - {change.rule for change in facts.changes} == {"unicode"}


def test_the_documented_counts_are_current(facts: ShippedFacts) -> None:
    document = (ROOT / "docs" / "catalogue.md").read_text(encoding="utf-8")
    assert put_into(document, cleaning_table(facts.changes)) == document, (
        "run: tthc catalogue cleaning-report --update docs/catalogue.md"
    )


def test_a_document_without_the_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="cleaning-report"):
        put_into("# Other", "table")


def test_the_shipped_release_is_published_once_and_fast(sessions: SessionFactory) -> None:
    start = time.perf_counter()
    release = ensure_shipped(sessions)
    assert time.perf_counter() - start < 20
    assert ensure_shipped(sessions) == release
    assert (release.listed_count, release.no_longer_listed_count) == (409, 172)
    with sessions() as session:
        assert len(list_releases(session)) == 1
    catalogue = CatalogueStore(sessions).current()
    assert isinstance(catalogue, Catalogue)
    assert catalogue.procedures == {item.code: item for item in load_shipped()}


def test_several_processes_may_publish_it_at_once(database_url: str) -> None:
    def ensure() -> int:
        engine = open_engine(database_url)
        release = ensure_shipped(session_factory(engine))
        engine.dispose()
        return release.id

    with ThreadPoolExecutor(3) as pool:
        released = [future.result() for future in [pool.submit(ensure) for _ in range(3)]]
    assert len(set(released)) == 1


def test_a_departments_own_release_is_left_alone(
    sqlite_sessions: SessionFactory, full_procedure: Procedure
) -> None:
    with sqlite_sessions.begin() as session:
        own = create_release(session, [full_procedure], source="Sở", as_of=date(2026, 11, 1))
        publish(session, own.id)
    assert ensure_shipped(sqlite_sessions).id == own.id
    with sqlite_sessions() as session:
        release = published_release(session)
    assert release is not None
    assert release.source == "Sở"
