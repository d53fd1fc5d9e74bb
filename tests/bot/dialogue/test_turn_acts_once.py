"""A turn and the store: replies are stored with what the turn changed, and a message acts once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Restarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.dialogue.store import SECONDS_PER_DAY, ConversationStore
from bot.dialogue.turn import AnsweredBefore, Turn, TurnNotStored, TurnWithoutReply, under_way
from tests.bot.dialogue.conftest import SLOT

SENDER = "người dân"
REPLY = {"recipient_id": SENDER, "custom": {"text": "trả lời"}}
DOSSIER = "H61.12-250718-0042"


@pytest.fixture
def open_store(
    tmp_path: Path, domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Any]]:
    """Opens stores as Rasa does, in its wrapper that hides errors."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("TTHC_TRACKER_DB", raising=False)
    opened: list[ConversationStore] = []

    def open_one() -> FailSafeTrackerStore:
        opened.append(ConversationStore(domain, f"sqlite:///{tmp_path}/dialogue.db"))
        return FailSafeTrackerStore(opened[-1])

    yield open_one
    for store in opened:
        store.engine.dispose()


async def handle(
    store: Any, message_id: str, text: str = "câu hỏi", *, says: bool = True, entities: Any = ()
) -> Turn:
    """Do what Rasa does in a turn."""
    turn = Turn(message_id)
    with under_way(turn):
        tracker: DialogueStateTracker = await store.get_or_create_tracker(SENDER, append_action_listen=False)
        count = (tracker.get_slot(SLOT) or {"turns": 0})["turns"]
        metadata = {"message_id": message_id, "attachments": [{"url": "https://ảnh"}]}
        said = UserUttered(text, {"name": "ask"}, list(entities), message_id=message_id, metadata=metadata)
        tracker.update_with_events(
            [
                SlotSet("session_started_metadata", metadata),
                said,
                ActionExecuted("action_answer_procedure"),
                SlotSet(SLOT, {"turns": count + 1}),
                BotUttered(None, {"custom": {"text": f"hồ sơ {DOSSIER}"}}),
                ActionExecuted("action_listen"),
            ],
            store.domain,
        )
        if says:
            turn.replies.append(REPLY)
        await store.save(tracker)
    return turn


async def turns_counted(store: Any) -> int:
    tracker = await store.retrieve(SENDER)
    return int(tracker.get_slot(SLOT)["turns"]) if tracker.get_slot(SLOT) else 0


async def test_replies_are_stored_with_the_turn(open_store: Callable[[], Any]) -> None:
    assert json.loads((await handle(open_store(), "m1")).stored or "") == [REPLY]


async def test_the_same_message_again_gets_the_stored_replies_and_changes_nothing(
    open_store: Callable[[], Any],
) -> None:
    store = open_store()
    await handle(store, "m1")
    for again in (store, open_store()):
        with pytest.raises(AnsweredBefore) as before:
            await handle(again, "m1")
        assert json.loads(before.value.replies) == [REPLY]

    await handle(store, "m2")
    assert await turns_counted(open_store()) == 2


async def test_a_turn_without_reply_is_not_stored(open_store: Callable[[], Any]) -> None:
    store = open_store()
    with pytest.raises(TurnWithoutReply):
        await handle(store, "m1", says=False)

    assert await turns_counted(open_store()) == 0
    await handle(store, "m1")
    assert await turns_counted(open_store()) == 1


async def test_a_failed_save_fails_the_turn(open_store: Callable[[], Any], tmp_path: Path) -> None:
    store = open_store()
    await handle(store, "m1")
    engine = sa.create_engine(f"sqlite:///{tmp_path}/dialogue.db")
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TRIGGER full BEFORE UPDATE ON conversation_memory BEGIN SELECT RAISE(ABORT, 'x'); END"
            )
        )
    with pytest.raises(TurnNotStored):
        await handle(store, "m2")
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TRIGGER full"))
    engine.dispose()

    await handle(store, "m2")
    assert await turns_counted(open_store()) == 2


async def test_a_conversation_that_cannot_be_read_is_not_taken_for_a_new_one(
    open_store: Callable[[], Any], tmp_path: Path
) -> None:
    store = open_store()
    await handle(store, "m1")
    engine = sa.create_engine(f"sqlite:///{tmp_path}/dialogue.db")
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE conversation_memory RENAME TO elsewhere"))
    with pytest.raises(TurnNotStored):
        await handle(store, "m2")
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO conversation_memory"))
    engine.dispose()

    await handle(store, "m2")
    assert await turns_counted(open_store()) == 2


async def test_of_two_processes_that_answer_at_once_one_is_stored(open_store: Callable[[], Any]) -> None:
    first, second = open_store(), open_store()
    await handle(first, "m1")
    late = Turn("m2")
    with under_way(late):
        tracker = await second.retrieve(SENDER)
        await handle(first, "m2")
        late.replies.append(REPLY)
        tracker.update(UserUttered("câu hỏi", message_id="m2"))
        with pytest.raises(TurnNotStored):
            await second.save(tracker)


async def test_what_is_kept_is_masked(open_store: Callable[[], Any], tmp_path: Path) -> None:
    store = open_store()
    text = f"hồ sơ {DOSSIER} của tôi, số 0912345678"
    await handle(store, "m1", text, entities=[{"entity": "dossier_code", "value": DOSSIER}])

    engine = sa.create_engine(f"sqlite:///{tmp_path}/dialogue.db")
    with engine.connect() as connection:
        (events,) = connection.execute(sa.text("SELECT events FROM conversation_memory")).scalars()
    engine.dispose()
    held = str([event.as_dict() for event in (await store.retrieve(SENDER)).events])
    for kept in (json.dumps(json.loads(events), ensure_ascii=False), held):
        assert "[mã hồ sơ]" in kept
        for hidden in (DOSSIER, "0042", "0912345678", "ảnh"):
            assert hidden not in kept


async def test_replies_of_a_last_turn_go_after_a_day(open_store: Callable[[], Any]) -> None:
    store = open_store()
    await handle(store, "m1")
    inner: ConversationStore = store._tracker_store
    with inner.engine.connect() as connection:
        (at,) = connection.execute(sa.text("SELECT updated_at FROM conversation_memory")).scalars()
    inner.purge(at + SECONDS_PER_DAY + 1)

    await handle(store, "m1")
    assert await turns_counted(store) == 2


async def test_a_turn_that_forgets_the_conversation_is_stored_with_its_reply(
    open_store: Callable[[], Any],
) -> None:
    """Erasing restarts the tracker: its last message is then not the one answered."""
    store = open_store()
    await handle(store, "m1")
    turn = Turn("m2", [REPLY])
    with under_way(turn):
        tracker = await store.get_or_create_tracker(SENDER, append_action_listen=False)
        tracker.update_with_events([UserUttered("xóa", message_id="m2"), Restarted()], store.domain)
        await store.save(tracker)
    assert json.loads(turn.stored or "") == [REPLY]
    with pytest.raises(AnsweredBefore):
        await handle(open_store(), "m2")
    assert await turns_counted(open_store()) == 0
