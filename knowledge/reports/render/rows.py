"""A report's figures as CSV: one line an indicator, with everything it was made of."""

from __future__ import annotations

import csv
import io

from knowledge.reports.content import Report
from knowledge.reports.results import Figure

HEADER = (
    "ma", "phan", "chi_tieu", "don_vi", "tu_ngay", "den_ngay", "tu_so", "mau_so", "gia_tri", "ky_truoc_tu_so",
    "ky_truoc_mau_so", "ky_truoc_gia_tri", "muc_tieu", "do_tin_cay_cong_thuc", "uoc_tinh_noi_bo",
    "wilson_thap", "wilson_cao",
)  # fmt: skip


def write_csv(report: Report) -> bytes:
    """Return the figures as CSV in UTF-8 with a byte-order mark, as spreadsheets expect it."""
    with io.StringIO(newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for result in report.results:
            indicator, interval = result.indicator, result.now.interval
            writer.writerow(
                (
                    indicator.id,
                    result.part,
                    indicator.name,
                    indicator.unit.value,
                    report.period.start.isoformat(),
                    report.as_of.isoformat(),
                    *_figure(result.now),
                    *_figure(result.before),
                    "" if result.target is None else result.target.value,
                    indicator.confidence.value,
                    int(indicator.internal),
                    interval.low if interval else "",
                    interval.high if interval else "",
                )
            )
        return out.getvalue().encode("utf-8-sig")


def _figure(figure: Figure) -> tuple[object, object, object]:
    def shown(value: object) -> object:
        return "" if value is None else value

    return shown(figure.numerator), shown(figure.denominator), shown(figure.value)
