"""Golden answers: every facet's answer for the procedures most asked, as text a legal officer can review.

A change of wording or of a fact shows as a diff. ``make golden`` writes the files anew.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from actions.answers.common import Subject
from actions.answers.compose import FACETS
from actions.dialogue import about
from actions.question import Facet
from actions.state import State

GOLDEN = Path(__file__).parent.parent / "golden"
CODES = (GOLDEN / "procedures.txt").read_text(encoding="utf-8").split()


def test_sixty_procedures_are_covered():
    assert len(set(CODES)) >= 60
    assert {path.stem for path in GOLDEN.glob("*.md")} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_answers_are_as_reviewed(services, code):
    path = GOLDEN / f"{code}.md"
    whole = about(code, (Facet.OVERVIEW,), State(), services, confidence=1.0)
    catalogue = services.catalogue()
    subject = Subject(catalogue.procedures[code], catalogue, services, services.today())
    parts = [f"# overview, as sent\n\n{whole.text}\n"]
    parts += [f"# {facet.value}\n\n{answer(subject)}\n" for facet, answer in FACETS.items()]
    text = "\n".join(parts)
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
