"""A look-up through the whole running service, and what is left of it on the disk: no code, no digits.

The register itself holds the codes of its dossiers in clear (without it nothing could be found) and is the
one table left out. Raw files, write-ahead logs included, are searched for a code that is in no register.
"""

from __future__ import annotations

import re
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from benchmarks.chat import ChatClient, Conversation
from benchmarks.service import Service
from knowledge.dossiers.importing.values import LOCAL
from knowledge.dossiers.samples import load_samples
from knowledge.dossiers.statuses import Status

pytestmark = pytest.mark.e2e

UNKNOWN = "H27.12-251103-4471"
REGISTER = "dossier"
SAMPLES = {sample.row.status: sample for sample in load_samples(datetime.now(LOCAL).date())}


async def look_up(conversation: Conversation, code: str, digits: str) -> str:
    await conversation.ask("hồ sơ của tôi tới đâu rồi")
    asked = await conversation.ask(code)
    assert "4 SỐ CUỐI" in asked.text, asked.text
    told = await conversation.ask(digits)
    assert told.outcome == "dossier"
    return told.text


def files(data_dir: Path) -> list[Path]:
    """Everything the service has written; models and learned wordings are made from the repository."""
    found = [path for path in data_dir.rglob("*") if path.is_file() and not path.is_symlink()]
    return [path for path in found if not {"models", "search"} & set(path.relative_to(data_dir).parts)]


def tables(path: Path) -> dict[str, str]:
    """Every table of an SQLite file as text."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: str(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in names}
    finally:
        connection.close()


def alone(digits: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Za-z]){digits}(?![0-9A-Za-z])")


def unused_digits(data_dir: Path) -> str:
    """Four digits that stand nowhere yet, so that finding them later means that they were written down."""
    content = [path.read_bytes() for path in files(data_dir)]
    return next(
        str(number)
        for number in range(9173, 9999)
        if not any(re.search(alone(str(number)).pattern.encode(), one) for one in content)
    )


async def test_a_citizen_hears_where_his_dossier_stands(conversation: Conversation) -> None:
    sample = SAMPLES[Status.SUPPLEMENT]
    text = await look_up(conversation, sample.code, sample.digits)
    assert "Yêu cầu bổ sung giấy tờ" in text
    assert sample.code not in text


async def test_a_refusal_has_the_same_words_whether_there_is_a_dossier_or_not(chat: ChatClient) -> None:
    sample = SAMPLES[Status.DONE]
    wrong = await look_up(await chat.open_conversation(), sample.code, "0000")
    missing = await look_up(await chat.open_conversation(), UNKNOWN, "0000")
    assert wrong.replace(sample.row.code.shown, "") == missing.replace("…-4471", "")


async def test_nothing_of_a_look_up_is_left_in_any_log_table_or_file(
    chat: ChatClient, service: Service
) -> None:
    sample = SAMPLES[Status.IN_PROGRESS]
    digits = unused_digits(service.data_dir)
    conversation = await chat.open_conversation()
    assert "chưa xác nhận" in await look_up(conversation, UNKNOWN, digits)
    assert "Đang xử lý" in await look_up(conversation, sample.code, sample.digits)
    assert "Tôi sẽ báo" in (await conversation.ask("báo tôi khi có thay đổi")).text
    assert "ngừng theo dõi" in (await conversation.ask("ngừng theo dõi")).text

    searched = files(service.data_dir)
    assert {"serve.log", "tthc.db", "tthc.db-wal", "rasa-tracker.db"} <= {path.name for path in searched}
    for path in searched:
        content = path.read_bytes()
        for secret in (UNKNOWN, UNKNOWN.lower(), UNKNOWN.partition("-")[2]):
            assert secret.encode() not in content, f"{secret} in {path.name}"
        assert not re.search(alone(digits).pattern.encode(), content), f"the digits are in {path.name}"
    log = service.log()
    assert sample.code not in log
    assert not alone(sample.digits).search(log)
    rows = {
        (path.name, table): text
        for path in searched
        if path.suffix == ".db"
        for table, text in tables(path).items()
        if table != REGISTER
    }
    assert {table for _, table in rows} >= {
        "inbox_message",
        "dossier_lookup",
        "dossier_session",
        "conversation_memory",
    }
    for place, text in rows.items():
        assert sample.code not in text, place
        assert sample.row.code.tail not in text, place
    assert UNKNOWN not in str([turn["replies"] for turn in await conversation.history()])
