"""Rows of the other rooms, a refreshed store, and the worked case of a department's quarter."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from knowledge.cases.models import CaseFile
from knowledge.department.profile import Profile, load_profile
from knowledge.dossiers.models import Dossier
from knowledge.feedback.models import Rating, RatingRequest
from knowledge.privacy.sealing import Sealer
from knowledge.reports.refresh import refresh

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=timezone.utc)
ROOT = Path(__file__).parents[3]
_numbers = itertools.count(1)


def local(text: str, hour: int = 9) -> datetime:
    """A moment of a day in Vietnam."""
    return datetime.fromisoformat(f"{text}T{hour:02}:00:00+07:00")


def dossier(
    received: str | None, due: str | None = None, finished: str | None = None, **fields: Any
) -> dict[str, Any]:
    """A row of the register; finished ones have the status "returned"."""
    number = next(_numbers)
    code = f"H27.12-{number:06}"
    row: dict[str, Any] = {
        "code": code,
        "tail": code[-13:],
        "source": "one_stop",
        "procedure_code": "2.000648",
        "procedure_name": "Cấp giấy phép",
        "field": "Lưu thông hàng hóa trong nước",
        "unit": "Phòng Quản lý thương mại",
        "status": 10 if finished else 4,
        "submitted_via": "online",
        "returned_via": "direct" if finished else None,
        "has_fee": True,
        "paid_online": False,
        "received_at": received and local(received),
        "due_at": due and local(due, 17),
        "finished_at": finished and local(finished, 10),
        "returned_at": finished and local(finished, 11),
        "supplement_rounds": 0,
        "is_sample": False,
        "fingerprint": code,
        "updated_at": NOW - timedelta(hours=1),
    }
    return {**row, **fields}


def rating(day: str, score: int, factor: str | None = "officials", **fields: Any) -> dict[str, Any]:
    """A score of a survey on three levels."""
    return {
        "origin": f"rating-{next(_numbers)}",
        "occasion": "survey" if factor else "answer",
        "channel": "web",
        "procedure_code": "2.000648",
        "unit": "Phòng Quản lý thương mại",
        "factor": factor,
        "score": score,
        "scale": 3 if factor else 2,
        "comment": None,
        "created_at": local(day),
        "updated_at": NOW - timedelta(hours=1),
        **fields,
    }


def request(day: str, outcome: str, **fields: Any) -> dict[str, Any]:
    """An occasion to ask."""
    return {
        "origin": f"request-{next(_numbers)}",
        "occasion": "survey",
        "outcome": outcome,
        "channel": "web",
        "created_at": local(day),
        "updated_at": NOW - timedelta(hours=1),
        **fields,
    }


def case(day: str, handled: str | None = None, by: str = "2026-12-31", **fields: Any) -> dict[str, Any]:
    """A complaint."""
    number = next(_numbers)
    return {
        "code": f"PA-{number:06}",
        "origin": f"case-{number}",
        "kind": "complaint",
        "stage": "answered" if handled else "handling",
        "unit": "Phòng Quản lý thương mại",
        "channel": "web",
        "subject": "Chờ lâu",
        "text": "Chờ lâu quá",
        "text_plain": "cho lau qua",
        "created_at": local(day),
        "refuse_by": local(by),
        "ask_by": local(by),
        "handle_by": local(by),
        "handled_at": handled and local(handled),
        "updated_at": NOW - timedelta(hours=1),
        **fields,
    }


def add(engine: Engine, model: type[Any], *rows: dict[str, Any]) -> None:
    """Write rows of one kind."""
    with engine.begin() as connection:
        for row in rows:
            connection.execute(sa.insert(model).values(**row))


MODELS = {"dossiers": Dossier, "ratings": Rating, "requests": RatingRequest, "cases": CaseFile}
Fill = Callable[..., None]


@pytest.fixture
def sealer() -> Sealer:
    return Sealer("a secret of the tests, long enough")  # not used anywhere else


@pytest.fixture(scope="session")
def profile() -> Profile:
    return load_profile(ROOT / "department.yml")


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    from knowledge.database.engine import open_engine

    opened = open_engine(sqlite_url)
    yield opened
    opened.dispose()


@pytest.fixture
def fill(engine: Engine, profile: Profile, sealer: Sealer) -> Fill:
    """Write rows and bring the store up to date: ``fill(dossiers=[…], ratings=[…])``."""

    def write(**rows: list[dict[str, Any]]) -> None:
        for kind, found in rows.items():
            add(engine, MODELS[kind], *found)
        refresh(engine, profile, sealer, NOW)

    return write
