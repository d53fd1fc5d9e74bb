"""The migrations make what the models declare, on both databases, whoever runs them when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from knowledge.catalogue.models import RELEASE_TABLES
from knowledge.database.engine import open_engine
from knowledge.database.metadata import load_metadata
from knowledge.database.migrate import MigrationError, alembic_config, upgrade


def differences(url: str) -> list[object]:
    engine = open_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, load_metadata())
    engine.dispose()
    return found


def test_migrations_make_what_the_models_declare(empty_database_url: str) -> None:
    assert differences(empty_database_url)  # the comparison sees missing tables
    upgrade(empty_database_url)
    assert differences(empty_database_url) == []


def test_every_table_of_a_release_is_declared() -> None:
    assert set(RELEASE_TABLES) <= set(load_metadata().tables)


def test_upgrading_again_changes_nothing(database_url: str) -> None:
    upgrade(database_url)
    assert differences(database_url) == []


def test_several_processes_may_upgrade_at_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, [empty_database_url] * 4))
    assert differences(empty_database_url) == []


def test_there_is_one_line_of_revisions() -> None:
    scripts = ScriptDirectory.from_config(alembic_config())
    assert len(scripts.get_heads()) == 1
    assert scripts.get_base() == "0001_catalogue"


def test_downgrade_takes_everything_away(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    upgrade(database_url)
    assert differences(database_url) == []


def test_a_newer_database_is_refused_in_one_sentence(database_url: str) -> None:
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_future'"))
    engine.dispose()
    with pytest.raises(MigrationError, match="another version of this program"):
        upgrade(database_url)


def test_a_broken_database_is_refused_in_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database" * 100)
    with pytest.raises(MigrationError, match="cannot prepare the database") as caught:
        upgrade(f"sqlite:///{broken}")
    assert "\n" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(MigrationError, match="cannot open the database"):
        upgrade(f"sqlite:///{tmp_path}/file/tthc.db")


def test_a_password_is_not_shown() -> None:
    with pytest.raises(MigrationError) as caught:
        upgrade("postgresql+psycopg2://someone:secret-word@127.0.0.1:1/nowhere")
    assert "secret-word" not in str(caught.value)


def test_a_failed_migration_leaves_the_database_as_it_was(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_after_the_tables_were_made(*_arguments: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(
            "alembic.runtime.migration.HeadMaintainer.update_to_step", fail_after_the_tables_were_made
        )
        with pytest.raises(MigrationError, match="disk full"):
            upgrade(empty_database_url)
    engine = open_engine(empty_database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_giving_ids_out_once_keeps_conversations_and_their_messages(empty_database_url: str) -> None:
    """Tables are made anew on SQLite; dropping the old ones must not take along what refers to them."""
    upgrade(empty_database_url, "0004a_tokens")
    engine = open_engine(empty_database_url)
    rows = {
        "conversation (id, channel, key, created_at, last_seen_at)": "7, 'zalo', 'k', :moment, :moment",
        "inbox_message (id, conversation_id, message_id, text, truncated, received_at)": (
            "9, 7, 'm', 'phí?', false, :moment"
        ),
        "conversation_event (conversation_id, sequence, body, created_at)": "7, 1, '[]', :moment",
    }
    with engine.begin() as connection:
        for table, values in rows.items():
            moment = {"moment": "2026-11-26 00:00:00"}
            connection.execute(text(f"INSERT INTO {table} VALUES ({values})"), moment)
    upgrade(empty_database_url)
    assert differences(empty_database_url) == []
    with engine.begin() as connection:
        joined = "SELECT i.text FROM inbox_message i JOIN conversation c ON c.id = i.conversation_id"
        assert connection.exec_driver_sql(joined).scalars().all() == ["phí?"]
        assert connection.exec_driver_sql("SELECT sequence FROM conversation_event").scalars().all() == [1]
        connection.exec_driver_sql("DELETE FROM conversation")
        assert connection.exec_driver_sql("SELECT id FROM inbox_message").scalars().all() == []
    engine.dispose()
