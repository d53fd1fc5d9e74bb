"""Questions the assistant missed, and their review."""

revision = "0010_learning"
down_revision = "0009_reporting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
