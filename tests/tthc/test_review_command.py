"""`tthc review` from a missed question to data of the project."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from knowledge.catalogue.shipped import ensure_shipped
from knowledge.database.engine import open_engine, session_factory
from knowledge.learning.learned import Learned
from knowledge.learning.models import LearnedRelease, MissedQuestion
from knowledge.learning.review import open_groups
from tthc.cli import main
from tthc.errors import ExitCode
from tthc.learning.writing import write_into_project


@pytest.fixture
def sessions(sqlite_url, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("TTHC_DATA_DIR", str(tmp_path))
    engine = open_engine(sqlite_url)
    found = session_factory(engine)
    ensure_shipped(found)
    with found.begin() as session:
        for number, text in enumerate(["trụ bơm xăng mini ở bản", "tru bom xang mini o ban"]):
            session.add(_missed(number, text))
    yield found
    engine.dispose()


def _missed(number: int, text: str) -> MissedQuestion:
    from datetime import datetime, timezone

    now = datetime.now(timezone.utc)
    return MissedQuestion(
        message_row=number, channel="web", asked_at=now, text=text, outcome="unclear", confidence=0.2,
        updated_at=now, state="open",
    )  # fmt: skip


def test_groups_are_listed_shown_and_assigned(sessions, capsys):
    assert main(["review", "list"]) == ExitCode.OK
    assert "1 open groups, 2 questions" in capsys.readouterr().out
    with sessions() as session:
        group = str(open_groups(session)[0].id)
    assert main(["review", "show", group]) == ExitCode.OK
    assert capsys.readouterr().out.count("unclear 0.20") == 2
    assert main(["review", "assign", group, "--procedure", "1.010696"]) == ExitCode.OK
    capsys.readouterr()
    assert main(["review", "diff"]) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "procedure 1.010696" in shown
    assert "+  - trụ bơm xăng mini ở bản" in shown
    assert main(["review", "drop", "1"]) == ExitCode.OK
    assert main(["review", "ignore", group]) == ExitCode.OK


def test_mistakes_are_said_in_one_sentence(sessions, capsys):
    assert main(["review", "show", "77"]) == ExitCode.USAGE
    assert "no open group 77" in capsys.readouterr().err
    with sessions() as session:
        group = str(open_groups(session)[0].id)
    assert main(["review", "assign", group, "--procedure", "9.9"]) == ExitCode.USAGE
    assert main(["review", "rollback"]) == ExitCode.FAILED
    assert main(["review", "publish"]) == ExitCode.FAILED
    assert "nothing was reviewed" in capsys.readouterr().err


def test_what_is_live_is_exported(sessions, capsys):
    from datetime import datetime, timezone

    content = Learned(0, {"1.010696": ("trụ bơm mini",)}, ("đổi bằng lái",), {"fee": ("nhiêu xu",)}).content()
    with sessions.begin() as session:
        session.add(
            LearnedRelease(
                content=content, effect={}, created_at=datetime.now(timezone.utc), created_by="lan"
            )
        )
    assert main(["review", "export"]) == ExitCode.OK
    assert yaml.safe_load(capsys.readouterr().out) == content
    assert main(["review", "rollback"]) == ExitCode.OK
    assert "only what ships is live again" in capsys.readouterr().out


def test_export_into_the_project_adds_and_keeps(tmp_path: Path):
    others = tmp_path / "knowledge/catalogue/data/others.yml"
    facets = tmp_path / "bot/nlu/data/facet_examples/learned.yml"
    for path, text in ((others, "# head\nquestions:\n- cũ\n"), (facets, "facets:\n  fee:\n  - phí\n")):
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "knowledge/catalogue/data/examples").mkdir()
    learned = Learned(0, {"1.010696": ("trụ bơm mini",)}, ("mới",), {"fee": ("nhiêu xu", "phí")})

    changed = write_into_project(learned, tmp_path)
    write_into_project(learned, tmp_path)

    assert len(changed) == 3
    assert others.read_text(encoding="utf-8") == "# head\nquestions:\n- cũ\n- mới\n"
    assert yaml.safe_load(facets.read_text(encoding="utf-8"))["facets"]["fee"] == ["phí", "nhiêu xu"]
    written = (tmp_path / "knowledge/catalogue/data/examples/learned.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(written) == {"examples": {"1.010696": ["trụ bơm mini"]}}


def test_removed_wordings_leave_the_projects_files_and_the_rest_stays_as_written(tmp_path: Path):
    folder = tmp_path / "knowledge/catalogue/data/examples"
    folder.mkdir(parents=True)
    text = '# head\nexamples:\n  "1.010696":\n    - "giữ: nguyên"\n    - bỏ đi\n  "2.000648":\n    - bỏ đi\n'
    (folder / "a.yml").write_text(text, encoding="utf-8")
    (folder / "b.yml").write_text("examples: {}\n", encoding="utf-8")

    changed = write_into_project(Learned(removed={"1.010696": ("bỏ đi", "không có")}), tmp_path)

    assert [path.name for path in changed] == ["a.yml"]
    assert (folder / "a.yml").read_text(encoding="utf-8") == text.replace("    - bỏ đi\n", "", 1)
