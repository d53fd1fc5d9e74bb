"""The large catalogue of the speed measurement."""

from benchmarks.search_speed import filled_up, render
from knowledge.catalogue.shipped import shipped_catalogue


def test_the_catalogue_is_filled_up_alike_each_time():
    shipped = shipped_catalogue()
    large = filled_up(shipped, 700)

    assert len(large.procedures) == 700
    assert set(shipped.procedures) <= set(large.procedures)
    assert large.procedures == filled_up(shipped, 700).procedures
    assert len({one.name for one in large.procedures.values()}) > 650


def test_the_section_tells_whether_the_bar_was_met():
    assert "met" in render(20_000, 438, 5.0, 19.9)
    assert "missed" in render(20_000, 438, 5.0, 20.0)
