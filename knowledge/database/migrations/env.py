"""Alembic's environment: runs migrations on the connection that ``migrate.upgrade`` hands over."""

from alembic import context
from sqlalchemy import Connection

from knowledge.database.engine import open_engine
from knowledge.database.metadata import load_metadata
from knowledge.settings import read_settings


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is None:  # called by the alembic command line, while developing
        with open_engine(read_settings().database_url).begin() as opened:
            run_on(opened)
    else:
        run_on(connection)


def run_on(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=load_metadata(),
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
