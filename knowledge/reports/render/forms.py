"""The forms a report can be written in."""

from __future__ import annotations

from knowledge.department.profile import Profile
from knowledge.reports.content import Report

FORMS = ("docx", "xlsx", "html", "csv")
"""Names of the forms, which are the endings of their files too."""


def write_form(form: str, report: Report, profile: Profile) -> bytes:
    """Return the report in one of `FORMS`; each loads only what it needs.

    Raises:
        ValueError: there is no such form.
    """
    if form == "docx":
        from knowledge.reports.render.document import write_docx  # noqa: PLC0415

        return write_docx(report, profile)
    if form == "xlsx":
        from knowledge.reports.render.workbook import write_xlsx  # noqa: PLC0415

        return write_xlsx(report)
    if form == "html":
        from knowledge.reports.render.page import write_html  # noqa: PLC0415

        return write_html(report, profile)
    if form == "csv":
        from knowledge.reports.render.rows import write_csv  # noqa: PLC0415

        return write_csv(report)
    raise ValueError(f"a report is written as {', '.join(FORMS)}, not as {form!r}")
