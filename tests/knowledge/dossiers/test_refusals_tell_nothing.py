"""Whether a dossier exists cannot be learned from a refusal: neither by its words nor by its time.

Half of the questions are about a dossier that exists (with wrong digits), half about one that does not. The
remote system of these tests is quicker with what it does not know, as real ones are.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import replace

import pytest
from scipy.stats import ks_2samp

from knowledge.dossiers.asking import Outcome
from knowledge.dossiers.codes import parse_code
from knowledge.dossiers.connectors.register import RegisterConnector
from knowledge.dossiers.desk import Caller, DossierDesk
from knowledge.dossiers.guard import GuardedSource
from knowledge.dossiers.policy import load_policy
from knowledge.dossiers.records import DossierView, Found, NotFound
from knowledge.dossiers.register import Register, store_rows
from knowledge.dossiers.statuses import Status
from tests.knowledge.dossiers.conftest import row

QUESTIONS = 30
"""Of each kind; enough for the test to see a shift of a third of the spread."""
BEAT = 200
KNOWN, UNKNOWN = parse_code("H27.12-261102-0001"), parse_code("H27.12-261102-0002")
POLICY = replace(
    load_policy(),
    failures_per_person=10**6,
    failures_per_code=10**6,
    lookups_per_person=10**6,
    refusal_beat_milliseconds=BEAT,
    remote_refusal_beat_milliseconds=BEAT,
    cache_seconds=0,
)
HALF_A_BEAT = BEAT / 2000


class QuickWithTheUnknown:
    """A remote system that needs much longer for a dossier it has."""

    name = "igate"
    takes_ends = False

    async def lookup(self, code):
        await asyncio.sleep(0.06 if code == KNOWN else 0.005)
        return (
            Found(DossierView(code, Status.RECEIVED), frozenset({"another"})) if code == KNOWN else NotFound()
        )

    async def close(self):
        pass


@pytest.fixture(params=["register", "remote"])
def desk(request, sqlite_sessions, sealer):
    engine = sqlite_sessions.kw["bind"]
    with engine.begin() as connection:
        store_rows(connection, [row(KNOWN.text)], "one_stop", sealer)
    ours = RegisterConnector(Register(engine))
    connector = ours if request.param == "register" else QuickWithTheUnknown()
    desk = DossierDesk(engine, sealer, POLICY, [GuardedSource(connector, POLICY, 2.0)])
    yield desk
    desk.close()


def ask(desk, code, number):
    """Ask with wrong digits; return the result, and the seconds until it may be told and was known."""
    caller = Caller("web", "a" * 64, f"{number:064x}")
    desk.sessions.open(caller.origin, code)
    session = desk.sessions.read(caller.origin)
    started = time.monotonic()
    told = desk.verify(caller, session, "0000")
    return told.checked, told.not_before - started, time.monotonic() - started


def test_refusals_of_both_kinds_take_the_same_time(desk):
    ask(desk, UNKNOWN, 0)
    times = {KNOWN: [], UNKNOWN: []}
    work = {KNOWN: [], UNKNOWN: []}
    for number in range(1, 2 * QUESTIONS + 1):
        code = (KNOWN, UNKNOWN)[number % 2]
        checked, until_told, until_known = ask(desk, code, number)
        assert (checked.outcome, checked.view, checked.source) == (Outcome.NOT_CONFIRMED, None, "")
        times[code].append(until_told)
        work[code].append(until_known)
    if desk.sources[0].name == "igate":  # without the beat the two are told apart with certainty
        assert ks_2samp(work[KNOWN], work[UNKNOWN]).pvalue < 1e-6
    beats = {code: [round(one / (BEAT / 1000)) for one in found] for code, found in times.items()}
    assert statistics.median(beats[KNOWN]) == statistics.median(beats[UNKNOWN]) == 1
    # A guesser sees whole beats only; that they differ must be as likely as by chance.
    assert ks_2samp(beats[KNOWN], beats[UNKNOWN]).pvalue > 0.01
    assert abs(statistics.mean(times[KNOWN]) - statistics.mean(times[UNKNOWN])) < HALF_A_BEAT


def test_a_dossier_that_is_confirmed_is_told_at_once(sqlite_sessions, sealer):
    engine = sqlite_sessions.kw["bind"]
    with engine.begin() as connection:
        store_rows(connection, [row(KNOWN.text, phone="4567")], "one_stop", sealer)
    desk = DossierDesk(
        engine, sealer, POLICY, [GuardedSource(RegisterConnector(Register(engine)), POLICY, 2.0)]
    )
    desk.sessions.open("f" * 64, KNOWN)
    told = desk.verify(Caller("web", "a" * 64, "e" * 64), desk.sessions.read("f" * 64), "4567")
    assert (told.checked.outcome, told.not_before) == (Outcome.FOUND, 0.0)
    desk.close()
