"""Ratings, requests for them, what citizens agreed to, and receipts of erasures."""

import sqlalchemy as sa
from alembic import op

revision = "0006_feedback"
down_revision = "0005_dossiers"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
COMMENTED = sa.text("comment IS NOT NULL")


def upgrade() -> None:
    _requests()
    _ratings()
    _privacy()


def _requests() -> None:
    op.create_table(
        "rating_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("occasion", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("procedure_code", sa.String(16), nullable=True),
        sa.Column("dossier_hash", sa.String(64), nullable=True),
        sa.Column("unit", sa.String(200), nullable=True),
        sa.Column("field", sa.String(200), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_rating_request_conversation_id_conversation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_request")),
        sa.UniqueConstraint("origin", name=op.f("uq_rating_request_origin")),
    )
    op.create_index("ix_rating_request_conversation", "rating_request", ["conversation_id", "created_at"])
    op.create_index(op.f("ix_rating_request_created_at"), "rating_request", ["created_at"])
    op.create_index(op.f("ix_rating_request_updated_at"), "rating_request", ["updated_at"])


def _ratings() -> None:
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("occasion", sa.String(16), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("procedure_code", sa.String(16), nullable=True),
        sa.Column("dossier_hash", sa.String(64), nullable=True),
        sa.Column("unit", sa.String(200), nullable=True),
        sa.Column("field", sa.String(200), nullable=True),
        sa.Column("factor", sa.String(32), nullable=True),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("scale", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.String(32), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("comment_plain", sa.Text(), nullable=True),
        sa.Column("assigned_to", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_rating_conversation_id_conversation"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["rating_request.id"],
            name=op.f("fk_rating_request_id_rating_request"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("origin", name=op.f("uq_rating_origin")),
    )
    op.create_index("ix_rating_assigned_to", "rating", ["assigned_to", "created_at"])
    op.create_index("ix_rating_channel", "rating", ["channel", "created_at"])
    op.create_index(
        "ix_rating_commented", "rating", ["created_at"], sqlite_where=COMMENTED, postgresql_where=COMMENTED
    )
    op.create_index(op.f("ix_rating_conversation_id"), "rating", ["conversation_id"])
    op.create_index("ix_rating_created_at", "rating", ["created_at"])
    op.create_index("ix_rating_factor", "rating", ["factor", "created_at"])
    op.create_index("ix_rating_field", "rating", ["field", "created_at"])
    op.create_index("ix_rating_occasion", "rating", ["occasion", "created_at"])
    op.create_index("ix_rating_procedure_code", "rating", ["procedure_code", "created_at"])
    op.create_index(op.f("ix_rating_request_id"), "rating", ["request_id"])
    op.create_index("ix_rating_score", "rating", ["score", "created_at"])
    op.create_index("ix_rating_unit", "rating", ["unit", "created_at"])
    op.create_index(op.f("ix_rating_updated_at"), "rating", ["updated_at"])
    op.create_table(
        "rating_label",
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name=op.f("fk_rating_label_rating_id_rating"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("rating_id", "label", name=op.f("pk_rating_label")),
    )
    op.create_index(op.f("ix_rating_label_label"), "rating_label", ["label"])
    op.create_table(
        "rating_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("actor", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["rating_id"], ["rating.id"], name=op.f("fk_rating_note_rating_id_rating"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_note")),
    )
    op.create_index(op.f("ix_rating_note_rating_id"), "rating_note", ["rating_id"])


def _privacy() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=True),
        sa.Column("origin", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_consent_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.UniqueConstraint("conversation_id", "purpose", "version", name=op.f("uq_consent_conversation_id")),
    )
    op.create_table(
        "erasure_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("origin", sa.String(64), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("requested_by", sa.String(16), nullable=False),
        sa.Column("erased", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_erasure_receipt_conversation_id_conversation"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_receipt")),
        sa.UniqueConstraint("code", name=op.f("uq_erasure_receipt_code")),
        sa.UniqueConstraint("origin", name=op.f("uq_erasure_receipt_origin")),
    )
    op.create_index(op.f("ix_erasure_receipt_conversation_id"), "erasure_receipt", ["conversation_id"])


def downgrade() -> None:
    for table in ("erasure_receipt", "consent", "rating_note", "rating_label", "rating", "rating_request"):
        op.drop_table(table)
