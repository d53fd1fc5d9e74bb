"""Payloads of buttons under short names, for channels whose buttons carry little."""

import sqlalchemy as sa
from alembic import op

revision = "0004c_telegram"
down_revision = "0004b_row_ids"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "button_payload",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_button_payload")),
    )
    op.create_index(op.f("ix_button_payload_used_at"), "button_payload", ["used_at"])


def downgrade() -> None:
    op.drop_table("button_payload")
