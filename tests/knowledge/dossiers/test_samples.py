"""The sample dossiers cover all statuses, are marked, and are there in trial copies only."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone

import pytest

from knowledge.catalogue.shipped import shipped_catalogue
from knowledge.dossiers.codes import DossierCode, read_code
from knowledge.dossiers.records import Found
from knowledge.dossiers.register import Register
from knowledge.dossiers.samples import load_samples, settle_samples
from knowledge.dossiers.statuses import Status
from knowledge.dossiers.verification import factor_hash, matches
from knowledge.settings import ROOT
from tests.knowledge.dossiers.conftest import TODAY

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def samples():
    return load_samples(TODAY)


def test_there_are_thirty_over_all_statuses(samples):
    assert Counter(sample.row.status for sample in samples) == dict.fromkeys(Status, 3)
    assert len({sample.code for sample in samples}) == len({sample.digits for sample in samples}) == 30


def test_none_could_be_real(samples):
    """No agency has the identifier H00; every code is one that the assistant reads."""
    for sample in samples:
        assert sample.row.code.agency == "H00.12"
        assert isinstance(read_code(sample.code, TODAY), DossierCode)
        assert sample.row.is_sample


def test_their_procedures_are_of_the_catalogue(samples):
    known = shipped_catalogue().procedures
    assert {sample.row.procedure_code for sample in samples} <= set(known)


def test_each_can_be_looked_up_and_some_are_late(sqlite_sessions, sealer, samples):
    engine = sqlite_sessions.kw["bind"]
    assert settle_samples(engine, sealer, wanted=True, today=TODAY) == 30
    late = 0
    for sample in samples:
        found = Register(engine).lookup(sample.row.code)
        assert isinstance(found, Found)
        assert matches(factor_hash(sealer, sample.row.code, sample.digits), found.factors)
        late += found.view.is_overdue(NOW)
    assert late == 2


def test_they_leave_with_the_trial(sqlite_sessions, sealer):
    engine = sqlite_sessions.kw["bind"]
    settle_samples(engine, sealer, wanted=True, today=TODAY)
    settle_samples(engine, sealer, wanted=True, today=TODAY)
    assert Register(engine).count() == 30
    assert settle_samples(engine, sealer, wanted=False, today=TODAY) == 0
    assert Register(engine).count() == 0


def test_the_readme_lists_each_with_its_digits(samples):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for sample in samples:
        assert f"`{sample.code}` {sample.digits}" in readme
