"""Shapes of a case are learned for the one procedure that a citizen who names only the topic can mean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from knowledge.catalogue.records import Catalogue, Level, Procedure, ReleaseInfo, Status
from knowledge.catalogue.search.wordings import wordings
from knowledge.catalogue.topics import Case, EverydayLanguage, Topic, TopicProcedure

NOW, OLD = "1.115417", "2.000243"
FORCE = Procedure(NOW, "Thông báo nền tảng kinh doanh trực tiếp", "Thương mại điện tử", (Level.PROVINCE,))


def said(listed: dict[str, bool]) -> dict[str, set[str]]:
    """Return the wordings of each procedure that say the bare name of the topic."""
    topic = Topic(
        id="web",
        title="Thông báo trang bán hàng",
        names=("web bán hàng",),
        hints=(),
        contrast="của chính mình",
        procedures=tuple(TopicProcedure(code, Case.NOTIFY, f"Thông báo {code}", ()) for code in listed),
    )
    procedures = {
        code: replace(FORCE, code=code, status=Status.LISTED if known else Status.NO_LONGER_LISTED)
        for code, known in listed.items()
    }
    catalogue = Catalogue(ReleaseInfo(1, "test", date(2026, 1, 1), "", 2, 0), procedures)
    texts: dict[str, set[str]] = {code: set() for code in listed}
    by_code = {place.code: (topic, place) for place in topic.procedures}
    for wording in wordings(catalogue, EverydayLanguage({topic.id: topic}, {}, by_code, {})):
        if wording.code and "web bán hàng" in wording.text:
            texts[wording.code].add(wording.text)
    return texts


def test_a_bare_name_means_the_procedure_in_force_not_the_one_no_longer_listed() -> None:
    found = said({NOW: True, OLD: False})

    assert "thông báo web bán hàng" in found[NOW]
    assert "web bán hàng" in found[NOW]
    assert found[OLD] == set()


def test_two_procedures_in_force_for_one_case_get_no_shapes_that_fit_both() -> None:
    assert said({NOW: True, OLD: True}) == {NOW: set(), OLD: set()}


def test_a_procedure_no_longer_listed_keeps_its_shapes_where_nothing_replaces_it() -> None:
    assert "web bán hàng" in said({OLD: False})[OLD]
