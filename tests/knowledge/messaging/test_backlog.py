"""Taking in and giving out messages, on SQLite and on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from knowledge.database.engine import open_engine
from knowledge.messaging.backlog import Backlog
from knowledge.messaging.claiming import LEASE
from knowledge.messaging.models import Conversation, InboxMessage, OutboxMessage
from knowledge.messaging.outbox import OutboxStore
from knowledge.messaging.records import IncomingMessage, Reply
from knowledge.messaging.store import MessageStore
from knowledge.privacy.sealing import Sealer

SEALER = Sealer("a secret key for tests only, nothing else")
AN, BINH = "a" * 64, "b" * 64


class Place:
    """One gateway's view of the database."""

    def __init__(self, url: str) -> None:
        self.engine = open_engine(url)
        self.backlog = Backlog(self.engine, SEALER)
        self.outbox = OutboxStore(self.engine, SEALER)
        self.store = MessageStore(self.engine, SEALER)

    def take_in(self, key: str, message_id: str, text: str = "chào") -> bool:
        message = IncomingMessage("zalo", key, message_id, text)
        return self.backlog.take_in(message, f"address of {key[0]}", by_number=True)

    def claim(self, limit: int = 10) -> list[str]:
        return [stored.incoming.message_id for stored in self.backlog.claim(limit, now() + LEASE)]

    def row(self, message_id: str) -> int:
        with self.engine.connect() as connection:
            query = sa.select(InboxMessage.id).where(InboxMessage.message_id == message_id)
            return int(connection.execute(query).scalar_one())

    def conversation(self) -> int:
        """The row of the only conversation."""
        with self.engine.connect() as connection:
            return int(connection.execute(sa.select(Conversation.id)).scalar_one())


def now() -> datetime:
    return datetime.now(timezone.utc)


@pytest.fixture
def place(database_url: str) -> Iterator[Place]:
    opened = Place(database_url)
    yield opened
    opened.engine.dispose()


def test_only_the_oldest_of_each_conversation_is_given_out(place: Place) -> None:
    for key, message_id in ((AN, "a1"), (AN, "a2"), (BINH, "b1")):
        assert place.take_in(key, message_id)

    assert place.claim() == ["a1", "b1"]
    assert place.claim() == []
    place.store.complete(place.row("a1"), [])
    assert place.claim() == ["a2"]


def test_a_postponed_message_holds_its_place(place: Place) -> None:
    place.take_in(AN, "a1")
    place.take_in(AN, "a2")
    place.claim()
    place.backlog.postpone(place.row("a1"), now() + timedelta(minutes=1), failed=True)
    assert place.claim() == []

    place.backlog.release_all()
    (stored,) = place.backlog.claim(10, now() + LEASE)
    assert (stored.incoming.message_id, stored.failed_attempts, stored.replies) == ("a1", 1, None)


def test_a_claim_that_is_not_renewed_lapses(place: Place) -> None:
    place.take_in(AN, "a1")
    row = place.row("a1")
    place.backlog.claim(10, now() - timedelta(seconds=1))
    assert place.backlog.renew([row], now() + LEASE) == [row]
    assert place.claim() == []
    place.backlog.give_back([row])
    assert place.claim() == ["a1"]


def test_a_claim_that_another_made_since_is_not_renewed(place: Place) -> None:
    place.take_in(AN, "a1")
    row = place.row("a1")
    place.backlog.claim(10, now() - timedelta(seconds=1))
    mine = now() + LEASE
    (others,) = place.backlog.claim(10, mine + timedelta(seconds=1))

    assert place.backlog.renew([row], mine) == []
    assert others.claimed_until == mine + timedelta(seconds=1)


def test_what_is_done_is_not_renewed(place: Place) -> None:
    place.take_in(AN, "a1")
    place.claim()
    place.store.complete(place.row("a1"), [])
    assert place.backlog.renew([place.row("a1")], now() + 2 * LEASE) == []


def test_an_id_comes_once_whatever_is_claimed(place: Place) -> None:
    assert place.take_in(AN, "a1", "một")
    assert not place.take_in(AN, "a1", "hai")
    assert place.take_in(BINH, "a1", "ba")
    texts = [stored.incoming.text for stored in place.backlog.claim(10, now() + LEASE)]

    assert texts == ["một", "ba"]


def test_many_gateways_claim_every_message_once(place: Place, database_url: str) -> None:
    for number in range(40):
        place.take_in(f"{number:064d}", f"m{number}")
    places = [place] if database_url.startswith("sqlite") else [Place(database_url) for _ in range(4)]

    def claim_all(one: Place) -> list[str]:
        found: list[str] = []
        while part := one.claim(3):
            found += part
        return found

    with ThreadPoolExecutor(4) as pool:
        claimed = [message for part in pool.map(claim_all, places) for message in part]
    for other in places:
        other.engine.dispose()

    assert sorted(claimed) == sorted(f"m{number}" for number in range(40))


