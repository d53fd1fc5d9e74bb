"""Period and place chosen on the pages of figures and reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sqlalchemy.orm import Session

from bot.staff.periods import read_day
from knowledge.department.reporting import Reporting
from knowledge.reports.making import scope_of
from knowledge.reports.measures import Scope
from knowledge.reports.models import RollupDossier
from knowledge.reports.periods import Kind, Period, parse_period

YEARS = 5
MOST_CHARS = 200
FIELDS = ("year", "part", "days", "since", "until", "unit", "field")


@dataclass(frozen=True)
class Choice:
    """A period and, when not everything is meant, one unit or field."""

    period: Period
    unit: str
    field: str
    given: dict[str, str]
    """The form as it was filled in."""

    def scope(self, reporting: Reporting) -> Scope:
        """Return the place, a unit with its former names."""
        return scope_of(reporting, (self.unit,) if self.unit else (), (self.field,) if self.field else ())

    def query(self, **others: str) -> str:
        """Return it as the end of a link."""
        chosen = {**{name: value for name, value in self.given.items() if value}, **others}
        return urlencode(chosen)


def read_choice(fields: Mapping[str, str], today: date) -> Choice:
    """Read what was chosen; nothing chosen is the quarter that runs, two days given are a range of days.

    Raises:
        PeriodError: the days or the period are none.
    """
    given = {name: fields.get(name, "").strip()[:MOST_CHARS] for name in FIELDS}
    given["year"] = given["year"] or str(today.year)
    if "part" not in fields:
        given["part"] = f"Q{(today.month + 2) // 3}"
    kind = Kind.ADMINISTRATIVE if given["days"] == Kind.ADMINISTRATIVE.value else Kind.CALENDAR
    since, until = given["since"], given["until"]
    if since or until:
        first, last = read_day(since), read_day(until)
        code = f"{first or since}..{last or until}"
    else:
        code = f"{given['year']}-{given['part']}" if given["part"] else given["year"]
    return Choice(parse_period(code, kind), given["unit"], given["field"], given)


def offered(session: Session, reporting: Reporting, today: date) -> dict[str, Any]:
    """Return the years, units and fields to choose from; former names of units are not offered."""
    former = {name for names in reporting.renamed_units.values() for name in names}
    places = session.execute(sa.select(RollupDossier.unit, RollupDossier.field).distinct()).all()
    units, fields = {row.unit for row in places}, {row.field for row in places}
    return {
        "years": [(str(year), str(year)) for year in range(today.year, today.year - YEARS, -1)],
        "units": sorted({*units, *reporting.renamed_units} - former - {""}),
        "fields": sorted(fields - {""}),
    }
