"""A sealer of the tests, and rows of the register."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.dossiers.codes import parse_code
from knowledge.dossiers.records import RegisterRow
from knowledge.dossiers.statuses import Status
from knowledge.privacy.sealing import Sealer

TODAY = date(2026, 11, 26)
SECRET = "a secret of the tests, long enough"  # not used anywhere else


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(SECRET)


def row(code: str = "H27.12-261102-0001", status: int = 4, **fields: object) -> RegisterRow:
    """A dossier in the register's form."""
    given = {"procedure_name": "Cấp giấy phép", "phone": "4567", **fields}
    return RegisterRow(code=parse_code(code), status=Status(status), **given)
