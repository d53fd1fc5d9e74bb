"""The plain form of procedures and the checksum over it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from knowledge.catalogue.plain import PlainFormError, checksum, from_plain, to_plain
from knowledge.catalogue.records import Procedure

AS_OF = date(2026, 7, 18)
CHECKSUM = "d383659c796dfb78a43f21496271798f0fac38908a7fca796482fd9580574899"


def test_a_record_survives_json(full_procedure: Procedure) -> None:
    assert from_plain(json.loads(json.dumps(to_plain(full_procedure)))) == full_procedure


def test_empty_fields_are_left_out(make_procedure: Callable[..., Procedure]) -> None:
    assert set(to_plain(make_procedure())) == {"code", "name", "field", "levels", "status"}


def test_the_checksum_does_not_depend_on_order(
    full_procedure: Procedure, make_procedure: Callable[..., Procedure]
) -> None:
    one, two = full_procedure, make_procedure()
    assert checksum([one, two], AS_OF) == checksum([two, one], AS_OF)


def test_the_checksum_is_stable_across_versions(full_procedure: Procedure) -> None:
    """A change here makes every known release look new: it must be meant."""
    assert checksum([full_procedure], AS_OF) == CHECKSUM


def test_any_change_of_facts_or_date_changes_the_checksum(full_procedure: Procedure) -> None:
    shorter = replace(full_procedure.deadlines[0], value=15)
    changed = replace(full_procedure, deadlines=(shorter, *full_procedure.deadlines[1:]))
    sums = {
        checksum([full_procedure], AS_OF),
        checksum([changed], AS_OF),
        checksum([full_procedure], date(2026, 7, 19)),
        checksum([replace(full_procedure, caution=None)], AS_OF),
    }
    assert len(sums) == 4


@pytest.mark.parametrize(
    "broken",
    [
        {"code": "1.000001"},
        {"levels": ["Huyện"]},
        {"surprise": 1},
        {"updated_on": "hôm qua"},
        {"deadlines": [{"channel": "Fax", "unit": "DAY"}]},
    ],
)
def test_a_malformed_record_is_told_with_its_code(broken: dict[str, object]) -> None:
    plain = {"code": "1.000001", "name": "A", "field": "B", "levels": ["Tỉnh"]}
    if set(broken) == {"code"}:
        plain.pop("levels")
    with pytest.raises(PlainFormError, match=r"procedure 1\.000001"):
        from_plain({**plain, **broken})
