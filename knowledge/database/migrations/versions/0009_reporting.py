"""The reporting store and its rollups, and views of it for other tools."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009_reporting"
down_revision = "0008_staff"
branch_labels = None
depends_on = None


def _text(name: str, chars: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(chars), nullable=False)


def _day(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Date(), nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=null, autoincrement=False)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


PLACE = (("unit", 200), ("field", 200), ("procedure_code", 16), ("channel", 16))


def upgrade() -> None:
    _dossiers()
    _opinions()
    _talks()
    _rollups()
    _releases()
    _marks()
    for name, select in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {select}")


def _dossiers() -> None:
    op.create_table(
        "fact_dossier",
        _number("id"),
        _day("received_day"),
        _day("due_day", null=True),
        _day("finished_day", null=True),
        _day("returned_day", null=True),
        _day("overdue_day", null=True),
        _number("status"),
        _text("outcome", 8),
        _number("refused"),
        _text("returned_via", 8),
        _number("has_fee"),
        _number("paid_online"),
        _number("supplement_rounds"),
        _number("due_unknown"),
        _number("finish_estimated"),
        _number("working_days", null=True),
        _number("promised_days", null=True),
        _moment("source_at"),
        *(_text(*column) for column in PLACE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_dossier")),
    )
    op.create_index("ix_fact_dossier_finished_day", "fact_dossier", ["finished_day"])
    op.create_index("ix_fact_dossier_overdue_day", "fact_dossier", ["overdue_day"])
    op.create_index("ix_fact_dossier_received_day", "fact_dossier", ["received_day"])
    op.create_index("ix_fact_dossier_returned_day", "fact_dossier", ["returned_day"])


def _opinions() -> None:
    op.create_table(
        "fact_rating",
        _number("id"),
        _day("day"),
        _text("occasion", 16),
        _text("factor", 32),
        _number("score"),
        _number("scale"),
        _number("satisfied"),
        _text("reason", 32),
        _number("has_comment"),
        _number("about_dossier"),
        _moment("source_at"),
        *(_text(*column) for column in PLACE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_rating")),
    )
    op.create_index(
        "ix_fact_rating_day",
        "fact_rating",
        ["day", "occasion", "factor", "scale", "score", "satisfied", "unit", "field"],
    )
    op.create_table(
        "fact_rating_request",
        _number("id"),
        _day("day"),
        _text("occasion", 16),
        _text("outcome", 16),
        _text("reason", 32),
        _moment("source_at"),
        *(_text(*column) for column in PLACE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_rating_request")),
    )
    op.create_index("ix_fact_rating_request_day", "fact_rating_request", ["day"])
    op.create_table(
        "fact_case",
        _number("id"),
        _text("code", 20),
        _text("kind", 16),
        _text("stage", 16),
        _day("day"),
        _day("handle_by"),
        _day("publish_by", null=True),
        _day("handled_day", null=True),
        _day("published_day", null=True),
        _day("closed_day", null=True),
        _number("reopened"),
        _number("about_dossier"),
        _number("settled", null=True),
        _moment("source_at"),
        *(_text(*column) for column in PLACE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_case")),
    )
    op.create_index("ix_fact_case_day", "fact_case", ["day"])
    op.create_index("ix_fact_case_handled_day", "fact_case", ["handled_day"])


def _talks() -> None:
    op.create_table(
        "fact_turn",
        _number("id"),
        _day("day"),
        _number("hour"),
        _text("talk", 16),
        _text("outcome", 16),
        _text("intent", 40),
        _number("typed"),
        _number("question"),
        _number("milliseconds"),
        *(_text(*column) for column in PLACE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_turn")),
    )
    op.create_index("ix_fact_turn_day", "fact_turn", ["day"])
    op.create_table(
        "fact_lookup",
        _number("id"),
        _day("day"),
        _text("result", 16),
        _number("overdue"),
        _moment("source_at"),
        *(_text(*column) for column in PLACE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_lookup")),
    )
    op.create_index("ix_fact_lookup_day", "fact_lookup", ["day"])
    op.create_table(
        "fact_handover",
        _number("id"),
        _day("day"),
        _text("reason", 16),
        _number("taken"),
        _number("wait_seconds"),
        _text("outcome", 16),
        _moment("source_at"),
        *(_text(*column) for column in PLACE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_handover")),
    )
    op.create_index("ix_fact_handover_day", "fact_handover", ["day"])


def _rollups() -> None:
    op.create_table(
        "rollup_dossier",
        _day("day"),
        *(_text(*column) for column in PLACE),
        _number("received"),
        _number("with_fee"),
        _number("paid_online"),
        _number("early"),
        _number("on_time"),
        _number("late"),
        _number("refused"),
        _number("supplemented"),
        _number("repeated"),
        _number("repeated_in_time"),
        _number("due_unknown"),
        _number("finish_estimated"),
        _number("became_overdue"),
        _number("timed"),
        _number("working_days"),
        _number("promised_days"),
        _number("returned"),
        _number("returned_by_post"),
        sa.PrimaryKeyConstraint(
            "day", "unit", "field", "procedure_code", "channel", name=op.f("pk_rollup_dossier")
        ),
    )
    op.create_table(
        "rollup_turn",
        _day("day"),
        _text("channel", 16),
        _text("field", 200),
        _text("procedure_code", 16),
        _text("outcome", 16),
        _number("turns"),
        _number("questions"),
        _number("milliseconds"),
        sa.PrimaryKeyConstraint(
            "day", "channel", "field", "procedure_code", "outcome", name=op.f("pk_rollup_turn")
        ),
    )
    op.create_table(
        "rollup_talk",
        _day("day"),
        _text("channel", 16),
        _number("talks"),
        _number("with_question"),
        _number("contained"),
        sa.PrimaryKeyConstraint("day", "channel", name=op.f("pk_rollup_talk")),
    )


def _releases() -> None:
    op.create_table(
        "dim_release",
        _day("since"),
        _number("release_id"),
        sa.PrimaryKeyConstraint("since", name=op.f("pk_dim_release")),
    )
    op.create_table(
        "dim_procedure",
        _number("release_id"),
        _text("procedure_code", 16),
        _text("name", 1000),
        _text("field", 200),
        _text("online_level", 8),
        _number("statutory_days", null=True),
        _number("committed_days", null=True),
        _number("is_complete"),
        sa.PrimaryKeyConstraint("release_id", "procedure_code", name=op.f("pk_dim_procedure")),
    )


def _marks() -> None:
    op.create_table(
        "report_watermark",
        _text("source", 32),
        _moment("copied_until"),
        _number("last_id"),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_report_watermark")),
    )
    op.create_table(
        "rollup_dirty",
        _text("rollup", 32),
        _day("day"),
        sa.PrimaryKeyConstraint("rollup", "day", name=op.f("pk_rollup_dirty")),
    )


VIEWS = {
    "report_dossier": (
        "SELECT received_day, due_day, finished_day, returned_day, overdue_day, status, outcome, "
        "refused, returned_via, has_fee, paid_online, supplement_rounds, due_unknown, finish_estimated, "
        "working_days, promised_days, unit, field, procedure_code, channel FROM fact_dossier"
    ),
    "report_rating": (
        "SELECT day, occasion, factor, score, scale, satisfied, reason, has_comment, about_dossier, "
        "unit, field, procedure_code, channel FROM fact_rating"
    ),
    "report_rating_request": (
        "SELECT day, occasion, outcome, reason, unit, field, procedure_code, channel FROM fact_rating_request"
    ),
    "report_case": (
        "SELECT code, kind, stage, day, handle_by, publish_by, handled_day, published_day, closed_day, "
        "reopened, about_dossier, settled, unit, field, procedure_code, channel FROM fact_case"
    ),
    "report_turn": (
        "SELECT day, hour, outcome, intent, typed, question, milliseconds, unit, field, procedure_code, "
        "channel FROM fact_turn"
    ),
    "report_lookup": ("SELECT day, result, overdue, unit, field, procedure_code, channel FROM fact_lookup"),
    "report_handover": (
        "SELECT day, reason, taken, wait_seconds, outcome, unit, field, procedure_code, channel FROM "
        "fact_handover"
    ),
    "report_dossier_day": (
        "SELECT day, unit, field, procedure_code, channel, received, with_fee, paid_online, early, "
        "on_time, late, refused, supplemented, repeated, repeated_in_time, due_unknown, "
        "finish_estimated, became_overdue, timed, working_days, promised_days, returned, "
        "returned_by_post FROM rollup_dossier"
    ),
    "report_turn_day": (
        "SELECT day, channel, field, procedure_code, outcome, turns, questions, milliseconds FROM rollup_turn"
    ),
    "report_talk_day": ("SELECT day, channel, talks, with_question, contained FROM rollup_talk"),
    "report_procedure": (
        "SELECT procedure_code, name, field, online_level, statutory_days, committed_days, is_complete "
        "FROM dim_procedure WHERE release_id = "
        "(SELECT release_id FROM dim_release ORDER BY since DESC LIMIT 1)"
    ),
}
"""What other tools may rely on (docs/reports.md): nobody's identity, stable names."""


def downgrade() -> None:
    for view in VIEWS:
        op.execute(f"DROP VIEW {view}")
    for table in TABLES:
        op.drop_table(table)


TABLES = (
    "rollup_dirty",
    "report_watermark",
    "dim_procedure",
    "dim_release",
    "rollup_talk",
    "rollup_turn",
    "rollup_dossier",
    "fact_handover",
    "fact_lookup",
    "fact_turn",
    "fact_case",
    "fact_rating_request",
    "fact_rating",
    "fact_dossier",
)
