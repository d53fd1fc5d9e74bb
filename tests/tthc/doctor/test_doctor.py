"""The doctor finds what is wrong, says what to do, and tells machines by its exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

import tthc.doctor
from knowledge.database.engine import SessionFactory
from knowledge.jobs.models import JobRun
from knowledge.messaging.models import DEAD, Conversation, InboxMessage, OutboxMessage
from knowledge.privacy.sealing import Sealer
from knowledge.settings import ROOT, VARIABLES, read_settings
from knowledge.tokens.models import ChannelToken
from knowledge.tokens.store import TokenStore
from tthc.cli import main
from tthc.doctor import context as contexts
from tthc.doctor.checks import (
    NAMES,
    catalogue,
    clock,
    database,
    disk,
    inbox,
    jobs,
    outbox,
    profile,
    reachability,
    secret,
    service,
    zalo,
)
from tthc.doctor.context import Context, Seen
from tthc.doctor.findings import Finding, Level

NOW = datetime.now(timezone.utc)
MakeContext = Callable[..., Context]


@pytest.fixture
def make(tmp_path: Path, sqlite_url: str) -> MakeContext:
    """Make a context on an empty database of this version."""

    def made(**environment: str) -> Context:
        basis = {"DATABASE_URL": sqlite_url, "TTHC_DATA_DIR": str(tmp_path), "PORT": "1"}
        return Context(read_settings({**basis, **environment}))

    return made


def found(check: Any, context: Context) -> dict[str, Finding]:
    return {finding.key: finding for finding in check.check(context)}


def only(check: Any, context: Context) -> Finding:
    (finding,) = check.check(context)
    return finding


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, Seen]:
    """What addresses answer; others cannot be reached."""
    answers: dict[str, Seen] = {}

    def look_at(url: str, _proxy: str = "") -> Seen:
        return answers.get(url, Seen(None, {}, "không có đường"))

    for module in (clock, reachability, service):
        monkeypatch.setattr(module, "look_at", look_at)
    return answers


def test_every_sentence_says_what_is_so_and_every_fault_what_to_do() -> None:
    words = yaml.safe_load((Path(tthc.doctor.__file__).parent / "wordings.yml").read_text("utf-8"))
    topics = {name: said for name, said in words.items() if name not in {"levels", "summary"}}
    assert set(topics) == {"settings", *NAMES}
    for said in topics.values():
        for sentence in said.values():
            assert isinstance(sentence, str) or (sentence["what"] and sentence["do"])


def test_a_sample_profile_is_noted_and_a_broken_one_must_be_fixed(make: MakeContext, tmp_path: Path) -> None:
    sample = found(profile, make())
    assert sample["profile.sample"].level is Level.NOTE
    assert "one_stop.address" in sample["profile.incomplete"].what

    broken = tmp_path / "department.yml"
    broken.write_text("colour: blue", encoding="utf-8")
    finding = only(profile, make(TTHC_DEPARTMENT_FILE=str(broken)))
    assert finding.level is Level.MUST_FIX
    assert str(broken) in finding.do


def test_a_complete_profile_is_good(make: MakeContext, tmp_path: Path) -> None:
    content = yaml.safe_load((ROOT / "department.yml").read_text("utf-8"))
    content |= {"sample": False, "agency_code": "H27.12", "website": "https://sct.example.gov.vn"}
    content |= {"phone": "0204 3 855 000", "email": "sct@example.gov.vn", "address": "1 Lý Thường Kiệt"}
    content["one_stop"] |= {"address": "2 Lý Thường Kiệt", "phone": "1900 0000"}
    path = tmp_path / "department.yml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assert only(profile, make(TTHC_DEPARTMENT_FILE=str(path))).level is Level.GOOD


def test_the_database_is_looked_at_and_not_made(make: MakeContext, tmp_path: Path) -> None:
    assert only(database, make()).level is Level.GOOD
    missing = tmp_path / "new" / "missing.db"
    assert only(database, make(DATABASE_URL=f"sqlite:///{missing}")).key == "database.missing"
    assert not missing.parent.exists()

    torn = tmp_path / "torn.db"
    torn.write_bytes(b"no database at all" * 100)
    assert only(database, make(DATABASE_URL=f"sqlite:///{torn}")).key == "database.broken"

    other = tmp_path / "other.db"
    other.touch()
    assert only(database, make(DATABASE_URL=f"sqlite:///{other}")).key == "database.outdated"


def test_without_a_database_nothing_that_needs_it_is_told(make: MakeContext, tmp_path: Path) -> None:
    context = make(DATABASE_URL=f"sqlite:///{tmp_path}/none.db")
    assert [list(check.check(context)) for check in (catalogue, inbox, outbox, jobs)] == [[], [], [], []]


def test_a_secret_that_others_can_read_must_be_fixed(make: MakeContext, tmp_path: Path) -> None:
    key = tmp_path / "secret-key"
    key.write_text("k" * 40, encoding="ascii")
    key.chmod(0o600)
    assert found(secret, make()).keys() >= {"secret.back_up"}
    assert not [finding for finding in found(secret, make()).values() if str(key) in finding.do]
    key.chmod(0o644)
    findings = [finding for finding in secret.check(make()) if str(key) in finding.do]
    assert [finding.level for finding in findings] == [Level.MUST_FIX]


def test_without_a_published_catalogue_it_must_be_published(make: MakeContext) -> None:
    assert only(catalogue, make()).key == "catalogue.none"


def test_messages_and_replies_that_wait_are_told(make: MakeContext, sqlite_sessions: SessionFactory) -> None:
    assert only(inbox, make()).level is Level.GOOD
    assert only(outbox, make()).level is Level.GOOD
    old = NOW - timedelta(hours=1)
    with sqlite_sessions.begin() as session:
        values = {"channel": "telegram", "key": "k" * 64, "created_at": old, "last_seen_at": old}
        row = session.execute(
            sa.insert(Conversation).values(**values).returning(Conversation.id)
        ).scalar_one()
        message = {
            "conversation_id": row,
            "message_id": "1",
            "text": "chào",
            "received_at": old,
            "due_at": old,
        }
        session.execute(sa.insert(InboxMessage).values(**message))
        reply = {"conversation_id": row, "channel": "telegram", "created_at": old}
        session.execute(
            sa.insert(OutboxMessage).values(**reply, origin="turn:1", due_at=old, reason="no answer")
        )
        dead = {"state": DEAD, "done_at": old}
        session.execute(
            sa.insert(OutboxMessage).values(**reply, **dead, origin="turn:2", reason="Message is too long")
        )
        session.execute(
            sa.insert(OutboxMessage).values(**reply, **dead, origin="turn:3", reason="the person left")
        )

    assert only(inbox, make()).level is Level.MUST_FIX
    told = list(outbox.check(make()))
    assert {(finding.key, finding.level) for finding in told} == {
        ("outbox.late", Level.MUST_FIX),
        ("outbox.dead", Level.NOTE),
        ("outbox.dead", Level.GOOD),
    }
    assert "no answer" in told[0].what


def test_jobs_that_fail_or_are_overdue_are_told(make: MakeContext, sqlite_sessions: SessionFactory) -> None:
    assert only(jobs, make()).level is Level.GOOD
    with sqlite_sessions.begin() as session:
        session.execute(
            sa.insert(JobRun).values(name="poll-dossiers", next_at=NOW, error="TimeoutError", failures=3)
        )
        session.execute(sa.insert(JobRun).values(name="clean-outbox", next_at=NOW - timedelta(days=1)))
    told = found(jobs, make())
    assert told["jobs.failing"].level is Level.MUST_FIX
    assert "TimeoutError" in told["jobs.failing"].what
    assert "clean-outbox" in told["jobs.overdue"].what


def test_the_service_is_asked_whether_it_is_ready(make: MakeContext, seen: dict[str, Seen]) -> None:
    assert only(service, make(PORT="9001")).key == "service.not_running"
    seen["http://127.0.0.1:9001/readyz"] = Seen(200, {}, body=b'{"status": "ready"}')
    assert only(service, make(PORT="9001")).level is Level.GOOD
    seen["http://127.0.0.1:9001/readyz"] = Seen(503, {})
    assert only(service, make(PORT="9001")).key == "service.not_ready"
    seen["http://127.0.0.1:9001/readyz"] = Seen(200, {}, body=b"<html>")
    assert only(service, make(PORT="9001")).key == "service.another"


def test_the_public_address_must_lead_to_us(make: MakeContext, seen: dict[str, Seen]) -> None:
    token = "123456789:abcdefghijklmnopqrstuvwxyz"
    assert only(reachability, make()).level is Level.NOTE
    assert only(reachability, make(TTHC_TELEGRAM_TOKEN=token)).key == "reachability.needed"
    public = make(TTHC_PUBLIC_URL="https://tro-ly.example.gov.vn")
    assert only(reachability, public).key == "reachability.unreachable"
    seen["https://tro-ly.example.gov.vn/healthz"] = Seen(404, {}, body=b"[]")
    assert only(reachability, public).key == "reachability.another"
    seen["https://tro-ly.example.gov.vn/healthz"] = Seen(200, {}, body=b'{"status": "ok"}')
    assert only(reachability, public).level is Level.GOOD


@pytest.mark.parametrize(("hours", "key"), [(0, "clock.right"), (1, "clock.wrong")])
def test_the_clock_is_compared_with_a_server(
    make: MakeContext, seen: dict[str, Seen], hours: int, key: str
) -> None:
    assert only(clock, make()).key == "clock.unknown"
    date = datetime.now(timezone.utc) - timedelta(hours=hours)
    seen["https://dichvucong.gov.vn"] = Seen(403, {"date": f"{date:%a, %d %b %Y %H:%M:%S} GMT"})
    assert only(clock, make()).key == key


@pytest.mark.parametrize(("free", "level"), [(10, Level.GOOD), (3, Level.NOTE), (0.5, Level.MUST_FIX)])
def test_room_on_the_disk(
    make: MakeContext, monkeypatch: pytest.MonkeyPatch, free: float, level: Level
) -> None:
    usage = type("Usage", (), {"free": int(free * 10**9)})
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _folder: usage)
    assert only(disk, make()).level is level


def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **values: str) -> None:
    for name, (_, default, _) in VARIABLES.items():
        monkeypatch.setenv(name, default)
    given = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/t.db",
        "TTHC_DATA_DIR": str(tmp_path),
        "PORT": "1",
        **values,
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)


def test_the_exit_code_and_the_words_say_that_something_must_be_fixed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], seen: dict[str, Seen]
) -> None:
    clean_environment(monkeypatch, tmp_path)
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "PHẢI SỬA  Cơ sở dữ liệu: Chưa có cơ sở dữ liệu" in told
    assert "→ Chạy tthc serve một lần" in told
    assert told.rstrip().splitlines()[-1].endswith("điều nên xem.")


def test_machines_get_json(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], seen: dict[str, Seen]
) -> None:
    clean_environment(monkeypatch, tmp_path)
    assert main(["doctor", "--json"]) == 1
    content = json.loads(capsys.readouterr().out)
    assert content["ok"] is False
    assert {"settings", "database", "disk"} <= {finding["topic"] for finding in content["findings"]}


def test_a_malformed_setting_is_told_like_a_finding(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clean_environment(monkeypatch, tmp_path, PORT="eighty")
    assert main(["doctor"]) == 1
    assert "PORT='eighty'" in capsys.readouterr().out


def test_a_check_that_fails_is_told_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], seen: dict[str, Seen]
) -> None:
    clean_environment(monkeypatch, tmp_path)

    def broken(_folder: Path) -> None:
        raise OSError("no such device")

    monkeypatch.setattr(disk.shutil, "disk_usage", broken)
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "Ổ đĩa: Không kiểm tra được mục này: OSError: no such device" in told
    assert "Đồng hồ máy" in told


def test_an_address_that_cannot_be_reached_is_an_answer() -> None:
    answer = contexts.look_at("http://127.0.0.1:1/")
    assert answer.status is None
    assert "refused" in answer.problem


def test_zalo_tokens_are_looked_at(make: MakeContext, sqlite_sessions: SessionFactory) -> None:
    assert only(zalo, make()).key == "zalo.off"
    secrets = {"TTHC_ZALO_APP_ID": "360846524940903967", "TTHC_SECRET_KEY": "k" * 40}
    assert found(zalo, make(**secrets)).keys() == {"zalo.secrets", "zalo.signed_out"}
    on = make(
        **secrets,
        TTHC_ZALO_APP_SECRET="s",
        TTHC_ZALO_OA_SECRET_KEY="o",
        TTHC_ZALO_API_URL="http://127.0.0.1:1",
    )
    store = TokenStore(sqlite_sessions, Sealer("k" * 40), "zalo")
    for hours, key in ((1, "zalo.signed_in"), (24.5, "zalo.not_renewed"), (30, "zalo.expired")):
        obtained = datetime.now(timezone.utc) - timedelta(hours=hours)
        store.write("access", "refresh", obtained + timedelta(hours=25), obtained)
        assert next(iter(zalo.check(on))).key == key
    with sqlite_sessions.begin() as session:
        session.execute(sa.update(ChannelToken).values(failure="zalo error -14014"))
    failed = only(zalo, on)
    assert (failed.level, failed.key) == (Level.MUST_FIX, "zalo.renewal_failed")
    assert "tthc zalo login" in failed.do
