"""Turns of one conversation follow each other at once; turns of others do not wait."""

from __future__ import annotations

import asyncio

import pytest
from rasa.core.lock_store import LockStore
from rasa.utils.endpoints import EndpointConfig

from bot.dialogue.locks import ConversationLocks


async def test_turns_of_a_conversation_follow_each_other_and_others_go_on() -> None:
    locks = ConversationLocks()
    first_may_end = asyncio.Event()
    ended: list[str] = []

    async def turn(conversation: str, name: str, wait: asyncio.Event | None = None) -> None:
        async with locks.lock(conversation):
            if wait is not None:
                await wait.wait()
            ended.append(name)

    tasks = [
        asyncio.create_task(turn("a", "first of a", first_may_end)),
        asyncio.create_task(turn("a", "second of a")),
        asyncio.create_task(turn("b", "of b")),
    ]
    await asyncio.sleep(0.01)
    assert ended == ["of b"]
    first_may_end.set()
    await asyncio.wait_for(asyncio.gather(*tasks), 0.5)
    assert ended == ["of b", "first of a", "second of a"]


async def test_a_turn_that_fails_frees_its_conversation_and_nothing_is_kept() -> None:
    locks = ConversationLocks()
    with pytest.raises(RuntimeError):
        async with locks.lock("a"):
            raise RuntimeError
    async with locks.lock("a"):
        pass
    assert dict(locks._locks) == {}


def test_rasa_makes_it_from_the_endpoints() -> None:
    made = LockStore.create(EndpointConfig(type="bot.dialogue.locks.ConversationLocks"))
    assert isinstance(made, ConversationLocks)
