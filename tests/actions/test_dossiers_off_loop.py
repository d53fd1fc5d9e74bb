"""Two hundred look-ups at a system that hangs hold up nobody else: others are answered as quickly as ever."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import replace

import pytest

from actions import rasa_actions
from actions.question import Question
from actions.state import State
from knowledge.dossiers.codes import parse_code
from knowledge.dossiers.desk import DossierDesk
from knowledge.dossiers.guard import GuardedSource
from knowledge.dossiers.policy import load_policy
from knowledge.privacy.sealing import Sealer

USERS, OTHERS = 200, 40
TIMEOUT = 1.0
SEALER = Sealer("a secret of these tests")
POLICY = replace(load_policy(), cache_seconds=0)


class Hanging:
    """A system that takes every question and never answers."""

    name = "igate"
    takes_ends = False
    asked = 0

    async def lookup(self, code):
        self.asked += 1
        await asyncio.sleep(3600)

    async def close(self):
        pass


@pytest.fixture
def hanging():
    return Hanging()


@pytest.fixture
def served(services, sqlite_sessions, hanging, monkeypatch):
    """The services of the action server, with a desk that asks the hanging system."""
    engine = sqlite_sessions.kw["bind"]
    made = type(services)(services.profile, services.store, services.language, services.search_cache)
    made._keeper, made.sealer = services._keeper, SEALER
    made.dossiers = DossierDesk(engine, SEALER, POLICY, [GuardedSource(hanging, POLICY, TIMEOUT)])
    monkeypatch.setattr(rasa_actions, "services", lambda: made)
    yield made
    made.dossiers.close()


def asked_for_digits(desk, number):
    """The state of a conversation that has given its code, and the message with the digits."""
    ref = f"{number:064x}"
    desk.sessions.open(ref, parse_code(f"H27.12-261102-{number:04d}"))
    state = State(flow="dossier", step="factor", data={"ref": ref})
    return Question("4567", "nlu_fallback", 0.9, sender=ref, channel="web", message_id="2"), state


async def others():
    times = []
    for _ in range(OTHERS):
        started = time.monotonic()
        reply = await rasa_actions._reply(
            Question("mở cây xăng cần giấy tờ gì", "ask_procedure", 0.9, sender="f" * 64), State()
        )
        times.append(time.monotonic() - started)
        assert reply.procedure == "2.000648"
        await asyncio.sleep(0.05)
    return times


async def test_others_are_answered_while_two_hundred_wait(served, hanging):
    turns = [asked_for_digits(served.dossiers, number) for number in range(USERS)]
    await others()  # everything is loaded
    started = time.monotonic()
    waiting = asyncio.gather(*(rasa_actions._reply(*turn) for turn in turns))

    times = await others()

    told = await waiting
    assert statistics.quantiles(times, n=20)[18] < TIMEOUT
    assert all("không trả lời" in reply.text for reply in told)
    assert time.monotonic() - started < USERS * TIMEOUT / 10
    # The system was spared: so many at once, and after failures in a row none for a while.
    assert hanging.asked < POLICY.parallel + POLICY.failures_to_open


async def test_a_refusal_is_held_back_until_its_moment(served, monkeypatch):
    question, state = asked_for_digits(served.dossiers, 7)
    moment = time.monotonic() + 0.3
    held = replace(rasa_actions.respond(Question("x", "greet", 1.0), State(), served), not_before=moment)
    monkeypatch.setattr(rasa_actions, "respond", lambda *_: held)
    await rasa_actions._reply(question, state)
    assert time.monotonic() >= moment - 0.001  # the loop wakes within its clock's resolution
