"""Ratings that nobody looked at are found however few they are among a million."""

import sqlalchemy as sa
from alembic import op

revision = "0013_unreviewed_ratings"
down_revision = "0012_rating_request_days"
branch_labels = None
depends_on = None

TABLE, NAME = "rating", "ix_rating_unreviewed"
UNREVIEWED = sa.text("reviewed_at IS NULL")


def upgrade() -> None:
    op.create_index(NAME, TABLE, ["created_at"], sqlite_where=UNREVIEWED, postgresql_where=UNREVIEWED)


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
