"""Whatever a channel hands over is stored or refused with a reason, never half, never with a fault."""

from __future__ import annotations

import asyncio
from datetime import datetime, timezone

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.channels.base import Attachment, Incoming
from bot.gateway.errors import ApiError
from bot.gateway.inbox import Inbox
from bot.gateway.intake import Intake
from bot.gateway.limits import Limits
from bot.gateway.metrics import Metrics
from knowledge.database.engine import open_engine
from knowledge.messaging.claiming import LEASE
from knowledge.privacy.sealing import Sealer
from knowledge.settings import read_settings

anything = st.text(alphabet=st.characters(), max_size=300)
moments = st.none() | st.datetimes(timezones=st.just(timezone.utc))
files = st.lists(
    st.builds(
        Attachment,
        kind=anything,
        url=anything,
        file_id=anything,
        name=anything,
        size=st.none() | st.integers(0, 10**12),
    ),
    max_size=12,
).map(tuple)
messages = st.builds(
    Incoming,
    channel=st.just("fake"),
    address=anything,
    message_id=anything,
    text=st.none() | anything,
    payload=st.none() | anything,
    sent_at=moments,
    is_group=st.booleans(),
    attachments=files,
)


@pytest.fixture
def intake(sqlite_url: str) -> Intake:
    sealer = Sealer("a secret key for tests only, nothing else")
    chosen = read_settings({"TTHC_CHAT_RATE_PER_MINUTE": "100000", "TTHC_CHANNEL_RATE_PER_MINUTE": "1000000"})
    return Intake(Inbox(open_engine(sqlite_url), sealer), sealer, Limits(chosen), Metrics(), 2000, {})


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(Incoming("fake", "an", "m\x00", "chào"))
@example(Incoming("fake", "an", "m\ud800", "chào"))
@example(Incoming("fake", "an", "m", payload="/x\ud800"))
@example(Incoming("fake", "an\ud800", "m", "ch\x00ào\ud800"))
@given(messages)
def test_anything_is_stored_or_refused(intake: Intake, incoming: Incoming) -> None:
    async def deliver() -> None:
        try:
            await intake.receive(incoming)
            await intake.receive(incoming)
        except ValueError as refusal:
            assert "needs" in str(refusal)  # noqa: PT017 - whether it is raised depends on the example
            return
        except ApiError:
            pytest.fail("the limits are wide")
        claimed = await inbox.run(inbox.backlog.claim, 10, datetime.now(timezone.utc) + LEASE)
        empty = not (incoming.text or "").strip() and incoming.payload is None and not incoming.attachments
        assert len(claimed) == (0 if empty else 1)
        for stored in claimed:
            assert stored.incoming.message_id == incoming.message_id
            assert (stored.incoming.text is None) != (stored.incoming.payload is None)
            await inbox.run(inbox.store.complete, stored.row, [{"text": "x", "buttons": []}], send=True)
        await inbox.run(inbox.backlog.erase, "fake", intake.key("fake", incoming.address))

    inbox = intake._inbox
    asyncio.run(deliver())
