"""The conversations of two messages are well-formed, and what must come of them is read rightly."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from actions.question import Facet
from actions.reply import Outcome, Reply
from actions.state import State
from benchmarks.follow_ups import FollowUp, Given, Half, Must, figures, read_follow_ups
from knowledge.catalogue.shipped import load_shipped

ASKED = FollowUp("mở cây xăng", "2.000648", "bao lâu", Must.STAYS, Half.DEV, Facet.DEADLINE)
STAYED = Reply("", Outcome.ANSWERED, State(), procedure="2.000648", facets=(Facet.DEADLINE,))


def test_every_code_is_known_and_no_conversation_stands_twice():
    known = {procedure.code for procedure in load_shipped()}
    asked = read_follow_ups()
    assert {code for one in asked for code in (one.about, *one.codes)} <= known
    times = Counter((one.first, one.then) for one in asked)
    assert [pair for pair, count in times.items() if count > 1] == []
    assert all(bool(one.codes) is (one.must is Must.GOES) for one in asked)


def test_both_halves_hold_every_kind():
    count = Counter((one.must, one.half) for one in read_follow_ups())
    assert all(count[must, half] >= 25 for must in Must for half in Half)


@pytest.mark.parametrize(
    ("asked", "reply", "met"),
    [
        (ASKED, STAYED, True),
        (ASKED, replace(STAYED, facets=()), False),
        (replace(ASKED, facet=None), replace(STAYED, facets=()), True),
        (ASKED, replace(STAYED, procedure="2.000647"), False),
        (replace(ASKED, must=Must.GOES, codes=frozenset({"2.000647"})), STAYED, False),
        (
            replace(ASKED, must=Must.GOES, codes=frozenset({"2.000647"})),
            Reply("", Outcome.CLARIFY, State(), candidates=("2.000645", "2.000647")),
            True,
        ),
        (replace(ASKED, must=Must.NOT_OURS), STAYED, False),
        (replace(ASKED, must=Must.NOT_OURS), Reply("", Outcome.OUT_OF_SCOPE, State()), True),
    ],
)
def test_what_must_come_of_a_message(asked, reply, met):
    assert asked.is_met_by(reply) is met


def test_a_conversation_that_never_began_is_not_right():
    rows = figures([Given(ASKED, STAYED, opened=True), Given(ASKED, STAYED, opened=False)]).rows
    assert rows[0] == ("dev: stays", "2", "1", "50.0")
