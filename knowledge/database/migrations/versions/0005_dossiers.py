"""The dossier register, look-ups and subscriptions."""

revision = "0005_dossiers"
down_revision = "0004_delivery"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
