"""The inbox and the events, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from knowledge.database.engine import open_engine, session_factory
from knowledge.messaging.models import Conversation
from knowledge.messaging.records import IncomingMessage
from knowledge.messaging.store import MessageStore, UnknownConversationError
from knowledge.privacy.sealing import Sealer

KEY = "a" * 64
REPLIES = [{"text": "Chào anh/chị", "buttons": [], "answer": {"outcome": "smalltalk"}}]


@pytest.fixture
def store(database_url: str) -> Iterator[MessageStore]:
    engine = open_engine(database_url)
    store = MessageStore(engine, Sealer("a secret key for tests only, nothing else"))
    store.open_conversation("web", KEY)
    yield store
    engine.dispose()


def message(message_id: str, said: str = "xin chào", key: str = KEY) -> IncomingMessage:
    return IncomingMessage("web", key, message_id, said)


def test_a_new_message_is_stored_unhandled(store: MessageStore) -> None:
    before = datetime.now(timezone.utc)
    stored = store.receive(message("m1"))

    assert stored.incoming == message("m1")
    assert stored.claimed_until is not None
    assert stored.replies is None
    assert stored.failed_attempts == 0
    assert before <= stored.received_at <= datetime.now(timezone.utc)


def test_the_same_id_again_gives_the_first_message_and_its_replies(store: MessageStore) -> None:
    first = store.receive(message("m1", "lần đầu"))
    store.complete(first.row, REPLIES)

    again = store.receive(message("m1", "lần sau"))

    assert again.row == first.row
    assert again.incoming.text == "lần đầu"
    assert again.replies == REPLIES
    assert len(store.history("web", KEY, 50)) == 1


def test_replies_recorded_first_stay(store: MessageStore) -> None:
    row = store.receive(message("m1")).row
    store.complete(row, REPLIES)
    store.complete(row, [{"text": "khác", "buttons": []}])

    assert store.history("web", KEY, 1)[0].replies == REPLIES


def test_ids_are_unique_within_a_conversation_only(store: MessageStore) -> None:
    other = "b" * 64
    store.open_conversation("web", other)

    assert store.receive(message("m1")).row != store.receive(message("m1", key=other)).row


def test_a_message_to_an_unknown_conversation_is_refused(store: MessageStore) -> None:
    with pytest.raises(UnknownConversationError):
        store.receive(message("m1", key="c" * 64))
    with pytest.raises(UnknownConversationError):
        store.history("web", "c" * 64, 50)
    with pytest.raises(UnknownConversationError):
        store.append_event("zalo", KEY, {"text": "x"})


def test_opening_a_conversation_again_changes_nothing(store: MessageStore) -> None:
    store.receive(message("m1"))
    store.open_conversation("web", KEY)

    assert store.conversation_exists("web", KEY)
    assert not store.conversation_exists("zalo", KEY)
    assert len(store.history("web", KEY, 50)) == 1


def test_history_gives_the_newest_turns_oldest_first(store: MessageStore) -> None:
    for number in range(5):
        store.receive(message(f"m{number}"))

    assert [turn.incoming.message_id for turn in store.history("web", KEY, 3)] == ["m2", "m3", "m4"]


def test_a_payload_and_the_cut_are_kept(store: MessageStore) -> None:
    pressed = IncomingMessage("web", KEY, "m1", None, '/ask{"facet": "fee"}', truncated=True)
    store.receive(pressed)

    assert store.history("web", KEY, 1)[0].incoming == pressed


@pytest.mark.parametrize("change", [{"payload": "/ask"}, {"text": None}])
def test_a_message_is_either_text_or_payload(store: MessageStore, change: dict[str, str | None]) -> None:
    with pytest.raises(IntegrityError):
        store.receive(replace(message("m1"), **change))


def test_events_are_numbered_within_their_conversation(store: MessageStore) -> None:
    other = "b" * 64
    store.open_conversation("web", other)

    assert [store.append_event("web", KEY, {"text": said}) for said in ("một", "hai")] == [1, 2]
    assert store.append_event("web", other, {"text": "ba"}) == 1
    assert [event.body["text"] for event in store.events("web", KEY, after=1)] == ["hai"]
    assert store.last_events("web", [KEY, other, "c" * 64]) == {KEY: 2, other: 1}


def test_events_written_at_once_have_no_gap_and_no_double(store: MessageStore) -> None:
    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(lambda n: store.append_event("web", KEY, {"n": n}), range(24)))

    assert sorted(given) == list(range(1, 25))
    assert [event.sequence for event in store.events("web", KEY, after=0)] == list(range(1, 25))


def test_the_same_message_handed_over_at_once_is_stored_once(store: MessageStore) -> None:
    with ThreadPoolExecutor(8) as threads:
        rows = set(threads.map(lambda _: store.receive(message("m1")).row, range(16)))

    assert len(rows) == 1


def test_a_moment_without_zone_is_refused(database_url: str) -> None:
    engine = open_engine(database_url)
    naive = datetime(2026, 7, 18, 8)  # noqa: DTZ001 - the mistake under test
    conversation = Conversation(channel="web", key=KEY, created_at=naive, last_seen_at=naive)
    with session_factory(engine)() as session:
        session.add(conversation)
        with pytest.raises(StatementError, match="without a time zone"):
            session.flush()
    engine.dispose()


def test_times_are_kept_in_utc(database_url: str) -> None:
    engine = open_engine(database_url)
    hanoi = timezone(timedelta(hours=7))
    morning = datetime(2026, 7, 18, 8, tzinfo=hanoi)
    sessions = session_factory(engine)
    with sessions.begin() as session:
        session.add(Conversation(channel="web", key=KEY, created_at=morning, last_seen_at=morning))
    with sessions() as session:
        kept = session.query(Conversation).one().created_at
        raw = session.execute(text("SELECT created_at FROM conversation")).scalar_one()
    engine.dispose()

    assert kept == morning
    assert kept.utcoffset() == timedelta(0)
    assert "01:00" in str(raw) or raw == morning


def test_what_the_mask_hides_waits_sealed_until_it_is_handled(store: MessageStore) -> None:
    said = "hồ sơ H27.12-230412-0001 tới đâu rồi, số cuối 4567"
    row = store.receive(message("m1", said)).row
    with store._engine.connect() as connection:
        kept = connection.execute(text("SELECT text, sealed FROM inbox_message")).one()
    assert kept.text == "hồ sơ [mã hồ sơ] tới đâu rồi, số cuối [số]"
    assert "0001" not in kept.sealed

    assert store.receive(message("m1", said)).incoming.text == said
    store.complete(row, REPLIES)
    assert store.receive(message("m1", said)).incoming.text == kept.text
