"""The reporting store and its rollups."""

revision = "0009_reporting"
down_revision = "0008_staff"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
