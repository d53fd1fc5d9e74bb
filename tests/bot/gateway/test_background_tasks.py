"""Tasks beside the requests end when the gateway stops, whatever they are doing."""

from __future__ import annotations

import asyncio

from bot.gateway.tasks import cancel, running


async def test_a_task_that_loses_a_cancellation_is_cancelled_again() -> None:
    losses = 2

    async def stubborn() -> None:
        nonlocal losses
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:  # noqa: PERF203 - it is what is tested
                losses -= 1
                if losses < 0:
                    raise

    async def stop() -> None:
        async with running(stubborn()):
            await asyncio.sleep(0)

    await asyncio.wait_for(stop(), 5)


async def test_what_a_task_raises_at_its_end_does_not_stop_the_stopping() -> None:
    async def fail() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            raise ValueError("lỗi")

    async def end_well() -> None:
        await asyncio.sleep(3600)

    tasks = [asyncio.create_task(fail()), asyncio.create_task(end_well())]
    await asyncio.sleep(0)
    await asyncio.wait_for(cancel(tasks), 5)

    assert all(task.done() for task in tasks)
