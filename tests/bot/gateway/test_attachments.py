"""Pictures sent from the page: checked at the door, kept for the complaint, never in the conversation."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from bot.gateway.keys import EVIDENCE, INBOX
from knowledge.cases.models import CaseEvidence
from tests.fixtures.gateway import RunningGateway
from tests.knowledge.cases.test_evidence import picture

MEGABYTE = 1024 * 1024


async def send(gateway: RunningGateway, token: str, content: bytes, media_type: str = "image/jpeg"):
    return await gateway.client.post(
        f"/api/conversations/{token}/attachments",
        data=io.BytesIO(content),
        headers={"Content-Type": media_type},
    )


def kept(gateway: RunningGateway) -> list[CaseEvidence]:
    with sa.orm.Session(gateway.app[INBOX].engine) as session:
        return list(session.scalars(sa.select(CaseEvidence)))


async def test_a_picture_is_kept_sealed(gateway: RunningGateway) -> None:
    token = await gateway.open()
    response = await send(gateway, token, picture())
    assert (response.status, await response.json()) == (201, {"width": 60, "height": 40})
    (evidence,) = kept(gateway)
    assert evidence.case_id is None
    assert gateway.app[EVIDENCE].open(evidence.name).startswith(b"\xff\xd8\xff")
    assert (await send(gateway, token, picture())).status == 201
    assert len(kept(gateway)) == 1


@pytest.mark.parametrize(
    ("content", "media_type", "status", "code"),
    [
        (b"<svg/>", "image/svg+xml", 400, "bad_picture"),
        (b"MZ\x90", "image/jpeg", 400, "bad_picture"),
        (picture()[:100], "image/png", 400, "bad_picture"),
        (picture(), "text/html", 400, "bad_picture"),
        (b"\xff\xd8\xff" + b"0" * 8 * MEGABYTE, "image/jpeg", 413, "picture_too_large"),
    ],
    ids=["vector", "program", "broken", "page", "too large"],
)
async def test_what_is_no_picture_is_refused(
    gateway: RunningGateway, content: bytes, media_type: str, status: int, code: str
) -> None:
    response = await send(gateway, await gateway.open(), content, media_type)
    assert (response.status, (await response.json())["error"]["code"]) == (status, code)
    assert kept(gateway) == []


async def test_nobody_else_can_add_to_a_conversation(gateway: RunningGateway) -> None:
    assert (await send(gateway, "x" * 43, picture())).status == 404


async def test_five_are_enough(gateway: RunningGateway) -> None:
    token = await gateway.open()
    statuses = [(await send(gateway, token, picture(size=(10 + n, 10)))).status for n in range(6)]
    assert statuses == [201] * 5 + [409]
