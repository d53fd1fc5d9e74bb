"""Replies on their way to the channels."""

revision = "0004_delivery"
down_revision = "0003_privacy"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
