"""Notices: each change once, none lost, none twice, and an end to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from knowledge.dossiers.codes import parse_code
from knowledge.dossiers.connectors.base import RemoteError
from knowledge.dossiers.connectors.register import RegisterConnector
from knowledge.dossiers.desk import DossierDesk
from knowledge.dossiers.guard import GuardedSource
from knowledge.dossiers.jobs import JOBS
from knowledge.dossiers.models import DossierLookup, DossierSession, DossierWatch
from knowledge.dossiers.policy import load_policy
from knowledge.dossiers.polling import look_after_watches
from knowledge.dossiers.register import Register, store_rows
from knowledge.dossiers.verification import factor_hash
from knowledge.dossiers.watches import Subscribed
from knowledge.messaging.models import ConversationEvent
from knowledge.messaging.store import MessageStore
from tests.knowledge.dossiers.conftest import row

CODE = parse_code("H27.12-261102-0001")
POLICY = replace(load_policy(), watches_per_conversation=2)
KEY = "a" * 64


class Source(RegisterConnector):
    """The register, which can be made to fail."""

    error = None

    async def lookup(self, code):
        if self.error is not None:
            raise self.error
        return await super().lookup(code)


@pytest.fixture
def engine(sessions):
    return sessions.kw["bind"]


@pytest.fixture
def source(engine):
    return Source(Register(engine))


@pytest.fixture
def desk(engine, sealer, source):
    MessageStore(engine, sealer).open_conversation("web", KEY)
    put(engine, sealer)
    desk = DossierDesk(engine, sealer, POLICY, [GuardedSource(source, POLICY, 2.0)])
    yield desk
    desk.close()


def put(engine, sealer, status=4, **fields):
    with engine.begin() as connection:
        store_rows(connection, [row(CODE.text, status, **fields)], "one_stop", sealer)


@pytest.fixture
def subscribe(desk, sealer):
    numbers = iter(range(1000))

    def subscribe(code=CODE, *, seen=True, digits="4567"):
        factor = factor_hash(sealer, code, digits)
        view = desk.ask(code, factor).view if seen else None
        return desk.watches.subscribe(f"{next(numbers):064x}", "web", KEY, code, factor, view)

    return subscribe


def later(hours=1):
    return datetime.now(timezone.utc) + timedelta(hours=hours)


def events(engine):
    with engine.connect() as connection:
        return list(
            connection.execute(
                sa.select(ConversationEvent.body).order_by(ConversationEvent.sequence)
            ).scalars()
        )


def watches(engine):
    with engine.connect() as connection:
        return connection.execute(sa.select(DossierWatch)).mappings().all()


def test_each_change_is_told_once(desk, engine, sealer, subscribe):
    assert subscribe() is Subscribed.NEW
    assert look_after_watches(desk, later()) == 0
    put(engine, sealer, 5, supplement_note="Bản vẽ mặt bằng")
    assert look_after_watches(desk, later(2)) == 1
    assert look_after_watches(desk, later(4)) == 0
    (notice,) = events(engine)
    assert (notice["author"], notice["protected"]) == ("system", True)
    assert "Hồ sơ …-0001: Yêu cầu bổ sung giấy tờ." in notice["text"]
    assert "Bản vẽ mặt bằng" in notice["text"]
    assert CODE.text not in str(notice)
    assert notice["notice"] == {
        "kind": "dossier_changed",
        "values": {
            "dossier": "…-0001",
            "status": "Yêu cầu bổ sung giấy tờ",
            "procedure": "Cấp giấy phép",
            "unit": "",
            "due": "",
        },
    }
    assert notice["buttons"] == [
        {"title": "Ngừng theo dõi", "payload": '/flow_step{"flow":"dossier","value":"unwatch"}'}
    ]


def test_the_final_status_ends_it_and_the_code_goes(desk, engine, sealer, subscribe):
    subscribe()
    put(engine, sealer, 10)
    assert look_after_watches(desk, later()) == 1
    put(engine, sealer, 4)
    assert look_after_watches(desk, later(5)) == 0
    (watch,) = watches(engine)
    assert (watch["end_reason"], watch["code"], watch["notices"]) == ("final", None, 1)
    assert "ngừng theo dõi" in events(engine)[0]["text"]


def test_nothing_is_told_after_it_was_ended(desk, engine, sealer, subscribe):
    subscribe()
    assert desk.watches.unsubscribe("web", KEY) == 1
    put(engine, sealer, 9)
    assert look_after_watches(desk, later()) == 0
    assert events(engine) == []
    assert subscribe() is Subscribed.NEW  # and it can be asked for again


def test_two_pollers_at_once_tell_once(desk, engine, sealer, source, subscribe):
    subscribe()
    put(engine, sealer, 9)
    desks = [DossierDesk(engine, sealer, POLICY, [GuardedSource(source, POLICY, 2.0)]) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        told = sum(pool.map(lambda one: look_after_watches(one, later()), desks))
    for one in desks:
        one.close()
    assert (told, len(events(engine))) == (1, 1)


def test_a_poller_killed_before_it_commits_loses_nothing(desk, engine, sealer, subscribe, monkeypatch):
    subscribe()
    put(engine, sealer, 9)

    def killed(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("knowledge.dossiers.watches.append_event", killed)
        with pytest.raises(SystemExit):
            look_after_watches(desk, later())
    assert events(engine) == []
    assert look_after_watches(desk, later()) == 1
    assert len(events(engine)) == 1


def test_it_survives_a_restart(desk, engine, sealer, source, subscribe):
    subscribe()
    desk.close()
    put(engine, sealer, 9)
    another = DossierDesk(engine, sealer, POLICY, [GuardedSource(source, POLICY, 2.0)])
    assert look_after_watches(another, later()) == 1
    another.close()


def test_a_failing_system_is_asked_ever_more_rarely(desk, engine, source, subscribe):
    subscribe()
    source.error = RemoteError("down")
    waits = []
    for _ in range(3):
        look_after_watches(desk, later(100))
        (watch,) = watches(engine)
        waits.append(watch["next_check_at"] - datetime.now(timezone.utc))
    assert waits == sorted(waits)
    assert waits[2] > 2 * timedelta(minutes=POLICY.watch_every_minutes)
    assert events(engine) == []


def test_who_waits_for_the_system_hears_when_it_answers(desk, engine, source, subscribe):
    source.error = RemoteError("down")
    assert subscribe(seen=False) is Subscribed.NEW
    assert look_after_watches(desk, later()) == 0
    source.error = None
    assert look_after_watches(desk, later(20)) == 1
    assert "đã trả lời lại" in events(engine)[0]["text"]
    assert "Đang xử lý" in events(engine)[0]["text"]


def test_who_gave_wrong_digits_hears_nothing_of_the_dossier(desk, engine, subscribe):
    subscribe(seen=False, digits="0000")
    assert look_after_watches(desk, later()) == 1
    (notice,) = events(engine)
    assert "chưa xác nhận" in notice["text"]
    assert "Đang xử lý" not in notice["text"]
    assert watches(engine)[0]["end_reason"] == "gone"


def test_a_number_that_is_no_longer_the_dossiers_hears_no_more(desk, engine, sealer, subscribe):
    subscribe()
    put(engine, sealer, 9, phone="1111")
    assert look_after_watches(desk, later()) == 0
    assert events(engine) == []


def test_it_ends_some_day(desk, engine, subscribe):
    subscribe()
    assert look_after_watches(desk, later(24 * (POLICY.watch_days + 1))) == 1
    assert watches(engine)[0]["end_reason"] == "expired"


def test_not_twice_and_not_too_many(desk, engine, sealer, subscribe):
    codes = [parse_code(f"H27.12-261102-000{number}") for number in (2, 3)]
    with engine.begin() as connection:
        store_rows(connection, [row(code.text) for code in codes], "one_stop", sealer)
    assert subscribe() is Subscribed.NEW
    assert subscribe() is Subscribed.KNOWN
    assert subscribe(codes[0]) is Subscribed.NEW
    assert subscribe(codes[1]) is Subscribed.TOO_MANY
    assert desk.watches.count("web", KEY) == 2
    factor = factor_hash(sealer, CODE, "4567")
    assert desk.watches.subscribe("e" * 64, "web", "unknown", CODE, factor, None) is Subscribed.NOT_HERE


def test_what_is_no_longer_needed_is_deleted(desk, engine, sealer):
    old = datetime.now(timezone.utc) - timedelta(hours=POLICY.code_window_hours + 1)
    lookup = {
        "origin": "a" * 64,
        "at": old,
        "channel": "web",
        "result": "found",
        "person_hash": "p",
        "code_hash": "c",
        "updated_at": old,
    }
    with engine.begin() as connection:
        connection.execute(sa.insert(DossierLookup), lookup)
        connection.execute(
            sa.insert(DossierLookup), {**lookup, "origin": "b" * 64, "at": datetime.now(timezone.utc)}
        )
        connection.execute(sa.insert(DossierSession), {"ref": "a", "code": "x", "expires_at": old})
    desk.purge()
    with engine.connect() as connection:
        kept = connection.execute(
            sa.select(DossierLookup.person_hash, DossierLookup.code_hash).order_by(DossierLookup.id)
        ).all()
        sessions = connection.execute(sa.select(sa.func.count()).select_from(DossierSession)).scalar_one()
    assert kept == [(None, None), ("p", "c")]
    assert sessions == 0


def test_the_jobs_of_the_room_are_registered():
    assert {job.name for job in JOBS} == {"dossier-watches", "dossier-purge"}
