"""Figures of the load measurement."""

from __future__ import annotations

import asyncio
import json

import pytest
from aiohttp import web

from benchmarks.load import Line, Measured, combine, drive, read_conversations
from benchmarks.processes import memory, processes_with


def test_percentiles_are_of_all_answers_in_milliseconds() -> None:
    measured = Measured(tuple(number / 1000 for number in range(1, 101)), 0, 10.0)

    assert measured.percentile(50) == pytest.approx(50.5)
    assert measured.percentile(95) == pytest.approx(95.05)
    assert measured.throughput == 10


def test_periods_are_combined_answer_by_answer() -> None:
    both = combine([Measured((0.1, 0.2), 1, 1.0), Measured((0.3,), 0, 2.0)])

    assert both == Measured((0.1, 0.2, 0.3), 1, 3.0)
    assert both.throughput == 1


def test_conversations_of_the_load_are_mixed_and_not_empty() -> None:
    conversations = read_conversations()

    assert len(conversations) >= 10
    assert all(text.strip() for conversation in conversations for text in conversation)


def test_processes_are_found_by_their_environment() -> None:
    assert processes_with("TTHC_DATA_DIR", "/nowhere/at/all") == []


def test_memory_of_what_has_ended_is_left_out() -> None:
    assert memory([2**22 + 1]) == []


async def _served(application: web.Application, use: str) -> Measured | str:
    """Serve ``application`` on a free port and ``drive`` it, or say why a ``line`` to it breaks."""
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0]
    url = f"http://{host}:{port}"
    try:
        if use == "drive":
            return await drive(url, 2, 0.4, [["một", "hai"], ["ba"]])
        line = await Line.open(url)
        with pytest.raises(ConnectionError) as problem:
            await line.post("/api/chat", {})
        line.close()
        return str(problem.value)
    finally:
        await runner.cleanup()


def test_users_say_what_is_written_and_refusals_are_counted_apart() -> None:
    heard: list[tuple[str, str]] = []

    async def open_conversation(_request: web.Request) -> web.Response:
        return web.json_response({"conversation": f"talk {len(heard)}"}, status=201)

    async def chat(request: web.Request) -> web.Response:
        body = json.loads(await request.text())
        heard.append((body["conversation"], body["text"]))
        await asyncio.sleep(0.01)
        return web.json_response({"replies": ["ạ" * 40_000]}, status=429 if body["text"] == "ba" else 200)

    application = web.Application()
    application.router.add_post("/api/conversations", open_conversation)
    application.router.add_post("/api/chat", chat)
    measured = asyncio.run(_served(application, "drive"))

    assert isinstance(measured, Measured)
    assert {text for _, text in heard} == {"một", "hai", "ba"}
    assert measured.failures == sum(text == "ba" for _, text in heard)
    assert len(measured.answers) == len(heard) - measured.failures
    assert min(measured.answers) >= 0.01


@pytest.mark.parametrize("ends", [True, False])
def test_an_answer_without_its_length_is_a_clear_error(*, ends: bool) -> None:
    async def chat(request: web.Request) -> web.StreamResponse:
        if ends:
            assert request.transport is not None
            request.transport.close()
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        return response

    application = web.Application()
    application.router.add_post("/api/chat", chat)
    said = asyncio.run(_served(application, "line"))

    assert said == ("the service closed the connection" if ends else "an answer without Content-Length")
