"""Sections of the results file: each benchmark replaces its own and leaves the others alone."""

from __future__ import annotations

from pathlib import Path

from benchmarks.sections import put_section


def test_sections_are_added_and_replaced_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    put_section(path, "one", "first")
    put_section(path, "two", "second \\1")
    put_section(path, "one", "changed\n")

    assert path.read_text(encoding="utf-8") == (
        "<!-- begin one -->\nchanged\n<!-- end one -->\n\n<!-- begin two -->\nsecond \\1\n<!-- end two -->\n"
    )


def test_what_stands_outside_the_sections_stays(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    path.write_text("# Measured\n\n<!-- begin one -->\nold\n<!-- end one -->\n\nend\n", encoding="utf-8")
    put_section(path, "one", "new")

    assert (
        path.read_text(encoding="utf-8") == "# Measured\n\n<!-- begin one -->\nnew\n<!-- end one -->\n\nend\n"
    )
