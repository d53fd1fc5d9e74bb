"""The documentation says what the program does: settings, commands, rooms, answers, files it links to."""

import re
import subprocess
import sys
from itertools import chain
from pathlib import Path

import pytest
import yaml

from actions.question import Facet
from actions.reply import Outcome, Reply
from actions.state import State
from bot.gateway.errors import STATUS
from knowledge.catalogue.records import Level, Status
from knowledge.catalogue.shipped import load_manifest, load_raw
from knowledge.settings import VARIABLES, read_settings
from tthc.cli import COMMANDS
from tthc.serve.steps import Step

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
RECORDS = DOCS / "adr"
README, OPERATING, ARCHITECTURE, API = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", "docs/operating.md", "docs/architecture.md", "docs/api.md")
)
DOCUMENTS = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
PAGES = [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in DOCUMENTS]
LINK = re.compile(r"\]\((?!https?://|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
NOT_SOURCES = {"var", "models"}
NOT_ROOMS = {"docs", *NOT_SOURCES}
HAVE_ROOMS = {"knowledge", "bot"}


def explained(text):
    """Names in the first column of the tables of ``text``, with what is said of them."""
    rows = re.findall(r"^\| (`[^|]+`) \| (.+) \|$", text, re.MULTILINE)
    return {name: said for names, said in rows for name in re.findall(r"`([^`]+)`", names)}


def section(text, heading):
    """The part of a document under a heading of the second level."""
    return re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL).group(1)


def anchors(path):
    """The anchors that the headings of a document get."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(path):
    """Relative links of a document as (file led to, anchor)."""
    for target, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        yield (path.parent / target).resolve() if target else path, anchor


def sources():
    """Every file of the project that a document may name."""
    tops = (path for path in ROOT.iterdir() if not path.name.startswith(".") and path.name not in NOT_SOURCES)
    found = chain.from_iterable(path.rglob("*") if path.is_dir() else [path] for path in tops)
    return {path.relative_to(ROOT).as_posix() for path in found if path.is_file()}


def rooms_on_disk():
    """Top folders with sources; of the packages that only hold rooms, their folders."""
    tops = [path for path in ROOT.iterdir() if path.is_dir() and path.name not in NOT_ROOMS]
    folders = chain.from_iterable(path.iterdir() if path.name in HAVE_ROOMS else [path] for path in tops)
    return {
        folder.relative_to(ROOT).as_posix()
        for folder in folders
        if not folder.name.startswith(".") and any([*folder.glob("*.py"), *folder.glob("*.yml")])
    }


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


def test_the_guide_tells_every_step_of_a_start():
    steps = re.findall(r"^\| ([a-z ]+) \| .+ \| .+ \|$", section(OPERATING, "Install"), re.MULTILINE)
    assert steps[1:] == [step.value for step in Step]


def test_the_readme_names_every_command_and_every_part_of_the_tests():
    named = explained(section(README, "Work on it"))
    parts = re.search(r"^test: (.+?) ##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for name in named if name.startswith("tthc ")] == [f"tthc {name}" for name in COMMANDS]
    assert {"make test", *(f"make {part}" for part in parts.group(1).split())} <= set(named)


def test_the_readme_counts_what_ships():
    manifest = load_manifest()
    local = [
        procedure
        for procedure in load_raw()
        if procedure.status is Status.LISTED and set(procedure.levels) != {Level.MINISTRY}
    ]
    data = section(README, "The data")
    assert f"**{manifest.as_of:%d/%m/%Y}**: {manifest.listed_count} listed ({len(local)} of them" in data
    assert f"{manifest.no_longer_listed_count} procedures were on the list of" in data


@pytest.mark.parametrize("names", [Outcome, Facet], ids=["outcomes", "facets"])
def test_every_outcome_and_facet_is_explained(names):
    said = explained(API)
    assert [name.value for name in names if len(said.get(name.value, "")) < 8] == []


def test_every_component_of_the_pipeline_is_explained():
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    said = explained((DOCS / "nlu.md").read_text(encoding="utf-8"))
    assert [item["name"] for item in config["pipeline"] if len(said.get(item["name"], "")) < 8] == []


def test_every_field_of_an_answer_is_explained():
    answer = Reply("", Outcome.UNCLEAR, State()).as_message("help")["answer"]
    assert [name for name in answer if name not in explained(API)] == []


def test_every_error_of_the_chat_api_is_explained():
    rows = re.findall(r"^\| ([\d, ]+) \| (.+?) \| .+ \|$", section(API, "Errors"), re.MULTILINE)
    told = {
        (code, int(status))
        for statuses, codes in rows
        for status in statuses.split(",")
        for code in re.findall(r"`(\w+)`", codes)
    }
    assert {code for code, _ in told} == set(STATUS)
    assert [code for code, status in STATUS.items() if (code, status) not in told] == []


def test_the_rooms_described_are_the_rooms_there_are():
    table = section(ARCHITECTURE, "Rooms")
    described = re.findall(r"^\| `([\w/]+)` \| [^|]+ \|[^|]*\|$", table, re.MULTILINE)
    assert sorted(described) == sorted(rooms_on_disk())


@pytest.mark.parametrize("document", PAGES)
def test_files_named_in_documents_exist(document):
    files = sources()
    named = re.findall(r"`([\w./-]+\.(?:py|yml|js|jsonl|toml|sh))`", document.read_text(encoding="utf-8"))
    missing = [name for name in named if not any(f"/{file}".endswith(f"/{name}") for file in files)]
    assert missing == []


@pytest.mark.parametrize("document", PAGES)
def test_links_lead_somewhere(document):
    for target, anchor in links(document):
        assert target.exists(), f"{document.name}: {target}"
        assert not anchor or anchor in anchors(target), f"{document.name}: {target.name}#{anchor}"


def test_every_document_can_be_reached_from_the_readme():
    reached, left = set(), [ROOT / "README.md"]
    while left:
        document = left.pop()
        if document not in reached and document.suffix == ".md":
            reached.add(document)
            left += [target for target, _ in links(document) if target.is_file()]
    assert [path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md") if path not in reached] == []


@pytest.mark.parametrize("document", PAGES)
def test_commands_named_in_documents_exist(document):
    commands = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = document.read_text(encoding="utf-8")
    for command in re.findall(r"`tthc ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", text):
        first = command.split()[0]
        assert f"# tthc {command}\n" in commands or f"# tthc {first}\n" in commands, f"tthc {command}"
    for target in re.findall(r"`(?:[A-Z]+=\S+ )?make ([a-z0-9]+)", text):
        assert f"\n{target}:" in makefile, f"make {target}"


def test_decision_records_are_numbered_without_gaps_and_have_their_parts():
    records = sorted(RECORDS.glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. ")
        assert re.search(r"^(Accepted|Superseded by .+), \d{4}-\d\d-\d\d$", text, re.MULTILINE)
        for part in ("## Context", "## Decision", "## Consequences"):
            assert f"\n{part}\n" in text, f"{path.name} lacks {part}"


def test_the_index_of_records_has_them_all_by_their_titles():
    titles = [path.read_text(encoding="utf-8").splitlines()[0] for path in sorted(RECORDS.glob("[0-9]*.md"))]
    rows = re.findall(
        r"^\| \[(\d+)\]\(\S+\) \| (.+) \|$", (RECORDS / "README.md").read_text("utf-8"), re.MULTILINE
    )
    assert [f"# {number}. {title}" for number, title in rows] == titles