def test_two_gateways_may_open_a_conversation_at_once(place: Place, database_url: str) -> None:
    with ThreadPoolExecutor(1 if database_url.startswith("sqlite") else 8) as pool:
        taken = list(pool.map(lambda number: place.take_in(AN, f"m{number}"), range(16)))

    assert all(taken)
    assert len({stored.incoming.conversation for stored in place.backlog.claim(10, now() + LEASE)}) == 1


def test_a_turn_that_ends_and_the_same_message_again_do_not_block_each_other(place: Place) -> None:
    """Both lock the conversation first; the other order is a deadlock as soon as there are two gateways."""
    place.take_in(AN, "a1")
    (stored,) = place.backlog.claim(1, now() + LEASE)
    seen = sa.update(Conversation).values(last_seen_at=now())
    again = sa.insert(InboxMessage).values(
        conversation_id=place.conversation(), message_id="a1", text="hai", truncated=False, received_at=now()
    )
    replies: list[Reply] = [{"text": "chào", "buttons": []}]
    with ThreadPoolExecutor(1) as pool:
        with pytest.raises(sa.exc.IntegrityError), place.engine.begin() as taking_in:  # noqa: PT012
            taking_in.execute(seen)
            ended = pool.submit(place.store.complete, stored.row, replies, send=True)
            time.sleep(0.3)
            taking_in.execute(again)
        ended.result(timeout=10)

    assert len(place.outbox.claim("zalo", 10, now(), now() + LEASE)) == 1


def test_replies_reach_the_outbox_with_the_turn_and_only_once(place: Place) -> None:
    place.take_in(AN, "a1")
    (stored,) = place.backlog.claim(1, now() + LEASE)
    for text in ("lần đầu", "lần sau"):
        place.store.complete(stored.row, [{"text": text, "buttons": []}], send=True)

    (delivery,) = place.outbox.claim("zalo", 10, now(), now() + LEASE)
    assert delivery.replies == [{"text": "lần đầu", "buttons": []}]
    assert delivery.address == "address of a"
    assert place.outbox.claim("telegram", 10, now(), now() + LEASE) == []


def test_what_a_crash_left_being_sent_is_in_doubt(place: Place) -> None:
    place.take_in(AN, "a1")
    (stored,) = place.backlog.claim(1, now() + LEASE)
    place.store.complete(stored.row, [{"text": "chào", "buttons": []}], send=True)
    (delivery,) = place.outbox.claim("zalo", 10, now(), now() + LEASE)
    assert not delivery.is_doubtful
    place.outbox.begin(delivery.row, [{"text": "chào"}])
    assert place.outbox.claim("zalo", 10, now(), now() + LEASE) == []

    place.outbox.release_all(now())
    (again,) = place.outbox.claim("zalo", 10, now(), now() + LEASE)
    assert (again.is_doubtful, again.parts, again.replies) == (True, [{"text": "chào"}], [])
    place.outbox.begin(again.row, None)
    place.outbox.finish(again.row, "r1", now())
    with place.engine.connect() as connection:
        row = connection.execute(sa.select(*OutboxMessage.__table__.c)).one()
    assert (row.state, row.doubled, row.parts, row.due_at) == ("sent", 1, None, None)


def test_nothing_is_erased_of_others(place: Place) -> None:
    place.take_in(AN, "a1")
    place.take_in(BINH, "b1")
    place.backlog.erase("zalo", AN)
    place.backlog.erase("zalo", "c" * 64)

    assert place.claim() == ["b1"]


def test_what_was_under_way_for_an_erased_person_never_reaches_another(place: Place) -> None:
    """Rows in hand while they are erased (a turn, a send) never become those of somebody else."""
    place.take_in(AN, "a1")
    held = place.row("a1"), place.conversation()
    place.backlog.erase("zalo", AN)
    place.take_in(BINH, "b1")
    assert place.row("b1") > held[0]
    assert place.conversation() > held[1]


def test_looking_for_what_waits_reads_no_table_from_end_to_end(sqlite_url: str) -> None:
    """It is looked every second and after every message, among the messages of years."""
    place = Place(sqlite_url)
    asked: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, values: object, *_: object) -> None:
        asked.append((statement, values))

    sa.event.listen(place.engine, "before_cursor_execute", note)
    place.backlog.claim(10, now())
    place.outbox.claim("zalo", 10, now(), now())
    sa.event.remove(place.engine, "before_cursor_execute", note)

    with place.engine.connect() as connection:
        steps = [
            str(step.detail)
            for statement, values in asked
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    assert len(asked) == 2
    assert [step for step in steps if step.startswith("SCAN") and " USING " not in step] == []
