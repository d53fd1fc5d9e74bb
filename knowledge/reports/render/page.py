"""A report as one HTML page without outside parts: to read, print or put on a site."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from knowledge.department.profile import Profile
from knowledge.reports.content import Cell, Chart, ColumnKind, Report, value_of
from knowledge.reports.numbers import vietnamese
from knowledge.reports.render.charts import draw

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["shown"] = _shown
    environment.filters["picture"] = _picture
    return environment


def write_html(report: Report, profile: Profile) -> bytes:
    """Return the report as a page; everything in it is escaped."""
    page = _environment().get_template("report.html").render(report=report, profile=profile, kinds=ColumnKind)
    return page.encode("utf-8")


def _shown(cell: Cell) -> str:
    value = value_of(cell)
    return value if isinstance(value, str) else vietnamese(value)


def _picture(chart: Chart) -> str:
    return base64.b64encode(draw(chart)).decode("ascii")
