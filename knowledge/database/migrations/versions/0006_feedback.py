"""Ratings and surveys."""

revision = "0006_feedback"
down_revision = "0005_dossiers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
