"""The measurement as a program beside the service."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from datetime import date

from knowledge.catalogue.releases import create_release
from knowledge.catalogue.releases import publish as publish_release
from knowledge.learning import review
from knowledge.learning.measuring import COMMAND, read_proposal, surroundings
from knowledge.learning.publishing import publish
from knowledge.learning.review import Meaning, Target
from knowledge.settings import ROOT, read_settings


def run(database_url, folder):
    settings = replace(read_settings({}), database_url=database_url, data_dir=folder)
    environment = {**os.environ, **surroundings(settings)}
    return subprocess.run(COMMAND, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_what_was_measured_comes_back_from_another_process(database, catalogue, database_url, tmp_path):
    """The program measures the published catalogue and prints a proposal that can be published."""
    with database.begin() as session:
        known = catalogue.procedures.values()
        publish_release(session, create_release(session, known, source="t", as_of=date(2026, 1, 1)).id)
        review.assign(session, [], Meaning(Target.PROCEDURE, "2.000648"), catalogue, "lan", ["trụ bơm mini"])
    ran = run(database_url, tmp_path)
    proposal = read_proposal(ran.stdout)
    assert proposal.after.examples == {"2.000648": ("trụ bơm mini",)}
    assert 0 < proposal.effect.before.refused < 1
    if not proposal.effect.drops:
        assert publish(database, proposal, "lan") == 1


def test_nothing_to_measure_is_said_in_a_sentence(database, database_url, tmp_path):
    ran = run(database_url, tmp_path)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.strip().endswith("tthc catalogue publish")
