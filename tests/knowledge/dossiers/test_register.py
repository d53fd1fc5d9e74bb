"""The register finds by code and by end, changes only what changed, and has no number of a person."""

from __future__ import annotations

import sqlalchemy as sa

from knowledge.dossiers.codes import DossierCode, parse_code
from knowledge.dossiers.models import Dossier
from knowledge.dossiers.records import Ambiguous, Found, NotFound
from knowledge.dossiers.register import Register, Stored, remove_samples, store_rows
from knowledge.dossiers.verification import factor_hash, last_digits, matches
from knowledge.privacy.sealing import Sealer
from tests.knowledge.dossiers.conftest import row


def store(sessions, sealer, *rows):
    with sessions.begin() as session:
        return store_rows(session.connection(), rows, "one_stop", sealer)


def register(sessions):
    return Register(sessions.kw["bind"])


def test_a_dossier_is_found_by_its_code_with_the_hashes_that_prove_it(sessions, sealer):
    store(sessions, sealer, row(phone="4567", identity="8901", unit="Phòng Quản lý thương mại"))
    code = parse_code("H27.12-261102-0001")

    found = register(sessions).lookup(code)

    assert isinstance(found, Found)
    assert (found.view.code, found.view.unit) == (code, "Phòng Quản lý thương mại")
    assert matches(factor_hash(sealer, code, "4567"), found.factors)
    assert matches(factor_hash(sealer, code, "8901"), found.factors)
    assert not matches(factor_hash(sealer, code, "4568"), found.factors)
    assert not matches(factor_hash(Sealer("another secret"), code, "4567"), found.factors)


def test_an_unknown_code_is_not_found(sessions, sealer):
    store(sessions, sealer, row())
    assert register(sessions).lookup(parse_code("H27.12-261102-0002")) == NotFound()


def test_the_end_alone_finds_one_or_all_it_fits(sessions, sealer):
    store(sessions, sealer, row("H27.12-261102-0001"), row("H27.12-261102-0002"), row("H27.13-261102-0002"))
    one = register(sessions).lookup(DossierCode("", "261102", "0001"))
    both = register(sessions).lookup(DossierCode("", "20261102", "0002"))
    assert isinstance(one, Found)
    assert isinstance(both, Ambiguous)
    assert {found.view.code.agency for found in both.candidates} == {"H27.12", "H27.13"}


def test_what_did_not_change_keeps_its_moment(sessions, sealer):
    def moments():
        with sessions() as session:
            return dict(session.execute(sa.select(Dossier.code, Dossier.updated_at)).tuples().all())

    assert store(sessions, sealer, row(), row("H27.12-261102-0002")) == Stored(new=2)
    before = moments()
    changes = store(sessions, sealer, row(), row("H27.12-261102-0002", status=9), row("H27.12-261103-0003"))
    assert changes == Stored(new=1, changed=1, unchanged=1)
    after = moments()
    assert after["H27.12-261102-0001"] == before["H27.12-261102-0001"]
    assert after["H27.12-261102-0002"] > before["H27.12-261102-0002"]
    assert register(sessions).lookup(parse_code("H27.12-261102-0002")).view.status == 9


def test_a_new_number_is_a_change_and_the_numbers_themselves_are_nowhere(sessions, sealer):
    store(sessions, sealer, row(phone="4567"))
    assert store(sessions, sealer, row(phone="7654")) == Stored(changed=1)
    with sessions() as session:
        stored = str(session.execute(sa.text("SELECT * FROM dossier")).mappings().one())
    assert "7654" not in stored
    assert "'phone'" not in repr(row())


def test_samples_can_be_taken_out(sessions, sealer):
    store(sessions, sealer, row(is_sample=True), row("H27.12-261102-0002"))
    with sessions.begin() as session:
        assert remove_samples(session.connection()) == 1
    assert register(sessions).count() == 1


def test_last_digits_of_numbers():
    assert last_digits("0912 345 678") == "5678"
    assert last_digits("+84.912.345.678") == "5678"
    assert last_digits("079123456789") == "6789"
    assert last_digits("0101234567-001") == "4567"
    assert last_digits(912345678) == "5678"
    assert last_digits("1234") is None
    assert last_digits(None) is None
