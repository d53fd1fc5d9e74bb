"""The documentation says what the program does: settings, commands, targets, files it links to."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.settings import VARIABLES, read_settings

ROOT = Path(__file__).parents[1]
OPERATING = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def example_settings():
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def documented_settings():
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`|\(empty\)) \| (.+) \|$", OPERATING, re.MULTILINE)
    return {name: (default, meaning) for name, default, meaning in rows}


def test_the_example_lists_every_setting_with_its_default():
    assert example_settings() == {name: default for name, (_, default, _) in VARIABLES.items()}


def test_copying_the_example_changes_nothing():
    assert read_settings(example_settings()) == read_settings({})


def test_the_guide_lists_every_setting_with_its_default():
    documented = documented_settings()
    assert {name: default for name, (default, _) in documented.items()} == example_settings()
    assert all(len(meaning) > 10 for _, meaning in documented.values())


def test_the_list_of_commands_is_what_the_commands_say():
    answer = subprocess.run(
        [sys.executable, "-m", "scripts.commands_doc"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    written = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == answer.stdout, "run `make docs`"


def test_every_target_of_make_is_in_its_help():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE).group(1).split()
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  make (\w+)", shown, re.MULTILINE) == targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_to_files_lead_somewhere(document):
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text):
        assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_named_in_documents_exist(document):
    commands = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = document.read_text(encoding="utf-8")
    for command in re.findall(r"`tthc ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", text):
        first = command.split()[0]
        assert f"# tthc {command}\n" in commands or f"# tthc {first}\n" in commands, f"tthc {command}"
    for target in re.findall(r"`(?:[A-Z]+=\S+ )?make ([a-z]+)", text):
        assert f"\n{target}:" in makefile, f"make {target}"


def test_decision_records_are_numbered_without_gaps_and_have_their_parts():
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. ")
        for part in ("## Context", "## Decision", "## Consequences"):
            assert f"\n{part}\n" in text, f"{path.name} lacks {part}"
