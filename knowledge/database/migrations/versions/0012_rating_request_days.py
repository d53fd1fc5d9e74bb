"""Occasions to ask are counted from an index alone."""

from alembic import op

revision = "0012_rating_request_days"
down_revision = "0011_report_runs"
branch_labels = None
depends_on = None

TABLE = "fact_rating_request"
OLD, NEW = "ix_fact_rating_request_day", "ix_fact_rating_request_days"


def upgrade() -> None:
    op.create_index(NEW, TABLE, ["day", "occasion", "outcome", "unit", "field"])
    op.drop_index(OLD, TABLE)


def downgrade() -> None:
    op.create_index(OLD, TABLE, ["day"])
    op.drop_index(NEW, TABLE)
