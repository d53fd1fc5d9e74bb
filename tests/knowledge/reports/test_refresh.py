"""What changed is copied, once, on both databases; rollups are what adding up everything would give."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Engine

from knowledge.database.engine import SessionFactory
from knowledge.department.profile import Profile
from knowledge.dossiers.models import Dossier
from knowledge.messaging.models import Conversation, InboxMessage
from knowledge.privacy.sealing import Sealer
from knowledge.reports.models import FactDossier, FactTurn, RollupDirty, RollupDossier, RollupTalk, RollupTurn
from knowledge.reports.refresh import forget_copies, refresh
from knowledge.reports.rollups import rebuild_rollups
from tests.knowledge.reports.conftest import NOW, add, dossier, local


@pytest.fixture
def engine(sessions: SessionFactory) -> Engine:
    """Both databases here."""
    bound = sessions.kw["bind"]
    assert isinstance(bound, Engine)
    return bound


def rows(engine: Engine, model: type[Any]) -> list[Any]:
    table = model.__table__
    with engine.connect() as connection:
        return list(connection.execute(sa.select(table).order_by(*table.primary_key)))


def test_a_dossier_is_counted_on_the_days_things_happened(
    engine: Engine, profile: Profile, sealer: Sealer
) -> None:
    add(
        engine,
        Dossier,
        dossier("2026-07-01", "2026-07-10", "2026-07-08", paid_online=True),
        dossier("2026-07-01", "2026-07-10", "2026-07-10", submitted_via="direct", returned_via="post"),
        dossier("2026-07-02", "2026-07-10", "2026-07-13", supplement_rounds=2),
        dossier("2026-07-02", "2026-07-10"),
        dossier("2026-07-02", "2026-07-10", status=5),  # the citizen's turn
        dossier("2026-07-02", None, "2026-07-20", status=7, has_fee=False),
        dossier("2026-07-03", status=1),  # not received yet
        dossier("2026-07-03", is_sample=True),
    )
    assert refresh(engine, profile, sealer, NOW)["dossier"] == 6
    by_day: dict[date, dict[str, int]] = {}
    for row in rows(engine, RollupDossier):
        sums = by_day.setdefault(row.day, {})
        for name, value in row._mapping.items():
            if isinstance(value, int) and value:
                sums[name] = sums.get(name, 0) + value
    assert by_day[date(2026, 7, 1)] == {"received": 2, "with_fee": 2, "paid_online": 1}
    assert by_day[date(2026, 7, 8)] == {
        "early": 1, "timed": 1, "working_days": 5, "promised_days": 7, "returned": 1,
    }  # fmt: skip
    assert by_day[date(2026, 7, 10)] == {
        "on_time": 1, "timed": 1, "working_days": 7, "promised_days": 7, "returned": 1, "returned_by_post": 1,
    }  # fmt: skip
    assert by_day[date(2026, 7, 11)] == {"became_overdue": 2}
    assert by_day[date(2026, 7, 13)]["late"] == 1
    assert by_day[date(2026, 7, 13)]["repeated"] == by_day[date(2026, 7, 13)]["supplemented"] == 1
    assert by_day[date(2026, 7, 20)] == {"on_time": 1, "refused": 1, "due_unknown": 1, "returned": 1}


def test_only_changes_are_copied_and_rollups_follow(engine: Engine, profile: Profile, sealer: Sealer) -> None:
    add(engine, Dossier, dossier("2026-07-01", "2026-07-10"), dossier("2026-07-01", "2026-07-10"))
    assert refresh(engine, profile, sealer, NOW)["dossier"] == 2
    assert refresh(engine, profile, sealer, NOW + timedelta(minutes=1))["dossier"] == 0
    later = NOW + timedelta(minutes=2)
    with engine.begin() as connection:
        connection.execute(
            sa.update(Dossier)
            .where(Dossier.id == 1)
            .values(status=10, finished_at=local("2026-07-09"), updated_at=later)
        )
    assert refresh(engine, profile, sealer, later)["dossier"] == 1
    days = {row.day: row for row in rows(engine, RollupDossier)}
    assert days[date(2026, 7, 1)].received == 2
    assert days[date(2026, 7, 9)].early == 1
    assert days[date(2026, 7, 11)].became_overdue == 1
    kept = rows(engine, RollupDossier)
    with engine.begin() as connection:
        rebuild_rollups(connection)
    assert rows(engine, RollupDossier) == kept
    assert rows(engine, RollupDirty) == []


def test_a_row_committed_late_is_still_found(engine: Engine, profile: Profile, sealer: Sealer) -> None:
    refresh(engine, profile, sealer, NOW)
    add(engine, Dossier, dossier("2026-07-01", updated_at=NOW - timedelta(minutes=5)))
    assert refresh(engine, profile, sealer, NOW + timedelta(minutes=1))["dossier"] == 1


def test_a_dossier_taken_back_before_reception_is_forgotten(
    engine: Engine, profile: Profile, sealer: Sealer
) -> None:
    add(engine, Dossier, dossier("2026-07-01"))
    refresh(engine, profile, sealer, NOW)
    with engine.begin() as connection:
        connection.execute(sa.update(Dossier).values(status=1, updated_at=NOW))
    refresh(engine, profile, sealer, NOW + timedelta(minutes=1))
    assert rows(engine, FactDossier) == rows(engine, RollupDossier) == []


def test_starting_anew_gives_the_same(engine: Engine, profile: Profile, sealer: Sealer) -> None:
    add(engine, Dossier, dossier("2026-07-01", "2026-07-10", "2026-07-12"), dossier("2026-07-03"))
    refresh(engine, profile, sealer, NOW)
    facts, sums = rows(engine, FactDossier), rows(engine, RollupDossier)
    forget_copies(engine)
    assert rows(engine, FactDossier) == []
    refresh(engine, profile, sealer, NOW)
    assert (rows(engine, FactDossier), rows(engine, RollupDossier)) == (facts, sums)


def _turn(conversation: int, number: int, day: str, outcome: str, handled: bool = True) -> dict[str, Any]:
    answer = {"outcome": outcome, "intent": "ask", "procedure": "2.000648" if outcome == "answered" else None}
    return {
        "conversation_id": conversation,
        "message_id": f"m{number}",
        "text": "hỏi",
        "received_at": local(day),
        "handled_at": local(day) + timedelta(milliseconds=250) if handled else None,
        "replies": [{"text": "Chờ chút"}, {"text": "…", "answer": answer}] if handled else None,
    }


def test_turns_outlive_their_messages_and_name_nobody(
    engine: Engine, profile: Profile, sealer: Sealer
) -> None:
    talks = [
        {
            "channel": "zalo",
            "key": f"k{n}",
            "created_at": local("2026-11-01"),
            "last_seen_at": local("2026-11-01"),
        }
        for n in (1, 2)
    ]
    add(engine, Conversation, *talks)
    add(
        engine,
        InboxMessage,
        _turn(1, 1, "2026-11-24", "answered"),
        _turn(1, 2, "2026-11-24", "unclear"),
        _turn(1, 3, "2026-11-25", "handoff"),
        _turn(2, 4, "2026-11-25", "answered"),
        _turn(2, 5, "2026-11-25", "smalltalk"),
        _turn(2, 6, "2026-11-26", "answered", handled=False),
    )
    assert refresh(engine, profile, sealer, NOW)["inbox_message"] == 5
    turns = rows(engine, FactTurn)
    assert [turn.question for turn in turns] == [1, 1, 0, 1, 0]
    assert {turn.milliseconds for turn in turns} == {250}
    assert turns[0].talk == turns[1].talk != turns[2].talk  # another day, another name
    by_day = [(row.day.day, row.talks, row.with_question, row.contained) for row in rows(engine, RollupTalk)]
    assert by_day == [(24, 1, 1, 1), (25, 2, 1, 1)]
    assert sum(row.turns for row in rows(engine, RollupTurn)) == 5
    with engine.begin() as connection:
        connection.execute(
            sa.update(InboxMessage)
            .where(InboxMessage.id == 6)
            .values(handled_at=NOW, replies=[{"text": "…", "answer": {"outcome": "answered"}}])
        )
        connection.execute(sa.delete(InboxMessage).where(InboxMessage.id < 6))
    assert refresh(engine, profile, sealer, NOW)["inbox_message"] == 1
    assert len(rows(engine, FactTurn)) == 6
    forget_copies(engine)
    refresh(engine, profile, sealer, NOW)
    assert len(rows(engine, FactTurn)) == 6
