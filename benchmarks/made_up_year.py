"""A made-up year of a department: dossiers, ratings, cases, messages; the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from knowledge.cases.models import CaseFile
from knowledge.catalogue.records import Status
from knowledge.catalogue.shipped import ensure_shipped, load_shipped
from knowledge.database.base import Base
from knowledge.database.engine import session_factory
from knowledge.department.profile import Profile
from knowledge.dossiers.models import Dossier
from knowledge.feedback.models import Rating, RatingRequest
from knowledge.feedback.survey import load_survey
from knowledge.messaging.models import Conversation, InboxMessage

YEAR = 2026
UNITS = ("Phòng Quản lý thương mại", "Phòng Quản lý công nghiệp", "Phòng Quản lý năng lượng", "Thanh tra")
ROWS = 5000
SEED = 766


def moments(rng: random.Random) -> datetime:
    """A working hour of the year."""
    day = date(YEAR, 1, 1) + timedelta(days=rng.randrange(365))
    return datetime(
        day.year, day.month, day.day, rng.randrange(1, 10), rng.randrange(60), tzinfo=timezone.utc
    )


def dossiers(
    count: int, procedures: list[tuple[str, str, str]], rng: random.Random
) -> Iterator[dict[str, Any]]:
    """Dossiers of the year: most online, most early, some late, a few still open."""
    for number in range(count):
        code, name, field = procedures[min(int(rng.expovariate(0.06)), len(procedures) - 1)]
        received = moments(rng)
        promised = received + timedelta(days=rng.choice((3, 5, 7, 10, 15, 20)))
        took = promised + timedelta(days=rng.choices((-3, -1, 0, 2, 9), (50, 25, 20, 4, 1))[0])
        ended = took if took.year == YEAR else None
        finished = None if ended is None else max(ended, received)
        serial = f"H27.12-{received:%y%m%d}-{number:07}"
        yield {
            "code": serial,
            "tail": serial[-14:],
            "source": "synthetic",
            "procedure_code": code,
            "procedure_name": name,
            "field": field,
            "unit": UNITS[hash_of(field) % len(UNITS)],
            "status": 10 if finished else 4,
            "submitted_via": rng.choices(("online", "direct", "post"), (80, 17, 3))[0],
            "returned_via": rng.choices(("direct", "post", "online"), (60, 20, 20))[0] if finished else None,
            "has_fee": rng.random() < 0.6,
            "paid_online": rng.random() < 0.3,
            "received_at": received,
            "due_at": promised,
            "finished_at": finished,
            "returned_at": finished,
            "supplement_rounds": rng.choices((0, 1, 2), (90, 8, 2))[0],
            "is_sample": False,
            "fingerprint": serial,
            "updated_at": finished or received,
        }


def hash_of(text: str) -> int:
    """A number of a text that is the same in every run."""
    return sum(text.encode())


def surveys(
    count: int, procedures: list[tuple[str, str, str]], rng: random.Random
) -> Iterator[dict[str, Any]]:
    """Scores of surveys, a row for each factor."""
    factors = [factor.id for factor in load_survey().factors]
    for number in range(count):
        factor = factors[number % len(factors)]
        if factor == factors[0] or number == 0:
            at, (code, _, field) = moments(rng), rng.choice(procedures)
        bad = number % 97 == 0
        yield {
            "origin": f"synthetic-{number}",
            "occasion": "survey",
            "channel": rng.choice(("zalo", "telegram", "web")),
            "procedure_code": code,
            "unit": UNITS[hash_of(field) % len(UNITS)],
            "field": field,
            "factor": factor,
            "score": 1 if bad else rng.choices((1, 2, 3), (15, 60, 25))[0],
            "scale": 3,
            "comment": "Chờ lâu, hướng dẫn giấy tờ chưa rõ." if bad else None,
            "created_at": at,
            "updated_at": at,
        }


def requests(count: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Occasions to ask."""
    for number in range(count):
        at = moments(rng)
        yield {
            "origin": f"synthetic-{number}",
            "occasion": "survey",
            "outcome": rng.choices(("answered", "refused", "asked", "not_asked"), (30, 10, 40, 20))[0],
            "channel": "zalo",
            "created_at": at,
            "updated_at": at,
        }


def complaints(count: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Complaints, most answered in time."""
    for number in range(count):
        at = moments(rng)
        handled = at + timedelta(days=rng.randrange(1, 26))
        yield {
            "code": f"PA-{number:07}",
            "origin": f"synthetic-{number}",
            "kind": "complaint",
            "stage": "answered",
            "unit": rng.choice(UNITS),
            "channel": "web",
            "subject": "…",
            "text": "…",
            "text_plain": "…",
            "created_at": at,
            "refuse_by": at + timedelta(days=2),
            "ask_by": at + timedelta(days=7),
            "handle_by": at + timedelta(days=21),
            "handled_at": handled,
            "updated_at": handled,
        }


def turns(count: int, procedures: list[tuple[str, str, str]], rng: random.Random) -> Iterator[dict[str, Any]]:
    """Messages with what the assistant made of them."""
    outcomes = ("answered", "clarify", "unclear", "out_of_scope", "smalltalk", "dossier", "handoff")
    for number in range(count):
        at = moments(rng)
        outcome = rng.choices(outcomes, (70, 6, 3, 4, 8, 6, 3))[0]
        code = rng.choice(procedures)[0] if outcome == "answered" else None
        yield {
            "conversation_id": 1 + number % 2000,
            "message_id": f"synthetic-{number}",
            "text": "…",
            "received_at": at,
            "handled_at": at + timedelta(milliseconds=rng.randrange(40, 400)),
            "replies": [{"text": "…", "answer": {"outcome": outcome, "intent": "ask", "procedure": code}}],
        }


def fill(engine: Engine, profile: Profile, *, dossier_count: int, score_count: int) -> None:
    """Publish the shipped catalogue and write the year.

    Raises:
        SystemExit: the database has dossiers already.
    """
    rng = random.Random(SEED)
    with Session(engine) as session, session.begin():
        if session.scalar(sa.select(Dossier.id).limit(1)) is not None:
            raise SystemExit("this database has dossiers: synthetic ones go into a database of their own")
    ensure_shipped(session_factory(engine))
    own = set(profile.levels)
    procedures = [
        (found.code, found.name, found.field)
        for found in load_shipped()
        if own & set(found.levels) and found.status is Status.LISTED
    ]
    rng.shuffle(procedures)
    people = (
        {"channel": "zalo", "key": f"synthetic-{n}", "created_at": moments(rng), "last_seen_at": moments(rng)}
        for n in range(2000)
    )
    write(engine, Dossier, dossiers(dossier_count, procedures[:-4], rng))
    write(engine, Rating, surveys(score_count, procedures, rng))
    write(engine, RatingRequest, requests(score_count // 2, rng))
    write(engine, CaseFile, complaints(max(20, dossier_count // 500), rng))
    write(engine, Conversation, people)
    write(engine, InboxMessage, turns(score_count, procedures, rng))


def write(engine: Engine, model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows in bulk."""
    waiting = iter(rows)
    with engine.begin() as connection:
        while batch := list(islice(waiting, ROWS)):
            connection.execute(sa.insert(model), batch)
