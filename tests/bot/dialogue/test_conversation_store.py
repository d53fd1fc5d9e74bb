from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rasa.core.tracker_store import TrackerStore, check_if_tracker_store_async
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.dialogue.store import SECONDS_PER_DAY, ConversationStore
from knowledge.privacy.dialogue_memory import DialogueMemory
from tests.bot.dialogue.conftest import SLOT, turn

Conversation = Callable[..., DialogueStateTracker]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def open_store(
    request: pytest.FixtureRequest, tmp_path: Path, domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], ConversationStore]]:
    """Opens stores on one database, as several Rasa processes do."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("TTHC_TRACKER_DB", raising=False)
    opened: list[ConversationStore] = []

    def open_one() -> ConversationStore:
        opened.append(ConversationStore(domain, f"sqlite:///{tmp_path}/folder/dialogue.db"))
        return opened[-1]

    if request.param == "sqlite":
        yield open_one
        close(opened)
        return
    with request.getfixturevalue("postgres_server").new_database() as url:
        monkeypatch.setenv("DATABASE_URL", url)
        yield open_one
        close(opened)


def close(stores: list[ConversationStore]) -> None:
    for store in stores:
        store.engine.dispose()


def last_question(tracker: DialogueStateTracker | None) -> str | None:
    assert tracker is not None
    return [event.text for event in tracker.events if isinstance(event, UserUttered)][-1]


async def test_a_conversation_survives_a_restart(
    open_store: Callable[[], ConversationStore], conversation: Conversation
) -> None:
    await open_store().save(conversation(5))

    again = await open_store().retrieve("người dân")

    assert last_question(again) == "câu hỏi 5"
    assert again is not None
    assert again.get_slot(SLOT) == {"turn": 5}
    assert sum(isinstance(event, UserUttered) for event in again.events) == 3


async def test_an_unknown_conversation_is_none_and_a_new_one_can_be_made(
    open_store: Callable[[], ConversationStore],
) -> None:
    store = open_store()

    assert await store.retrieve("ai đó") is None
    assert (await store.get_or_create_tracker("ai đó", append_action_listen=False)).sender_id == "ai đó"
    assert list(await store.keys()) == ["ai đó"]


async def test_the_tracker_held_in_memory_is_used_again(
    open_store: Callable[[], ConversationStore], conversation: Conversation
) -> None:
    store, tracker = open_store(), conversation(1)
    await store.save(tracker)

    assert await store.retrieve("người dân") is tracker


async def test_what_another_process_saved_wins_over_what_is_held(
    open_store: Callable[[], ConversationStore], conversation: Conversation
) -> None:
    first, second = open_store(), open_store()
    await first.save(conversation(1))
    await second.save(conversation(2))

    assert last_question(await first.retrieve("người dân")) == "câu hỏi 2"


async def test_a_turn_that_failed_before_it_was_saved_leaves_nothing_behind(
    open_store: Callable[[], ConversationStore], conversation: Conversation
) -> None:
    store = open_store()
    await store.save(conversation(1))
    unfinished = await store.retrieve("người dân")
    assert unfinished is not None
    unfinished.update_with_events(turn(2), None)

    assert last_question(await store.retrieve("người dân")) == "câu hỏi 1"


async def test_a_new_model_s_domain_makes_held_trackers_anew(
    open_store: Callable[[], ConversationStore], conversation: Conversation, domain: Domain
) -> None:
    store, tracker = open_store(), conversation(1)
    await store.save(tracker)

    store.domain = domain

    assert await store.retrieve("người dân") is not tracker


async def test_conversations_unused_for_long_are_deleted(
    open_store: Callable[[], ConversationStore], conversation: Conversation
) -> None:
    store = open_store()
    await store.save(conversation(1, sender="cũ"))

    assert store.purge(time.time() + 29 * SECONDS_PER_DAY) == 0
    assert store.purge(time.time() + 31 * SECONDS_PER_DAY) == 1
    assert await store.retrieve("cũ") is None


def test_rasa_opens_it_from_endpoints_yml(
    tmp_path: Path, domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("TTHC_TRACKER_DB", str(tmp_path / "here.db"))
    endpoint = EndpointConfig(
        url="sqlite:///not-here.db", type="bot.dialogue.store.ConversationStore", max_turns=1, keep_days=30
    )

    store = TrackerStore.create(endpoint, domain)

    assert isinstance(store, ConversationStore)
    assert check_if_tracker_store_async(store)
    assert (tmp_path / "here.db").exists()
    store.engine.dispose()


def test_an_endpoint_without_url_is_refused(domain: Domain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("TTHC_TRACKER_DB", raising=False)

    with pytest.raises(ValueError, match="needs url"):
        ConversationStore(domain)


async def test_what_is_erased_of_a_person_is_erased_here(
    open_store: Callable[[], ConversationStore], conversation: Conversation
) -> None:
    store = open_store()
    await store.save(conversation(1, sender="người xóa"))
    await store.save(conversation(1, sender="người khác"))
    url = store.engine.url.render_as_string(hide_password=False)

    assert DialogueMemory(url).forget("người xóa") == 1
    assert await store.retrieve("người xóa") is None
    assert await store.retrieve("người khác") is not None


def test_a_domain_says_whether_it_is_empty_without_being_compared_again(
    open_store: Callable[[], ConversationStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, domain = open_store(), Domain.from_dict({"intents": ["ask_procedure"]})
    store.domain = domain
    monkeypatch.setattr(Domain, "as_dict", lambda _domain: pytest.fail("compared again"))
    assert not domain.is_empty()
    empty = Domain.empty()
    monkeypatch.undo()
    store.domain = empty
    assert empty.is_empty()
