"""The supervisor: prepares, starts each process as soon as its needs are there, keeps them running."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TextIO

from tthc.errors import ExpectedError
from tthc.serve.child import Child, RestartPolicy
from tthc.serve.data_dir import internal_token, occupy
from tthc.serve.environment import process_environment, rasa_environment
from tthc.serve.log import Log
from tthc.serve.preparation import Preparation
from tthc.serve.progress import SOURCE, Progress
from tthc.serve.readiness import ANSWERED, Gateway, not_ready, outcome_of
from tthc.serve.steps import Event, Kind, Step

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds."""

    ready: float = 300.0
    poll: float = 0.25
    question: float = 120.0
    between_questions: float = 2.0
    gateway_stop: float = 5.0
    other_stop: float = 4.0


def commands(settings: Mapping[str, str], model: str) -> dict[str, tuple[str, ...]]:
    """Return the module and the arguments of each process."""
    rasa_ports = ("--interface", "127.0.0.1", "--port", settings["TTHC_RASA_PORT"])
    rasa_files = ("--model", model, "--endpoints", "endpoints.yml", "--credentials", "credentials.yml")
    actions = ("--actions", "actions", "--port", settings["TTHC_ACTIONS_PORT"])
    return {
        "gateway": ("bot.gateway",),
        "rasa": ("rasa", "run", *rasa_ports, *rasa_files),
        "actions": ("rasa_sdk", *actions),
    }


class Service:
    """Preparation and the three processes, from start to stop."""

    def __init__(
        self,
        log: Log,
        preparation: Preparation,
        commands: Callable[[Mapping[str, str], str], Mapping[str, tuple[str, ...]]] = commands,
        *,
        patience: Patience | None = None,
        restarts: RestartPolicy | None = None,
    ) -> None:
        self._log = log
        self._preparation = preparation
        self._commands = commands
        self._patience = patience or Patience()
        self._restarts = restarts or RestartPolicy()
        self._settings: dict[str, str] = {}
        self._children: dict[str, Child] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._lock: TextIO | None = None
        self._asked_to_stop = False
        self._something_happened = asyncio.Event()

    async def run(self) -> None:
        """Serve until a signal or a failure, then stop everything.

        Raises:
            ExpectedError: something failed; the message says what.
        """
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                loop.add_signal_handler(number, self._ask_to_stop)
        self._watch(self._serve())
        try:
            await self._until_stop_or_failure()
        finally:
            await self._stop_all()

    def _ask_to_stop(self) -> None:
        """Stop; who asks a second time does not want to wait."""
        if self._asked_to_stop:
            for child in self._children.values():
                child.kill()
        self._asked_to_stop = True
        self._something_happened.set()

    def _watch(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(lambda _: self._something_happened.set())
        self._tasks.append(task)

    async def _until_stop_or_failure(self) -> None:
        while not self._asked_to_stop:
            await self._something_happened.wait()
            self._something_happened.clear()
            for task in self._tasks:
                if task.done():
                    task.result()

    async def _serve(self) -> None:
        started = time.monotonic()
        with Progress(self._log) as progress:
            async for event in self._preparation.events():
                await self._take(event, progress)
            progress.start(Step.SERVICES)
            gateway = Gateway(self._settings["HOST"], int(self._settings["PORT"]))
            await self._wait_until_ready(gateway)
            progress.finish(Step.SERVICES, "gateway, rasa and actions are ready")
            progress.start(Step.QUESTION)
            await self._wait_for_answer(gateway)
            progress.finish(Step.QUESTION, "answered")
        where = " on every network interface, here" if gateway.open_to_network else ""
        self._log.write(SOURCE, f"serving{where} on {gateway.url} after {time.monotonic() - started:.0f} s")

    async def _take(self, event: Event, progress: Progress) -> None:
        if event.kind is Kind.STARTED:
            progress.start(event.step)
            return
        if event.settings is not None:
            self._occupy(event.settings)
            await self._preparation.go_on()
        progress.finish(event.step, event.detail)
        if event.step is Step.DATABASE:
            self._start("gateway")
        elif event.step is Step.MODEL:
            self._start("rasa", model=event.detail)
        elif event.step is Step.CATALOGUE:
            self._start("actions")

    def _occupy(self, settings: dict[str, str]) -> None:
        data_dir = Path(settings["TTHC_DATA_DIR"])
        self._lock = occupy(data_dir)
        token = settings["TTHC_INTERNAL_TOKEN"] or internal_token(data_dir)
        self._settings = {**settings, "TTHC_INTERNAL_TOKEN": token}

    def _start(self, name: str, model: str = "") -> None:
        environment = process_environment(self._settings, os.environ)
        if name == "rasa":
            environment |= rasa_environment(self._settings)
        command = self._commands(self._settings, model)[name]
        child = Child(name, command, environment, self._log, self._restarts)
        self._children[name] = child
        self._watch(child.run())

    async def _wait_until_ready(self, gateway: Gateway) -> None:
        deadline = time.monotonic() + self._patience.ready
        while (answer := await asyncio.to_thread(gateway.readiness)).status != HTTPStatus.OK:
            if time.monotonic() > deadline:
                raise ExpectedError(f"not ready after {self._patience.ready:g} s: {not_ready(answer)}")
            await asyncio.sleep(self._patience.poll)

    async def _wait_for_answer(self, gateway: Gateway) -> None:
        """Ask until an answer comes: the first may take long on a slow machine, while all warms up.

        A proper answer with another outcome is final: asking again would not change it.
        """
        deadline = time.monotonic() + self._patience.question
        while True:
            answer = await asyncio.to_thread(gateway.ask, self._patience.question)
            outcome = outcome_of(answer)
            if outcome in ANSWERED:
                return
            if answer.status == HTTPStatus.OK or time.monotonic() > deadline:
                raise ExpectedError(
                    f"the first question was not answered (status {answer.status}, outcome {outcome}): "
                    "the lines of gateway, rasa and actions above say why"
                )
            await asyncio.sleep(self._patience.between_questions)

    async def _stop_all(self) -> None:
        """Stop the preparation and the gateway first, so that turns under way still find Rasa."""
        if self._children:
            self._log.write(SOURCE, "stopping")
        await self._preparation.stop()
        gateway = self._children.get("gateway")
        if gateway is not None:
            await gateway.stop(self._patience.gateway_stop)
        others = [child for child in self._children.values() if child is not gateway]
        await asyncio.gather(*(child.stop(self._patience.other_stop) for child in others))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._children:
            self._log.write(SOURCE, "stopped")


async def run_service() -> None:
    """Run the service with its log on standard output."""
    log = Log(sys.stdout)
    await Service(log, Preparation(log)).run()
