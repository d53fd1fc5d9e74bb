"""What a conversation's channel calls it and who answers; texts sealed until they are handled."""

import sqlalchemy as sa
from alembic import op

revision = "0003_privacy"
down_revision = "0002_messaging"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("handler", sa.String(16), server_default="bot", nullable=False))
    op.add_column("conversation", sa.Column("handler_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "conversation", sa.Column("is_group", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("conversation", sa.Column("address", sa.Text(), nullable=True))
    op.add_column("inbox_message", sa.Column("sealed", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("inbox_message", "sealed")
    for name in ("address", "is_group", "handler_until", "handler"):
        op.drop_column("conversation", name)
