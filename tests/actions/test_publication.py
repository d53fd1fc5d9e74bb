"""A publication changes answers without a restart; until its index is ready the old release answers."""

import threading
from dataclasses import replace
from datetime import date

import pytest

from actions.dialogue import about
from actions.question import Facet
from actions.services import CatalogueMissingError, Services
from actions.snapshot import SnapshotKeeper
from actions.state import State
from knowledge.catalogue.records import Catalogue, ReleaseInfo


class Shelf:
    """A store whose published catalogue the test changes."""

    def __init__(self, catalogue: Catalogue | None) -> None:
        self.published = catalogue

    def current(self) -> Catalogue | None:
        return self.published


def renewed(catalogue: Catalogue, number: int) -> Catalogue:
    """The same procedures as a later release with another time limit for 2.000648."""
    old = catalogue.procedures["2.000648"]
    deadlines = tuple(replace(item, value=9, text="9 ngày làm việc") for item in old.deadlines)
    procedures = {**catalogue.procedures, old.code: replace(old, deadlines=deadlines)}
    return Catalogue(replace(catalogue.release, id=number, as_of=date(2026, 12, 1)), procedures)


def test_a_published_release_is_answered_from_without_restart(services):
    shelf = Shelf(services.catalogue())
    own = Services(services.profile, shelf, services.language, services.search_cache)
    before = about("2.000648", (Facet.DEADLINE,), State(), own, confidence=1.0)
    shelf.published = renewed(shelf.published, 99)
    own.wait_for_publication(120)
    after = about("2.000648", (Facet.DEADLINE,), State(), own, confidence=1.0)
    assert "15 ngày làm việc" in before.text
    assert "9 ngày làm việc" in after.text
    assert after.as_of == "2026-12-01"


def test_the_old_release_answers_while_the_new_index_is_built():
    go_on = threading.Event()
    first = Catalogue(ReleaseInfo(1, "a", date(2026, 1, 1), "", 0, 0))
    second = Catalogue(ReleaseInfo(2, "b", date(2026, 2, 1), "", 0, 0))

    def build(catalogue: Catalogue) -> object:
        if catalogue is second:
            assert go_on.wait(10)
        return catalogue.release.id

    keeper = SnapshotKeeper(build)
    assert keeper.snapshot(first).index == 1
    assert keeper.snapshot(second).catalogue is first
    go_on.set()
    keeper.wait(10)
    assert keeper.snapshot(second).index == 2


def test_a_failing_build_leaves_the_old_release(caplog):
    first = Catalogue(ReleaseInfo(1, "a", date(2026, 1, 1), "", 0, 0))
    second = Catalogue(ReleaseInfo(2, "b", date(2026, 2, 1), "", 0, 0))
    keeper = SnapshotKeeper(lambda catalogue: 1 / (2 - catalogue.release.id))
    keeper.snapshot(first)
    keeper.snapshot(second)
    keeper.wait(10)
    assert keeper.snapshot(second).catalogue is first
    assert "no index for release 2" in caplog.text


def test_nothing_published_is_said(services):
    with pytest.raises(CatalogueMissingError):
        Services(services.profile, Shelf(None), services.language).catalogue()
