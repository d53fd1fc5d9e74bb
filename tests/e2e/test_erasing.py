"""A citizen erases everything through the running service, and hears that it was done."""

from __future__ import annotations

import pytest

from benchmarks.chat import Conversation
from benchmarks.service import Service

pytestmark = pytest.mark.e2e
MARK = "xyzzymark"


def files_with_the_mark(service: Service) -> list[str]:
    files = (path for path in service.data_dir.iterdir() if path.is_file() and path != service.log_file)
    return sorted(path.name for path in files if MARK.encode() in path.read_bytes())


async def test_everything_is_erased_and_said_so(service: Service, conversation: Conversation) -> None:
    await conversation.ask(f"mở cây xăng {MARK} cần giấy tờ gì")
    assert files_with_the_mark(service)
    asked = await conversation.ask("xóa dữ liệu của tôi")
    erase = next(button["payload"] for button in asked.buttons if button["title"] == "Xóa hết")

    done = await conversation.tap(erase, "erase-1")

    assert done.status == 200
    assert "XD-" in done.text
    assert files_with_the_mark(service) == []
    assert (await conversation.tap(erase, "erase-1")).text == done.text
    assert (await conversation.ask("xin chào")).status == 200
