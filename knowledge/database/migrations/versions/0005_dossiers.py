"""The dossier register, look-ups and subscriptions."""

import sqlalchemy as sa
from alembic import op

revision = "0005_dossiers"
down_revision = "0004c_telegram"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ACTIVE = sa.text("ended_at IS NULL")


def upgrade() -> None:
    _register()
    _lookups()
    _watches()


def _register() -> None:
    op.create_table(
        "dossier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("tail", sa.String(24), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("procedure_code", sa.String(16), nullable=True),
        sa.Column("procedure_name", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("status", sa.SmallInteger(), nullable=False),
        sa.Column("submitted_via", sa.String(8), nullable=False),
        sa.Column("returned_via", sa.String(8), nullable=True),
        sa.Column("has_fee", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("paid_online", sa.Boolean(), nullable=True),
        sa.Column("received_at", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("returned_at", MOMENT, nullable=True),
        sa.Column("supplement_rounds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("supplement_note", sa.Text(), nullable=True),
        sa.Column("phone_hash", sa.String(64), nullable=True),
        sa.Column("identity_hash", sa.String(64), nullable=True),
        sa.Column("is_sample", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint("status BETWEEN 1 AND 10", name=op.f("ck_dossier_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("code", name=op.f("uq_dossier_code")),
    )
    op.create_index(op.f("ix_dossier_tail"), "dossier", ["tail"])
    op.create_index(op.f("ix_dossier_updated_at"), "dossier", ["updated_at"])
    op.create_table(
        "dossier_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_import")),
    )
    op.create_index(op.f("ix_dossier_import_at"), "dossier_import", ["at"])


def _lookups() -> None:
    op.create_table(
        "dossier_lookup",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("overdue", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("person_hash", sa.String(64), nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_lookup")),
        sa.UniqueConstraint("origin", name=op.f("uq_dossier_lookup_origin")),
    )
    op.create_index("ix_dossier_lookup_person", "dossier_lookup", ["person_hash", "at"])
    op.create_index("ix_dossier_lookup_code", "dossier_lookup", ["code_hash", "at"])
    op.create_index(op.f("ix_dossier_lookup_updated_at"), "dossier_lookup", ["updated_at"])
    op.create_table(
        "dossier_session",
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("factor", sa.String(64), nullable=True),
        sa.Column("verified", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("ref", name=op.f("pk_dossier_session")),
    )
    op.create_index(op.f("ix_dossier_session_expires_at"), "dossier_session", ["expires_at"])


def _watches() -> None:
    op.create_table(
        "dossier_watch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("factor", sa.String(64), nullable=False),
        sa.Column("seen", sa.String(64), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_check_at", MOMENT, nullable=False),
        sa.Column("failed_checks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("notices", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end_reason", sa.String(16), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_dossier_watch_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossier_watch")),
        sa.UniqueConstraint("origin", name=op.f("uq_dossier_watch_origin")),
    )
    op.create_index(
        "uq_dossier_watch_active",
        "dossier_watch",
        ["conversation_id", "code_hash"],
        unique=True,
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )
    op.create_index(
        "ix_dossier_watch_due",
        "dossier_watch",
        ["next_check_at"],
        sqlite_where=ACTIVE,
        postgresql_where=ACTIVE,
    )


def downgrade() -> None:
    for table in ("dossier_watch", "dossier_session", "dossier_lookup", "dossier_import", "dossier"):
        op.drop_table(table)
