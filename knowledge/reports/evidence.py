"""The evidence of a period in one ZIP: the report, how was asked, the rows behind every figure, and hashes.

Rows are anonymised once more: running numbers instead of ours, nothing that leads back to a person. Besides
the period's dossiers there is one older dossier for each procedure that was used within 36 months, so that
the count of unused procedures can be computed from the rows as well.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from knowledge.database.base import Base
from knowledge.department.profile import Profile
from knowledge.feedback.survey import DATA as QUESTIONNAIRE
from knowledge.feedback.survey import load_survey
from knowledge.reports.making import own_definitions, write_report
from knowledge.reports.measures import Scope, Window
from knowledge.reports.models import (
    DimProcedure,
    DimRelease,
    FactCase,
    FactDossier,
    FactHandover,
    FactLookup,
    FactRating,
    FactRatingRequest,
    FactTurn,
)
from knowledge.reports.periods import Period, months_before
from knowledge.reports.render.forms import FORMS, write_form
from knowledge.reports.results import Reading, Result, read_period
from knowledge.reports.sections import SELF_SELECTED

FIGURES, MANIFEST, METHOD = "so-lieu.json", "manifest.json", "phuong-phap.md"
ROWS: dict[str, type[Base]] = {
    "du-lieu/ho-so.csv": FactDossier,
    "du-lieu/danh-gia.csv": FactRating,
    "du-lieu/luot-hoi-y-kien.csv": FactRatingRequest,
    "du-lieu/phan-anh.csv": FactCase,
    "du-lieu/tin-nhan.csv": FactTurn,
    "du-lieu/tra-cuu.csv": FactLookup,
    "du-lieu/gap-can-bo.csv": FactHandover,
    "du-lieu/danh-muc.csv": DimProcedure,
    "du-lieu/ky-danh-muc.csv": DimRelease,
}
"""File in the pack -> the table its rows are of."""
LEFT_OUT = {"source_at"}
VERSION = 1


@dataclass(frozen=True)
class Pack:
    """A pack and what its files are called."""

    name: str
    content: bytes


def make_pack(connection: Connection, period: Period, now: datetime, profile: Profile, scope: Scope) -> Pack:
    """Put the pack of a period together."""
    definitions = own_definitions(profile.reporting)
    reading = read_period(connection, definitions, period, now, scope)
    report = write_report("all", reading, definitions, profile.reporting, now)
    files: dict[str, bytes] = {
        f"{report.file_name}.{form}": write_form(form, report, profile) for form in FORMS
    }
    files[METHOD] = _method(report.results, reading).encode()
    files["phieu-hoi.yml"] = Path(QUESTIONNAIRE).read_bytes()
    for name, model in ROWS.items():
        files[name] = _rows(connection, model, reading)
    files[FIGURES] = _figures(reading, report.results)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = {"version": VERSION, "made_at": now.isoformat(), "department": profile.name, "files": hashes}
    files[MANIFEST] = json.dumps(manifest, ensure_ascii=False, indent=2).encode()
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return Pack(f"minh-chung-{report.file_name.removeprefix('bao-cao-all-')}.zip", out.getvalue())


def _figures(reading: Reading, results: Iterable[Result]) -> bytes:
    window, scope = reading.window, reading.now.scope
    content = {
        "period": {
            "code": window.period.code,
            "kind": window.period.kind.value,
            "start": window.period.start.isoformat(),
            "end": window.period.end.isoformat(),
        },
        "as_of": window.end.isoformat(),
        "scope": scope.chosen,
        "figures": [
            {
                "indicator": result.indicator.id,
                "part": result.part,
                "name": result.indicator.name,
                "numerator": result.now.numerator,
                "denominator": result.now.denominator,
                "value": None if result.now.value is None else str(result.now.value),
            }
            for result in results
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _method(results: Iterable[Result], reading: Reading) -> str:
    survey = load_survey()
    asked = reading.now.values(("surveys_asked", "surveys_answered", "surveys_refused", "surveys_not_asked"))
    lines = ["# Phương pháp", "", SELF_SELECTED, "", "## Câu hỏi đã dùng", ""]
    lines += [f"- {factor.name}: {factor.question}" for factor in survey.factors]
    lines += ["", f"Thang điểm: {', '.join(survey.scale.levels)}.", "", "## Số lượt", ""]
    words = {
        "surveys_asked": "Được mời (gồm trả lời, từ chối, im lặng)",
        "surveys_answered": "Trả lời",
        "surveys_refused": "Từ chối",
        "surveys_not_asked": "Không mời (quy tắc không làm phiền)",
    }
    lines += [f"- {words[name]}: {asked[name] if asked[name] is not None else '–'}" for name in words]
    lines += ["", "## Công thức", ""]
    seen = {result.indicator.id: result.indicator for result in results}
    for found in seen.values():
        label = " Ước tính/theo dõi nội bộ." if found.internal else ""
        basis = f"Căn cứ: {found.basis} (độ tin cậy {found.confidence.value}).{label}"
        lines.append(f"- **{found.name}** = {found.formula}. {basis}")
    lines += ["", "Kiểm tra lại mọi số liệu từ dữ liệu trong tệp này: `tthc report verify <tệp>.zip`.", ""]
    return "\n".join(lines)


def _rows(connection: Connection, model: type[Base], reading: Reading) -> bytes:
    table = Base.metadata.tables[model.__tablename__]
    columns = [column for column in table.columns if column.name not in LEFT_OUT]
    wanted = sa.select(*columns).where(_within(table, reading.window)).order_by(*table.primary_key)
    for name, values in reading.now.scope.chosen.items():
        if name in table.c and model is not DimProcedure:
            wanted = wanted.where(table.c[name].in_(values))
    with io.StringIO(newline="") as out:
        writer = csv.writer(out)
        writer.writerow([column.name for column in columns])
        writer.writerows(_anonymous(connection.execute(wanted), [column.name for column in columns]))
        return out.getvalue().encode()


def _anonymous(rows: Iterable[Any], names: list[str]) -> Iterator[list[object]]:
    """Number rows and conversations anew."""
    talks: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        values = ["" if value is None else value for value in row]
        if "id" in names:
            values[names.index("id")] = number
        if "talk" in names:
            place = names.index("talk")
            values[place] = f"t{talks.setdefault(values[place], len(talks) + 1)}"
        yield values


def _within(table: sa.Table, window: Window) -> sa.ColumnElement[bool]:
    """Say which rows the figures of the window need."""
    start, end = window.period.start, window.end
    if table.name == "fact_dossier":
        c = table.c
        touches = sa.and_(
            c.received_day <= end,
            sa.or_(c.finished_day.is_(None), c.finished_day >= start, c.returned_day.between(start, end)),
        )
        back = months_before(end, 36)
        witness = (
            sa.select(sa.func.max(c.id))
            .where(c.received_day > back, c.received_day <= end)
            .group_by(c.procedure_code)
        )
        oldest = sa.select(c.id).order_by(c.received_day, c.id).limit(1)
        return sa.or_(touches, c.id.in_(witness), c.id.in_(oldest))
    if table.name == "fact_case":
        c = table.c
        return sa.and_(
            c.day <= end,
            sa.or_(c.day >= start, c.handled_day.is_(None), c.handled_day >= start, c.published_day >= start),
        )
    if table.name == "dim_procedure":
        return table.c.release_id == window.release
    if table.name == "dim_release":
        return table.c.release_id == window.release
    return table.c.day.between(start, end)
