"""Complaints, petitions and the hand-over to officers."""

revision = "0007_cases"
down_revision = "0006_feedback"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
