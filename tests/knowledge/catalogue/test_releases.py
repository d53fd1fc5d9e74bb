"""Releases: written once, published atomically, rolled back; on SQLite and on PostgreSQL."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from knowledge.catalogue.models import RELEASE_TABLES, Action
from knowledge.catalogue.records import Procedure, Status
from knowledge.catalogue.releases import (
    ReleaseError,
    create_release,
    list_releases,
    publication_history,
    publish,
    published_release,
    read_release,
    rollback,
)
from knowledge.catalogue.store import CatalogueStore
from knowledge.database.engine import SessionFactory, open_engine, session_factory

MakeProcedure = Callable[..., Procedure]
AS_OF = date(2026, 7, 18)


def write(sessions: SessionFactory, procedures: list[Procedure], as_of: date = AS_OF) -> int:
    with sessions.begin() as session:
        return create_release(session, procedures, source="thử", as_of=as_of).id


def published(sessions: SessionFactory) -> int | None:
    with sessions() as session:
        release = published_release(session)
    return release.id if release else None


def test_a_release_is_read_as_it_was_written(
    sessions: SessionFactory, full_procedure: Procedure, make_procedure: MakeProcedure
) -> None:
    gone = make_procedure("1.000002", status=Status.NO_LONGER_LISTED, last_seen=date(2025, 11, 27))
    release_id = write(sessions, [full_procedure, gone, make_procedure("1.000001")])
    with sessions() as session:
        catalogue = read_release(session, release_id)
    assert catalogue.procedures == {
        "1.000001": make_procedure("1.000001"),
        "1.000002": gone,
        "2.000648": full_procedure,
    }
    assert list(catalogue.procedures) == sorted(catalogue.procedures)
    assert catalogue.release.listed_count == 2
    assert catalogue.release.no_longer_listed_count == 1
    assert catalogue.release.as_of == AS_OF
    assert len(catalogue.release.checksum) == 64


def test_the_same_facts_give_the_existing_release(
    sessions: SessionFactory, full_procedure: Procedure, make_procedure: MakeProcedure
) -> None:
    with sessions.begin() as session:
        first = create_release(session, [full_procedure, make_procedure()], source="a", as_of=AS_OF)
    with sessions.begin() as session:
        again = create_release(session, [make_procedure(), full_procedure], source="b", as_of=AS_OF)
        later = create_release(
            session, [make_procedure(), full_procedure], source="b", as_of=AS_OF + timedelta(1)
        )
    assert not first.already_known
    assert again.already_known
    assert again.id == first.id
    assert not later.already_known
    assert later.id != first.id


@pytest.mark.parametrize("codes", [[], ["1.000001", "1.000001"]])
def test_an_empty_list_or_a_code_twice_is_no_release(
    sqlite_sessions: SessionFactory, make_procedure: MakeProcedure, codes: list[str]
) -> None:
    with pytest.raises(ReleaseError), sqlite_sessions.begin() as session:
        create_release(session, [make_procedure(code) for code in codes], source="thử", as_of=AS_OF)
    with sqlite_sessions() as session:
        assert list_releases(session) == []


def test_publishing_and_rolling_back_follow_the_history(
    sessions: SessionFactory, make_procedure: MakeProcedure
) -> None:
    one, two, three = (write(sessions, [make_procedure(name=name)]) for name in "ABC")
    assert published(sessions) is None
    for release_id in (one, two, three):
        with sessions.begin() as session:
            publish(session, release_id, by="Lan")
        assert published(sessions) == release_id
    for expected in (two, one):
        with sessions.begin() as session:
            assert rollback(session, by="Minh").id == expected
        assert published(sessions) == expected
    with pytest.raises(ReleaseError, match="trước đó"), sessions.begin() as session:
        rollback(session)
    with sessions.begin() as session:
        publish(session, three)
    with sessions.begin() as session:
        assert rollback(session).id == one
    with sessions() as session:
        history = publication_history(session)
    assert [(entry.release_id, entry.action) for entry in reversed(history)] == [
        (one, Action.PUBLISH),
        (two, Action.PUBLISH),
        (three, Action.PUBLISH),
        (two, Action.ROLLBACK),
        (one, Action.ROLLBACK),
        (three, Action.PUBLISH),
        (one, Action.ROLLBACK),
    ]
    assert [entry.by for entry in reversed(history)][:4] == ["Lan", "Lan", "Lan", "Minh"]
    assert all(entry.at.tzinfo is not None for entry in history)


def test_publishing_the_published_release_changes_nothing(
    sqlite_sessions: SessionFactory, make_procedure: MakeProcedure
) -> None:
    release_id = write(sqlite_sessions, [make_procedure()])
    for _ in range(2):
        with sqlite_sessions.begin() as session:
            publish(session, release_id)
    with sqlite_sessions() as session:
        assert len(publication_history(session)) == 1


def test_an_unknown_release_is_told(sqlite_sessions: SessionFactory) -> None:
    with pytest.raises(ReleaseError, match="số 7"), sqlite_sessions.begin() as session:
        publish(session, 7)
    with pytest.raises(ReleaseError, match="số 7"), sqlite_sessions() as session:
        read_release(session, 7)


def test_nothing_of_a_failed_publication_stays(
    sessions: SessionFactory, make_procedure: MakeProcedure
) -> None:
    one = write(sessions, [make_procedure(name="A")])
    with sessions.begin() as session:
        publish(session, one)

    def publish_and_fail() -> None:
        with sessions.begin() as session:
            two = create_release(session, [make_procedure(name="B")], source="thử", as_of=AS_OF)
            publish(session, two.id)
            raise OSError("power cut")

    with pytest.raises(OSError, match="power cut"):
        publish_and_fail()
    assert published(sessions) == one
    with sessions() as session:
        assert [release.info.id for release in list_releases(session)] == [one]
        assert len(publication_history(session)) == 1


def test_concurrent_imports_and_publications_come_one_after_the_other(
    database_url: str, make_procedure: MakeProcedure
) -> None:
    def import_and_publish(number: int) -> int:
        engine = open_engine(database_url)
        with session_factory(engine).begin() as session:
            procedures = [make_procedure(name=f"Tên {number % 4}")]
            release = create_release(session, procedures, source="thử", as_of=AS_OF)
            publish(session, release.id, by=str(number))
        engine.dispose()
        return release.id

    with ThreadPoolExecutor(4) as pool:
        released = list(pool.map(import_and_publish, range(12)))
    assert len(set(released)) == 4
    engine = open_engine(database_url)
    with session_factory(engine)() as session:
        history = publication_history(session)
        now_published = published_release(session)
        assert len(list_releases(session)) == 4
    engine.dispose()
    assert now_published is not None
    assert history[0].release_id == now_published.id
    assert all(a.release_id != b.release_id for a, b in itertools.pairwise(history))


@pytest.mark.parametrize("table", RELEASE_TABLES)
def test_the_database_refuses_to_change_a_release(
    sessions: SessionFactory, full_procedure: Procedure, table: str
) -> None:
    write(sessions, [full_procedure])
    column = {"catalogue_release": "note"}.get(table, "code")
    with pytest.raises(DBAPIError, match="never changed"), sessions.begin() as session:
        session.execute(text(f"UPDATE {table} SET {column} = 'x'"))


@pytest.mark.parametrize(
    "statement", ["UPDATE catalogue_publication SET done_by = 'x'", "DELETE FROM catalogue_publication"]
)
def test_the_database_refuses_to_change_the_history(
    sessions: SessionFactory, full_procedure: Procedure, statement: str
) -> None:
    release_id = write(sessions, [full_procedure])
    with sessions.begin() as session:
        publish(session, release_id)
    with pytest.raises(DBAPIError, match="never changed"), sessions.begin() as session:
        session.execute(text(statement))


def test_a_release_that_lost_rows_is_not_read(
    sqlite_sessions: SessionFactory, make_procedure: MakeProcedure
) -> None:
    release_id = write(sqlite_sessions, [make_procedure("1.000001"), make_procedure("1.000002")])
    with sqlite_sessions.begin() as session:
        session.execute(text("DELETE FROM catalogue_procedure WHERE code = '1.000001'"))
    with pytest.raises(ReleaseError, match="thiếu dữ liệu"), sqlite_sessions() as session:
        read_release(session, release_id)


def test_every_field_of_a_procedure_is_kept(full_procedure: Procedure) -> None:
    """Guards the round trip above: a field added to the records must be filled there."""
    plain = {"status", "last_seen"}
    unfilled = {
        item.name
        for item in dataclasses.fields(full_procedure)
        if getattr(full_procedure, item.name) in (None, (), "") and item.name not in plain
    }
    assert unfilled == set()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_store_follows_publications_within_a_second(
    sessions: SessionFactory, make_procedure: MakeProcedure
) -> None:
    clock = Clock()
    store = CatalogueStore(sessions, clock)
    assert store.current() is None
    one, two = (write(sessions, [make_procedure(name=name)]) for name in "AB")
    with sessions.begin() as session:
        publish(session, one)
    assert store.current() is None  # not asked again within the second
    clock.now += 1.0
    first = store.current()
    assert first is not None
    assert first.release.id == one
    clock.now += 1.0
    assert store.current() is first  # not read again
    with sessions.begin() as session:
        publish(session, two)
    clock.now += 1.0
    second = store.current()
    assert second is not None
    assert second.procedures["1.000001"].name == "B"


def test_the_store_asks_at_most_once_a_second(
    sqlite_sessions: SessionFactory, make_procedure: MakeProcedure
) -> None:
    release_id = write(sqlite_sessions, [make_procedure()])
    with sqlite_sessions.begin() as session:
        publish(session, release_id)
    opened = 0

    def counting_sessions() -> object:
        nonlocal opened
        opened += 1
        return sqlite_sessions()

    clock = Clock()
    store = CatalogueStore(counting_sessions, clock)  # type: ignore[arg-type]
    for _ in range(50):
        store.current()
        clock.now += 0.05
    assert opened == 3


def test_the_store_goes_on_when_the_database_fails(
    sqlite_sessions: SessionFactory, make_procedure: MakeProcedure, caplog: pytest.LogCaptureFixture
) -> None:
    release_id = write(sqlite_sessions, [make_procedure()])
    with sqlite_sessions.begin() as session:
        publish(session, release_id)
    clock = Clock()
    store = CatalogueStore(sqlite_sessions, clock)
    catalogue = store.current()
    with sqlite_sessions.begin() as session:
        session.execute(text("ALTER TABLE catalogue_state RENAME TO gone"))
    clock.now += 2
    assert store.current() is catalogue
    assert "not re-read" in caplog.text
    fresh = CatalogueStore(sqlite_sessions, clock)
    with pytest.raises(DBAPIError):
        fresh.current()
