"""Catalogue: releases with their procedures, the published release, the history of publications.

Release rows are never updated and history rows neither updated nor deleted: triggers see to it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_catalogue"
down_revision = None
branch_labels = None
depends_on = None

FROZEN = (
    "catalogue_release",
    "catalogue_procedure",
    "catalogue_deadline",
    "catalogue_document_case",
    "catalogue_document",
    "catalogue_legal_text",
)
HISTORY = "catalogue_publication"
MOMENT = sa.DateTime(timezone=True)


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def part_of_procedure(table: str) -> list[sa.schema.SchemaItem]:
    """Key columns of a table whose rows belong to a procedure of a release."""
    return [
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["release_id", "code"],
            ["catalogue_procedure.release_id", "catalogue_procedure.code"],
            name=op.f(f"fk_{table}_release_id_catalogue_procedure"),
        ),
        sa.PrimaryKeyConstraint("release_id", "code", "position", name=op.f(f"pk_{table}")),
    ]


def release_key(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["catalogue_release.id"], name=op.f(f"fk_{table}_{column}_catalogue_release")
    )


def upgrade() -> None:
    create_release()
    create_procedure()
    create_parts_of_procedure()
    create_publication()
    for table in FROZEN:
        forbid(table, "UPDATE")
    forbid(HISTORY, "UPDATE")
    forbid(HISTORY, "DELETE")


def create_release() -> None:
    op.create_table(
        "catalogue_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("listed_count", sa.Integer(), nullable=False),
        sa.Column("no_longer_listed_count", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("imported_by", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_release")),
        sa.UniqueConstraint("checksum", name=op.f("uq_catalogue_release_checksum")),
    )


def create_procedure() -> None:
    op.create_table(
        "catalogue_procedure",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column(
            "online_level", choice("online_level", "toàn trình", "một phần", "chưa cung cấp"), nullable=True
        ),
        sa.Column("applicants", sa.JSON(), nullable=False),
        sa.Column("results", sa.JSON(), nullable=False),
        sa.Column("portal_fee_texts", sa.JSON(), nullable=False),
        sa.Column("decision_number", sa.Text(), nullable=True),
        sa.Column("decision_issued", sa.Date(), nullable=True),
        sa.Column("decision_published", sa.Date(), nullable=True),
        sa.Column("decision_issuer", sa.Text(), nullable=True),
        sa.Column("caution", sa.Text(), nullable=True),
        sa.Column("updated_on", sa.Date(), nullable=True),
        sa.Column("status", choice("status", "listed", "no_longer_listed"), nullable=False),
        sa.Column("last_seen", sa.Date(), nullable=True),
        release_key("catalogue_procedure", "release_id"),
        sa.PrimaryKeyConstraint("release_id", "code", name=op.f("pk_catalogue_procedure")),
    )
    op.create_index(op.f("ix_catalogue_procedure_field"), "catalogue_procedure", ["field"])


def create_parts_of_procedure() -> None:
    op.create_table(
        "catalogue_deadline",
        *part_of_procedure("catalogue_deadline"),
        sa.Column(
            "channel", choice("channel", "Trực tuyến", "Dịch vụ bưu chính", "Trực tiếp"), nullable=False
        ),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column(
            "unit", choice("unit", "WORKING_DAY", "DAY", "HOUR", "MONTH", "YEAR", "OTHER"), nullable=False
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("case_label", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
    )
    op.create_table(
        "catalogue_legal_text",
        *part_of_procedure("catalogue_legal_text"),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=True),
    )
    op.create_table(
        "catalogue_document_case",
        *part_of_procedure("catalogue_document_case"),
        sa.Column("label", sa.Text(), nullable=True),
    )
    op.create_table(
        "catalogue_document",
        sa.Column("release_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("case_position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("originals", sa.Integer(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("forms", sa.JSON(), nullable=False),
        sa.Column("is_note", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "originals >= 0 AND copies >= 0", name=op.f("ck_catalogue_document_copies_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["release_id", "code", "case_position"],
            [f"catalogue_document_case.{column}" for column in ("release_id", "code", "position")],
            name=op.f("fk_catalogue_document_release_id_catalogue_document_case"),
        ),
        sa.PrimaryKeyConstraint(
            "release_id", "code", "case_position", "position", name=op.f("pk_catalogue_document")
        ),
    )


def create_publication() -> None:
    op.create_table(
        "catalogue_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("published_release_id", sa.Integer(), nullable=True),
        sa.Column("previous_release_id", sa.Integer(), nullable=True),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalogue_state_single_row")),
        release_key("catalogue_state", "published_release_id"),
        release_key("catalogue_state", "previous_release_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_state")),
    )
    op.create_table(
        HISTORY,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("action", choice("action", "publish", "rollback"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("done_by", sa.Text(), nullable=True),
        release_key(HISTORY, "release_id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{HISTORY}")),
    )


def forbid(table: str, change: str) -> None:
    """Let the database refuse ``change`` (UPDATE or DELETE) on rows of ``table``."""
    name = f"{table}_no_{change.lower()}"
    message = f"rows of {table} are never changed"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {change} ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    for table in ("catalogue_state", HISTORY, *reversed(FROZEN)):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for name in (*(f"{table}_no_update" for table in (*FROZEN, HISTORY)), f"{HISTORY}_no_delete"):
            op.execute(f"DROP FUNCTION {name}()")
