"""A small catalogue with its language, and an inbox with turns in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from knowledge.catalogue.records import Catalogue, Level, Procedure, ReleaseInfo
from knowledge.catalogue.topics import EverydayLanguage
from knowledge.database.engine import SessionFactory, open_engine, session_factory
from knowledge.messaging.records import IncomingMessage
from knowledge.messaging.store import MessageStore
from knowledge.privacy.sealing import Sealer

KEY = "b" * 64
PETROL = Procedure("2.000648", "Cấp giấy chứng nhận cửa hàng bán lẻ xăng dầu", "Xăng dầu", (Level.PROVINCE,))


@pytest.fixture
def catalogue() -> Catalogue:
    found = [
        PETROL,
        replace(PETROL, code="2.000591", name="Cấp giấy chứng nhận an toàn thực phẩm", field="Thực phẩm"),
        replace(PETROL, code="2.000004", name="Đăng ký chương trình khuyến mại may rủi", field="Thương mại"),
    ]
    info = ReleaseInfo(1, "test", date(2026, 1, 1), "", 3, 0)
    return Catalogue(info, {procedure.code: procedure for procedure in found})


@pytest.fixture
def language() -> EverydayLanguage:
    examples = {
        "2.000648": ("mở cây xăng", "bán xăng lẻ ở quê", "xây trạm xăng", "cửa hàng xăng dầu mới"),
        "2.000591": (
            "xưởng bánh xin giấy",
            "giấy attp cho lò bún",
            "an toàn thực phẩm lần đầu",
            "giấy vệ sinh",
        ),
        "2.000004": ("quay số trúng thưởng", "bốc thăm cho khách", "khuyến mại may rủi", "vé số trúng quà"),
    }
    return EverydayLanguage({}, {}, {}, examples, ("xin hộ chiếu ở đâu", "giấy khai sinh cho con"))


@pytest.fixture
def say(database_url: str) -> Iterator[Callable[..., None]]:
    """Put a message with its answer into the inbox."""
    engine = open_engine(database_url)
    store = MessageStore(engine, Sealer("a secret key for tests only, nothing else"))
    store.open_conversation("web", KEY)
    count = 0

    def put(text: str, outcome: str, **answer: Any) -> None:
        nonlocal count
        count += 1
        stored = store.receive(IncomingMessage("web", KEY, f"m{count}", text))
        store.complete(
            stored.row, [{"text": "…", "answer": {"outcome": outcome, "confidence": 0.9, **answer}}]
        )

    yield put
    engine.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[SessionFactory]:
    engine = open_engine(database_url)
    yield session_factory(engine)
    engine.dispose()
