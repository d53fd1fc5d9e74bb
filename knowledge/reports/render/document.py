"""A report as a document in the layout of administrative documents (Decree 30/2020/NĐ-CP, annex I).

A4; margins 20 mm above and below, 30 mm left, 20 mm right; Times New Roman 13-14; head, number, place and
date, title, recipients, signature. Wide tables follow the signature, each as an annex on landscape pages.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from knowledge.department.profile import Profile
from knowledge.reports.content import Column, ColumnKind, Report, Section, Table, value_of
from knowledge.reports.numbers import vietnamese
from knowledge.reports.render.charts import draw

FONT = "Times New Roman"
BODY, SMALL = Pt(14), Pt(9)
WIDE = 11
"""Tables with as many columns are annexes, on landscape pages."""
MARGIN = 57
"""Of a cell, in twentieths of a point: 1 mm, so that long numbers stay on one line."""
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
CENTER, RIGHT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY


def write_docx(report: Report, profile: Profile) -> bytes:
    """Return the report as a DOCX that is signed as it is."""
    writer = _Writer(profile)
    writer.head(report)
    for place, section in enumerate(report.sections):
        writer.section(ROMAN[place] if place < len(ROMAN) else str(place + 1), section)
    writer.signature()
    writer.annexes(report)
    return writer.bytes()


class _Writer:
    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._document: Any = Document()
        self._wide: list[Table] = []
        self._tables = self._charts = 0
        style = self._document.styles["Normal"]
        style.font.name, style.font.size = FONT, BODY
        style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
        style.paragraph_format.space_after = Pt(6)
        self._page(self._document.sections[0], landscape=False)

    def bytes(self) -> bytes:
        with io.BytesIO() as out:
            self._document.save(out)
            return out.getvalue()

    @staticmethod
    def _page(section: Any, *, landscape: bool) -> None:  # noqa: ANN401 - python-docx has no types
        section.page_width, section.page_height = (Cm(29.7), Cm(21)) if landscape else (Cm(21), Cm(29.7))
        section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
        section.top_margin = section.bottom_margin = Cm(2)
        section.left_margin, section.right_margin = Cm(3), Cm(2)
        section.different_first_page_header_footer = True
        header = section.header
        header.is_linked_to_previous = False
        paragraph = header.paragraphs[0]
        paragraph.alignment = CENTER
        if not paragraph.runs:
            _page_number(paragraph.add_run())

    def head(self, report: Report) -> None:
        reporting, name = self._profile.reporting, self._profile.short_name.upper()
        table = self._document.add_table(rows=2, cols=2)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        left, right = table.rows[0].cells
        _widths(table, (Cm(6), Cm(10.5)))
        parent = reporting.parent or f"UBND {self._profile.province.upper()}".strip()
        _lines(left, [(parent, Pt(13), False, False), (name, Pt(13), True, False)])
        _rule(left, 30)
        _lines(
            right,
            [
                ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Pt(12), True, False),
                ("Độc lập - Tự do - Hạnh phúc", Pt(14), True, False),
            ],
        )
        _rule(right, 60)
        left, right = table.rows[1].cells
        made = report.made_at.astimezone(_zone())
        date = f"ngày {made:%d} tháng {made:%m} năm {made:%Y}"
        _lines(left, [(f"Số:        /{reporting.number_suffix}", Pt(13), False, False)])
        _lines(right, [(f"{reporting.place or '…………'}, {date}", Pt(14), False, True)])
        self._centered("BÁO CÁO", Pt(14), before=12)
        self._centered(f"{report.title} {report.period.name}", Pt(14))
        kind = "kỳ báo cáo hành chính" if report.period.kind.value == "administrative" else "theo lịch"
        until = (
            "" if report.as_of == report.period.end else f"; số liệu tính đến ngày {report.as_of:%d/%m/%Y}"
        )
        self._centered(f"({report.period.span}, {kind}; phạm vi: {report.place}{until})", Pt(13), bold=False)
        if self._profile.sample:
            self._centered("(Bản chạy thử: hồ sơ đơn vị mẫu)", Pt(13), bold=False)
        if not reporting.recipients:  # then the recipients are "as above"
            self._centered("Kính gửi: ……………………………", Pt(14), bold=False)

    def _centered(self, text: str, size: Pt, *, bold: bool = True, before: int = 0) -> None:
        paragraph = self._document.add_paragraph()
        paragraph.alignment = CENTER
        paragraph.paragraph_format.space_before = Pt(before)
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = bold, not bold, size

    def section(self, number: str, section: Section) -> None:
        heading = self._document.add_paragraph()
        heading.paragraph_format.keep_with_next = True
        heading.paragraph_format.space_before = Pt(10)
        heading.add_run(f"{number}. {section.title.upper()}").bold = True
        for text in section.paragraphs:
            self._paragraph(text)
        for table in section.tables:
            if len(table.columns) >= WIDE:
                self._wide.append(table)
                self._paragraph(f"Phụ lục {ROMAN[len(self._wide) - 1]}: {table.caption}.")
            else:
                self._tables += 1
                self._table(table, f"Bảng {self._tables}. {table.caption}", Cm(16))
        for chart in section.charts:
            self._charts += 1
            picture = self._document.add_paragraph()
            picture.alignment = CENTER
            picture.paragraph_format.keep_with_next = True
            picture.add_run().add_picture(io.BytesIO(draw(chart)), width=Cm(15.5))
            self._caption(f"Hình {self._charts}. {chart.caption}")
        if section.quotes:
            self._paragraph("Ý kiến của người dân (đã che thông tin cá nhân):", before_more=True)
        for quote in section.quotes:
            self._paragraph(f"- “{quote}”", italic=True)

    def annexes(self, report: Report) -> None:
        """Put the wide tables after the signature."""
        made = report.made_at.astimezone(_zone())
        number = f"(Kèm theo Báo cáo số        /{self._profile.reporting.number_suffix} ngày {made:%d/%m/%Y})"
        for place, table in enumerate(self._wide):
            section = self._document.add_section(WD_SECTION.NEW_PAGE)
            self._page(section, landscape=True)
            section.different_first_page_header_footer = False
            self._centered(f"PHỤ LỤC {ROMAN[place]}", Pt(14))
            self._centered(number, Pt(13), bold=False)
            self._table(table, table.caption, Cm(24.7))

    def _paragraph(self, text: str, *, italic: bool = False, before_more: bool = False) -> None:
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = before_more
        paragraph.alignment = BOTH
        paragraph.paragraph_format.first_line_indent = Cm(1)
        paragraph.add_run(text).italic = italic

    def _caption(self, text: str) -> None:
        paragraph = self._document.add_paragraph()
        paragraph.alignment = CENTER
        run = paragraph.add_run(text)
        run.italic, run.font.size = True, Pt(12)

    def _table(self, table: Table, caption: str, whole: int) -> None:
        above = self._document.add_paragraph()
        above.paragraph_format.keep_with_next = True
        above.alignment = CENTER
        above.add_run(caption).bold = True
        heads = 2 if table.numbers else 1
        drawn = self._document.add_table(rows=heads + len(table.rows), cols=len(table.columns))
        drawn.style, drawn.alignment, drawn.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        _narrow_margins(drawn)
        shares = sum(column.width for column in table.columns)
        widths = tuple(int(whole * column.width / shares) for column in table.columns)
        for column, width in zip(drawn.columns, widths, strict=True):
            column.width = width
        rows = [[column.title for column in table.columns]] + ([list(table.numbers)] if heads == 2 else [])
        lines = list(drawn.rows)
        for line in lines:
            _keep_whole(line)
        for place, titles in enumerate(rows):
            _fill(lines[place].cells, titles, widths, bold=place == 0)
            _repeat(lines[place])
        for place, row in enumerate(table.rows):
            texts = [_shown(value_of(cell), column) for cell, column in zip(row, table.columns, strict=True)]
            bold = table.total and place == 0
            _fill(lines[heads + place].cells, texts, widths, bold=bold, columns=table.columns)
        self._document.add_paragraph().paragraph_format.space_after = Pt(2)

    def signature(self) -> None:
        self._document.paragraphs[-1].paragraph_format.keep_with_next = True  # never alone on a page
        reporting = self._profile.reporting
        table = self._document.add_table(rows=1, cols=2)
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        _widths(table, (Cm(8), Cm(8.5)))
        _keep_whole(table.rows[0])
        left, right = table.rows[0].cells
        recipients = reporting.recipients or ("Như trên",)
        lines = [("Nơi nhận:", Pt(12), True, True)]
        lines += [(f"- {name};", Pt(11), False, False) for name in recipients]
        _lines(left, [*lines, ("- Lưu: VT.", Pt(11), False, False)], align=None)
        blank = [("", Pt(14), False, False)] * 4
        signer = (reporting.signer_name or "……………………", Pt(14), True, False)
        _lines(right, [(reporting.signer_title.upper(), Pt(14), True, False), *blank, signer])


def _zone() -> Any:  # noqa: ANN401
    from knowledge.deadlines.calendar import working_calendar  # noqa: PLC0415

    return working_calendar().timezone


def _shown(value: object, column: Column) -> str:
    if value is None:
        return "" if column.kind is ColumnKind.TEXT else "–"
    return value if isinstance(value, str) else vietnamese(value)  # type: ignore[arg-type]


def _lines(
    cell: Any,  # noqa: ANN401
    lines: Iterable[tuple[str, Pt, bool, bool]],
    align: Any = CENTER,  # noqa: ANN401
) -> None:
    for place, (text, size, bold, italic) in enumerate(lines):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = bold, italic, size


def _rule(cell: Any, percent: int) -> None:  # noqa: ANN401
    """Draw the short line under the name of the agency and under the motto."""
    paragraph = cell.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    indent = Cm((10 if percent > 40 else 6.5) * (100 - percent) / 200)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    paragraph.paragraph_format.line_spacing = Pt(4)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().append(borders)  # noqa: SLF001 - python-docx has no border of its own


def _widths(table: Any, widths: tuple[int, ...]) -> None:  # noqa: ANN401
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = width


def _fill(
    cells: Any,  # noqa: ANN401
    texts: list[str],
    widths: tuple[int, ...],
    *,
    bold: bool,
    columns: tuple[Column, ...] | None = None,
) -> None:
    for place, (cell, text) in enumerate(zip(cells, texts, strict=True)):
        cell.width = widths[place]
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        is_text = columns is not None and columns[place].kind is ColumnKind.TEXT
        paragraph.alignment = None if is_text else (CENTER if columns is None else RIGHT)
        run = paragraph.add_run(text)
        run.bold, run.font.size = bold, SMALL if len(texts) >= WIDE else Pt(10.5)


def _keep_whole(row: Any) -> None:  # noqa: ANN401
    """Let no row go on on the next page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001


def _narrow_margins(table: Any) -> None:  # noqa: ANN401
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(MARGIN))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)  # noqa: SLF001


def _repeat(row: Any) -> None:  # noqa: ANN401
    """Let the head stand again on every page."""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001


def _page_number(run: Any) -> None:  # noqa: ANN401
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)  # noqa: SLF001
