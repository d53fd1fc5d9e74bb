"""A system's troubles stay its own: patience, retries, breaker, cache, concurrency, order of systems."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from knowledge.dossiers.asking import Checked, Outcome, ask_in_order
from knowledge.dossiers.codes import DossierCode, parse_code
from knowledge.dossiers.connectors.base import ForbiddenError, RemoteError
from knowledge.dossiers.guard import AnswerCache, Breaker, GuardedSource
from knowledge.dossiers.policy import load_policy
from knowledge.dossiers.records import Ambiguous, DossierView, Forbidden, Found, NotFound, Unavailable
from knowledge.dossiers.statuses import Status

POLICY = replace(load_policy(), retry_pause_milliseconds=5, wait_milliseconds=50)
CODE = parse_code("H27.12-261102-0001")
VIEW = DossierView(CODE, Status.IN_PROGRESS)
FOUND = Found(VIEW, frozenset({"right"}))


class Scripted:
    """A connector that answers what the script says, one after the other; the last again and again."""

    takes_ends = False

    def __init__(self, *script, name="igate"):
        self.name = name
        self.script = list(script)
        self.asked = 0

    async def lookup(self, code):
        self.asked += 1
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, Exception):
            raise step
        if isinstance(step, float):
            await asyncio.sleep(step)
            return FOUND
        return step

    async def close(self):
        pass


def guarded(*script, policy=POLICY, timeout=0.2, name="igate"):
    connector = Scripted(*script, name=name)
    return GuardedSource(connector, policy, timeout), connector


def soon():
    return time.monotonic() + 5


DOWN = RemoteError("down", retry=True)
BROKEN = RemoteError("broken")


async def test_a_passing_trouble_is_tried_again_once():
    source, connector = guarded(DOWN, FOUND)
    assert await source.ask(CODE, soon()) == FOUND
    assert connector.asked == 2
    source, connector = guarded(DOWN)
    assert isinstance(await source.ask(CODE, soon()), Unavailable)
    assert connector.asked == 2


@pytest.mark.parametrize("trouble", [BROKEN, 5.0, ValueError("a code in the message: H27.12-261102-0001")])
async def test_other_troubles_are_not(trouble, caplog):
    source, connector = guarded(trouble)
    started = time.monotonic()
    assert isinstance(await source.ask(CODE, soon()), Unavailable)
    assert connector.asked == 1
    assert time.monotonic() - started < 1
    assert "0001" not in caplog.text


async def test_a_refusal_is_no_trouble_of_the_system():
    source, connector = guarded(ForbiddenError("no"))
    for _ in range(POLICY.failures_to_open + 2):
        assert isinstance(await source.ask(CODE, soon()), Forbidden)
    assert connector.asked == POLICY.failures_to_open + 2


async def test_after_failures_in_a_row_it_is_left_alone():
    source, connector = guarded(BROKEN)
    for _ in range(POLICY.failures_to_open + 5):
        assert isinstance(await source.ask(CODE, soon()), Unavailable)
    assert connector.asked == POLICY.failures_to_open


def test_one_question_tries_it_after_the_pause():
    now = [0.0]
    breaker = Breaker(2, 30, clock=lambda: now[0])
    breaker.failed()
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    now[0] = 31
    assert [breaker.allows(), breaker.allows()] == [True, False]
    breaker.failed()
    now[0] = 60
    assert not breaker.allows()
    now[0] = 62
    assert breaker.allows()
    breaker.succeeded()
    assert [breaker.allows(), breaker.allows()] == [True, True]


async def test_answers_are_remembered_shortly_and_troubles_never():
    source, connector = guarded(NotFound())
    for _ in range(3):
        assert await source.ask(CODE, soon()) == NotFound()
    assert connector.asked == 1
    await source.ask(CODE, soon(), fresh=True)
    assert connector.asked == 2
    source, connector = guarded(BROKEN, FOUND)
    await source.ask(CODE, soon())
    assert await source.ask(CODE, soon()) == FOUND


def test_the_cache_forgets_by_time_and_by_number():
    now = [0.0]
    cache = AnswerCache(60, 2, clock=lambda: now[0])
    codes = [parse_code(f"H27.12-261102-000{number}") for number in range(3)]
    for code in codes:
        cache.put(code, NotFound())
    assert [cache.get(code) for code in codes] == [None, NotFound(), NotFound()]
    now[0] = 61
    assert cache.get(codes[2]) is None


async def test_the_register_is_not_cached():
    source, _ = guarded(NotFound(), FOUND, name="register")
    await source.ask(CODE, soon())
    assert await source.ask(CODE, soon()) == FOUND


async def test_only_so_many_ask_at_once_and_the_others_are_not_kept_waiting():
    source, connector = guarded(0.15, policy=replace(POLICY, parallel=2))
    codes = [parse_code(f"H27.12-261102-{number:04d}") for number in range(10)]
    started = time.monotonic()
    answers = await asyncio.gather(*(source.ask(code, soon()) for code in codes))
    assert sum(answer == FOUND for answer in answers) == 2
    assert connector.asked == 2
    assert time.monotonic() - started < 1


async def test_a_hanging_system_takes_no_more_than_its_time_and_the_budget():
    source, _ = guarded(60.0, timeout=0.2)
    started = time.monotonic()
    await source.ask(CODE, soon())
    assert time.monotonic() - started < 5
    source, _ = guarded(60.0, timeout=60)
    started = time.monotonic()
    await source.ask(CODE, started + 0.2)
    assert time.monotonic() - started < 5


async def ask(factor, *scripts):
    sources = [guarded(script, name=name)[0] for name, script in scripts]
    return await ask_in_order(sources, CODE, factor, soon())


@pytest.mark.parametrize(
    ("factor", "first", "second", "expected"),
    [
        ("right", FOUND, BROKEN, Checked(Outcome.FOUND, VIEW, "register")),
        ("right", NotFound(), FOUND, Checked(Outcome.FOUND, VIEW, "igate")),
        ("right", BROKEN, FOUND, Checked(Outcome.FOUND, VIEW, "igate")),
        ("wrong", FOUND, NotFound(), Checked(Outcome.NOT_CONFIRMED)),
        ("right", NotFound(), NotFound(), Checked(Outcome.NOT_CONFIRMED)),
        ("right", NotFound(), BROKEN, Checked(Outcome.UNAVAILABLE, source="igate")),
        ("wrong", FOUND, BROKEN, Checked(Outcome.UNAVAILABLE, source="igate")),
        ("right", NotFound(), ForbiddenError("no"), Checked(Outcome.FORBIDDEN, source="igate")),
        ("right", BROKEN, ForbiddenError("no"), Checked(Outcome.UNAVAILABLE, source="register")),
        ("right", Ambiguous((FOUND, FOUND)), NotFound(), Checked(Outcome.AMBIGUOUS, source="register")),
        ("right", Ambiguous((FOUND, Found(VIEW))), NotFound(), Checked(Outcome.FOUND, VIEW, "register")),
    ],
)
async def test_systems_are_asked_in_order(factor, first, second, expected):
    assert await ask(factor, ("register", first), ("igate", second)) == expected


async def test_wrong_digits_do_the_same_work_as_no_dossier():
    for first in (FOUND, NotFound()):
        sources = [guarded(first, name="register"), guarded(NotFound())]
        await ask_in_order([source for source, _ in sources], CODE, "wrong", soon())
        assert [connector.asked for _, connector in sources] == [1, 1]


async def test_an_end_is_only_asked_where_it_is_enough():
    source, connector = guarded(FOUND)
    await ask_in_order([source], DossierCode("", "261102", "0001"), "right", soon())
    assert connector.asked == 0
