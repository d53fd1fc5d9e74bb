"""Accounts of the staff console and the audit log."""

revision = "0008_staff"
down_revision = "0007_cases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
