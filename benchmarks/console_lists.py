"""Times every list of the staff console over many rows: ``python -m benchmarks.console_lists [--rows N]``.

Fills a database of its own (SQLite in a temporary folder, or ``--url`` for an empty PostgreSQL) with ratings
and a tenth as many cases, conversations and audit entries, then asks each list for its first page, one deep
inside and several filters, also such as fit next to nothing, as the console does. Writes a section of
RESULTS.md; the exit code is 1 when a list takes 300 ms or more.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.sections import RESULTS, put_section
from bot.staff.board import read_board
from bot.staff.pages import cases, feedback, questions
from bot.staff.pages.conversations import list_conversations
from knowledge.cases.handover import queue
from knowledge.cases.listing import CaseFilter
from knowledge.cases.models import CaseFile
from knowledge.database.engine import open_engine, session_factory
from knowledge.database.migrate import upgrade
from knowledge.database.paging import Cursor, read_cursor
from knowledge.feedback.listing import FeedbackFilter
from knowledge.feedback.models import Rating
from knowledge.learning.models import MissedQuestion
from knowledge.messaging.models import Conversation
from knowledge.staff.audit import AuditFilter, entries
from knowledge.staff.models import AuditEntry

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=timezone.utc)
PART = 20_000
RUNS = 5
WANTED_MILLISECONDS = 300
UNREVIEWED = 20
"""The newest ratings that nobody looked at yet."""
WORDS = ("giấy", "bán", "xăng", "ở", "quê", "phí", "nộp", "đâu", "lò", "bánh", "xin", "lại")
UNITS = [f"Phòng {name}" for name in ("Thương mại", "Công nghiệp", "Năng lượng", "Hóa chất", "Thanh tra")]
COMMENTS = ("chua ro phi", "can bo than thien", "cho lau qua", "nop ho so hai lan", None, None, None)


def fill(engine: sa.Engine, rows: int) -> None:
    """Write ``rows`` ratings and a tenth as many of the others."""
    chance = random.Random(7)
    others = rows // 10
    _write(engine, Conversation, others, _conversation)
    _write(engine, Rating, rows, lambda n: _rating(n, chance))
    _write(engine, CaseFile, others, lambda n: _case(n, chance))
    _write(engine, AuditEntry, others, _audit)
    _write(engine, MissedQuestion, others, lambda n: _missed(n, chance))
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


def _write(engine: sa.Engine, table: Any, count: int, row: Callable[[int], dict[str, Any]]) -> None:  # noqa: ANN401
    for start in range(0, count, PART):
        part = [row(number) for number in range(start, min(count, start + PART))]
        with engine.begin() as connection:
            connection.execute(sa.insert(table), part)


def _at(number: int) -> datetime:
    return NOW - timedelta(seconds=31 * number)


def _conversation(number: int) -> dict[str, Any]:
    return {"channel": "web", "key": f"k{number}", "created_at": _at(number), "last_seen_at": _at(number)}


def _rating(number: int, chance: random.Random) -> dict[str, Any]:
    comment = chance.choice(COMMENTS)
    is_survey = number % 3 == 0
    return {
        "origin": f"r{number}",
        "occasion": "survey" if is_survey else "answer",
        "channel": chance.choice(("web", "zalo", "telegram")),
        "procedure_code": f"2.{number % 400:06}",
        "unit": UNITS[number % len(UNITS)],
        "field": f"Lĩnh vực {number % 30}",
        "factor": chance.choice(("access", "reception", "officials")) if is_survey else None,
        "score": chance.randint(1, 3) if is_survey else chance.randint(1, 2),
        "scale": 3 if is_survey else 2,
        "comment": comment,
        "comment_plain": comment,
        "reviewed_at": _at(number) if number >= UNREVIEWED else None,
        "created_at": _at(number),
        "updated_at": _at(number),
    }


def _case(number: int, chance: random.Random) -> dict[str, Any]:
    at, is_open = _at(number * 10), number % 5 == 0
    return {
        "code": f"PA-{number:08}",
        "origin": f"c{number}",
        "kind": "complaint",
        "stage": "received" if is_open else "closed",
        "unit": chance.choice(UNITS),
        "channel": "web",
        "subject": "Nộp hồ sơ hai lần",
        "text": "Tôi phải nộp hồ sơ hai lần",
        "text_plain": "toi phai nop ho so hai lan",
        "created_at": at,
        "refuse_by": at + timedelta(days=2),
        "ask_by": at + timedelta(days=5),
        "handle_by": at + timedelta(days=15),
        "due_at": at + timedelta(days=15) if is_open else None,
        "updated_at": at,
    }


def _audit(number: int) -> dict[str, Any]:
    return {
        "at": _at(number),
        "account_id": 1,
        "actor": f"canbo{number % 20}",
        "action": "view:cases.view" if number % 2 else "cases.note",
        "subject": f"case {number}",
        "detail": {},
        "address": "192.0.2.1",
    }


def _missed(number: int, chance: random.Random) -> dict[str, Any]:
    words = chance.sample(
        ("giấy", "bán", "xăng", "ở", "quê", "phí", "nộp", "đâu", "lò", "bánh", "xin", "lại"), 6
    )
    return {
        "message_row": number,
        "conversation_id": number + 1,
        "channel": "web",
        "asked_at": _at(number),
        "text": " ".join(words),
        "outcome": "unclear",
        "confidence": 0.2,
        "state": "open" if number % 3 else "ignored",
        "updated_at": _at(number),
    }


def lists(session: Session, rows: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Every list with what is asked of it."""
    deep = str(Cursor(_at(rows // 2), 10**9))
    filters = {
        "all": FeedbackFilter(),
        "one procedure": FeedbackFilter(procedure_code="2.000007"),
        "one unit and channel": FeedbackFilter(unit=UNITS[0], channel="zalo"),
        "one factor, worst score": FeedbackFilter(factor="officials", score=1),
        "one field in one month": FeedbackFilter(field="Lĩnh vực 3", since=NOW - timedelta(days=30)),
        "commented": FeedbackFilter(commented=True),
        "words found": FeedbackFilter(text="hai lần"),
        "words never said": FeedbackFilter(text="không ai nói"),
        "not reviewed": FeedbackFilter(reviewed=False),
        "assigned to somebody": FeedbackFilter(assigned_to=5),
        "two that never meet": FeedbackFilter(unit=UNITS[0], field="Lĩnh vực 1"),
        "a level never given on an occasion": FeedbackFilter(score=3, occasion="answer"),
    }
    for name, wanted in filters.items():
        yield f"feedback: {name}", lambda wanted=wanted: feedback._list(session, wanted, None)  # type: ignore[misc]  # noqa: SLF001
    yield "feedback: half-way down", lambda: feedback._list(session, FeedbackFilter(), deep)  # noqa: SLF001
    of_cases = {
        "due first": CaseFilter(due=True),
        "overdue": CaseFilter(overdue_at=NOW),
        "all": CaseFilter(),
        "one unit": CaseFilter(unit=UNITS[1]),
        "words never said": CaseFilter(text="không ai nói"),
    }
    for name, case_filter in of_cases.items():
        yield f"cases: {name}", lambda wanted=case_filter: cases._list(session, wanted, None)  # type: ignore[misc]  # noqa: SLF001
    yield "conversations", lambda: list_conversations(session, "", None, None, None)
    yield "conversations: half-way down", lambda: list_conversations(session, "web", None, None, str(deep))
    yield "questions, in groups", lambda: questions._read(session)  # noqa: SLF001
    yield "live queue", lambda: queue(session)
    yield "audit", lambda: entries(session, AuditFilter())
    yield "audit: views", lambda: entries(session, AuditFilter(action="view:"), read_cursor(deep))
    yield "audit: one officer", lambda: entries(session, AuditFilter(actor="canbo3"))
    yield "board", lambda: read_board(session, 1, NOW)


def measure(url: str, rows: int) -> Iterator[tuple[str, float, float]]:
    """Fill the database; give each list's median and slowest time in ms."""
    upgrade(url)
    engine = open_engine(url)
    fill(engine, rows)
    with session_factory(engine)() as session:
        for name, ask in lists(session, rows):
            ask()
            times = []
            for _ in range(RUNS):
                began = time.perf_counter()
                ask()
                times.append((time.perf_counter() - began) * 1000)
                session.expunge_all()
            yield name, statistics.median(times), max(times)
    engine.dispose()


def render(measured: Sequence[tuple[str, float, float]], rows: int) -> str:
    """The section of RESULTS.md."""
    slowest = max(most for _, _, most in measured)
    met = "met" if slowest < WANTED_MILLISECONDS else "missed"
    lines = "\n".join(f"| {name} | {median:.0f} | {most:.0f} |" for name, median, most in measured)
    return f"""## Lists of the staff console

{rows:,} ratings and a tenth as many cases, conversations, missed questions and audit entries on
SQLite (`python -m benchmarks.console_lists`); asked {RUNS} times each. Slowest {slowest:.0f} ms; \
wanted: < {WANTED_MILLISECONDS} ms, {met}.
A call that is not counted comes first: the lexicon of the questions takes it a second to load.

| list | median, ms | slowest, ms |
|---|---|---|
{lines}"""


def main() -> int:
    """Fill, time, write; 1 when a list is too slow."""
    parser = argparse.ArgumentParser(description="Times the staff console's lists.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--url", help="an empty database; default: SQLite in a temporary folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tthc-lists-") as folder:
        measured = list(measure(arguments.url or f"sqlite:///{folder}/lists.db", arguments.rows))
    text = render(measured, arguments.rows)
    print(text)
    if not arguments.url:
        put_section(RESULTS, "console", text)
    return int(max(most for _, _, most in measured) >= WANTED_MILLISECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
