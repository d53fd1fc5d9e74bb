"""Ids of conversations, messages and deliveries are never given out again.

A deleted conversation's id may still be in hand (a turn under way): given to the next person, it would
bring them somebody else's answer. PostgreSQL's sequences never go back; SQLite needs AUTOINCREMENT, which
only a new table can have.
"""

import re

from alembic import op
from sqlalchemy import Connection

revision = "0004b_row_ids"
down_revision = "0004a_tokens"
branch_labels = None
depends_on = None

PARENT = "conversation"
CHILDREN = ("inbox_message", "outbox_message", "conversation_event")


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        rebuild(connection)


def rebuild(connection: Connection) -> None:
    """Copy into new tables. The children go first: dropping a table deletes what refers to its rows."""
    indexes = [index for table in (PARENT, *CHILDREN) for index in index_statements(connection, table)]
    copy(connection, PARENT)
    for child in CHILDREN:
        copy(connection, child)
        take_place(connection, child)
    take_place(connection, PARENT)
    for index in indexes:
        connection.exec_driver_sql(index)


def index_statements(connection: Connection, table: str) -> list[str]:
    query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    return [row.sql for row in connection.exec_driver_sql(query, (table,))]


def copy(connection: Connection, table: str) -> None:
    """Make ``new_<table>`` with an AUTOINCREMENT id, referring to the new parent, and copy the rows."""
    query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
    made = connection.exec_driver_sql(query, (table,)).scalar_one()
    key = re.search(r",\s*CONSTRAINT (\w+) PRIMARY KEY \(id\)", made)
    if key is not None:
        made = made.replace(key[0], "")
        named = f"id INTEGER NOT NULL CONSTRAINT {key[1]} PRIMARY KEY AUTOINCREMENT"
        made = re.sub(r"\bid INTEGER NOT NULL", named, made, count=1)
    made = re.sub(rf"CREATE TABLE \"?{table}\"?", f"CREATE TABLE new_{table}", made, count=1)
    made = re.sub(rf"REFERENCES \"?{PARENT}\"?", f"REFERENCES new_{PARENT}", made)
    connection.exec_driver_sql(made)
    connection.exec_driver_sql(f"INSERT INTO new_{table} SELECT * FROM {table}")  # noqa: S608 - our own names


def take_place(connection: Connection, table: str) -> None:
    """Put the new table in the old one's place; references to it follow."""
    connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(f"ALTER TABLE new_{table} RENAME TO {table}")


def downgrade() -> None:
    """Tables with AUTOINCREMENT hold the same rows."""
