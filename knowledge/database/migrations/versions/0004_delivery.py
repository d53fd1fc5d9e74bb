"""Messages that a gateway takes up by itself, replies on their way to the channels, periodic jobs."""

import sqlalchemy as sa
from alembic import op

revision = "0004_delivery"
down_revision = "0003_privacy"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("conversation", sa.Column("choices", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("conversation", sa.Column("gone_at", MOMENT, nullable=True))
    op.add_column("inbox_message", sa.Column("due_at", MOMENT, nullable=True))
    op.add_column("inbox_message", sa.Column("attachments", sa.Text(), nullable=True))
    op.add_column("inbox_message", sa.Column("sent_at", MOMENT, nullable=True))
    op.drop_index("ix_inbox_message_unhandled", table_name="inbox_message")
    create_due_index("inbox_message")
    create_outbox()
    create_jobs()


def create_due_index(table: str) -> None:
    waits = sa.text("due_at IS NOT NULL")
    op.create_index(
        f"ix_{table}_due", table, ["conversation_id", "id"], sqlite_where=waits, postgresql_where=waits
    )


def create_outbox() -> None:
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("replies", sa.Text(), nullable=True),
        sa.Column("parts", sa.Text(), nullable=True),
        sa.Column("next_part", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubled", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(200), nullable=True),
        sa.Column("remote_id", sa.String(128), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_outbox_message_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("conversation_id", "origin", name=op.f("uq_outbox_message_conversation_id")),
    )
    create_due_index("outbox_message")
    op.create_index(op.f("ix_outbox_message_done_at"), "outbox_message", ["done_at"])


def create_jobs() -> None:
    op.create_table(
        "job_run",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("runner", sa.String(32), nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("succeeded_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(500), nullable=True),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_run")),
    )


def downgrade() -> None:
    op.drop_table("job_run")
    op.drop_table("outbox_message")
    op.drop_index("ix_inbox_message_due", table_name="inbox_message")
    op.create_index(
        "ix_inbox_message_unhandled",
        "inbox_message",
        ["id"],
        sqlite_where=sa.text("handled_at IS NULL"),
        postgresql_where=sa.text("handled_at IS NULL"),
    )
    for name in ("sent_at", "attachments", "due_at"):
        op.drop_column("inbox_message", name)
    for name in ("gone_at", "choices"):
        op.drop_column("conversation", name)
