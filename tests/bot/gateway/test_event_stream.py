"""What arrives outside a turn, as server-sent events."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import ClientResponse

from bot.gateway import events
from bot.gateway.keys import FEED
from tests.fixtures.gateway import RunningGateway, StartGateway, read_event


async def listen(gateway: RunningGateway, token: str, **options: object) -> ClientResponse:
    response = await gateway.client.get(f"/api/conversations/{token}/events", **options)  # type: ignore[arg-type]
    assert response.status == 200
    assert response.content_type == "text/event-stream"
    return response


async def test_an_event_arrives_while_the_stream_is_open(gateway: RunningGateway) -> None:
    token = await gateway.open()
    stream = await listen(gateway, token)
    gateway.push(token, "Cán bộ đã trả lời")
    event = await asyncio.wait_for(read_event(stream), 5)

    assert event.id == "1"
    assert event.data is not None
    assert event.data["text"] == "Cán bộ đã trả lời"
    assert event.data["author"] == "staff"
    assert event.data["buttons"] == []
    assert event.data["at"].endswith("+00:00")


async def test_a_stream_resumes_after_the_last_event_received(gateway: RunningGateway) -> None:
    token = await gateway.open()
    for text in ("một", "hai", "ba"):
        gateway.push(token, text)

    for options in ({"headers": {"Last-Event-ID": "1"}}, {"params": {"after": "1"}}):
        stream = await listen(gateway, token, **options)
        received = [await asyncio.wait_for(read_event(stream), 5) for _ in range(2)]
        assert [(event.id, event.data and event.data["text"]) for event in received] == [
            ("2", "hai"),
            ("3", "ba"),
        ]
        stream.close()


async def test_a_reconnecting_client_is_believed_before_its_first_address(gateway: RunningGateway) -> None:
    token = await gateway.open()
    for text in ("một", "hai"):
        gateway.push(token, text)
    stream = await listen(gateway, token, headers={"Last-Event-ID": "1"}, params={"after": "0"})

    assert (await asyncio.wait_for(read_event(stream), 5)).id == "2"


async def test_events_of_other_conversations_stay_away(gateway: RunningGateway) -> None:
    token, other = await gateway.open(), await gateway.open()
    stream = await listen(gateway, token)
    gateway.push(other, "không phải của bạn")
    gateway.push(token, "của bạn")
    event = await asyncio.wait_for(read_event(stream), 5)

    assert event.data is not None
    assert event.data["text"] == "của bạn"


async def test_history_tells_the_events_and_where_to_resume(gateway: RunningGateway) -> None:
    token = await gateway.open()
    gateway.push(token, "một")
    content = await (await gateway.client.get(f"/api/conversations/{token}/messages")).json()

    assert [event["id"] for event in content["events"]] == [1]


async def test_a_quiet_stream_has_a_heartbeat(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_SECONDS", 0.05)
    stream = await listen(gateway, await gateway.open())
    event = await asyncio.wait_for(read_event(stream), 5)

    assert event.comment == "heartbeat"


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "9" * 10, "²"])
async def test_a_malformed_resume_point_is_refused(gateway: RunningGateway, after: str) -> None:
    token = await gateway.open()
    response = await gateway.client.get(f"/api/conversations/{token}/events", params={"after": after})

    assert response.status == 400


async def test_a_stream_of_an_unknown_conversation_is_404(gateway: RunningGateway) -> None:
    response = await gateway.client.get(f"/api/conversations/{'u' * 43}/events")

    assert response.status == 404


async def test_too_many_streams_of_a_conversation_close_the_oldest(
    gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "MAX_STREAMS_PER_CONVERSATION", 2)
    token = await gateway.open()
    streams = [await listen(gateway, token) for _ in range(3)]
    await asyncio.wait_for(streams[0].content.read(), 5)

    assert streams[0].content.at_eof()
    gateway.push(token, "tin mới")
    assert (await asyncio.wait_for(read_event(streams[2]), 5)).id == "1"


async def test_streams_in_all_are_bounded(gateway: RunningGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_STREAMS", 1)
    token = await gateway.open()
    await listen(gateway, token)
    refused = await gateway.client.get(f"/api/conversations/{token}/events")

    assert refused.status == 503


async def test_a_stopping_gateway_ends_its_streams(start_gateway: StartGateway) -> None:
    gateway = await start_gateway()
    token = await gateway.open()
    stream = await listen(gateway, token)
    gateway.app[FEED].stop()
    await asyncio.wait_for(stream.content.read(), 5)

    assert stream.content.at_eof()
    assert (await gateway.client.get(f"/api/conversations/{token}/events")).status == 503
