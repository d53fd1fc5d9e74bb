"""Tokens of channels that are renewed."""

import sqlalchemy as sa
from alembic import op

revision = "0004a_tokens"
down_revision = "0004_delivery"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "channel_token",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("refresh", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("obtained_at", MOMENT, nullable=False),
        sa.Column("lease_owner", sa.String(64), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("failed_at", MOMENT, nullable=True),
        sa.Column("failure", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_token")),
    )


def downgrade() -> None:
    op.drop_table("channel_token")
