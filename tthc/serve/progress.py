"""Shows which step is being done and how long it has taken."""

from __future__ import annotations

import asyncio
import time
from types import TracebackType

from tthc.serve.log import Log
from tthc.serve.steps import Step

SOURCE = "tthc"
REMINDER_SECONDS = 10.0

LONG: dict[Step, str] = {
    Step.MODEL: "trained again only if what it is made of changed",
    Step.SERVICES: "waiting for gateway, rasa and actions",
}
"""What to say at the start of steps that may take long; the others only say when they end."""


class Progress:
    """Numbered steps with elapsed seconds, and a sign of life while one takes long."""

    def __init__(self, log: Log, reminder_seconds: float = REMINDER_SECONDS) -> None:
        self._log = log
        self._interval = reminder_seconds
        self._since = time.monotonic()
        self._reminder: asyncio.Task[None] | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._stop_reminding()

    def start(self, step: Step) -> None:
        """Begin a step."""
        self._since = time.monotonic()
        if step in LONG:
            self._say(step, LONG[step])
        self._stop_reminding()
        self._reminder = asyncio.create_task(self._remind(step))

    def finish(self, step: Step, detail: str = "") -> None:
        """End a step with what came of it."""
        elapsed = f"({time.monotonic() - self._since:.1f} s)"
        self._say(step, f"{detail or 'ready'} {elapsed}")
        self._stop_reminding()
        self._since = time.monotonic()

    def _stop_reminding(self) -> None:
        if self._reminder is not None:
            self._reminder.cancel()
            self._reminder = None

    async def _remind(self, step: Step) -> None:
        while True:
            await asyncio.sleep(self._interval)
            self._say(step, f"still at it after {time.monotonic() - self._since:.0f} s")

    def _say(self, step: Step, text: str) -> None:
        self._log.write(SOURCE, f"[{step.number}] {step.value}: {text}")
