"""Starts the whole service as a stranger does, and stops it again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import processes_with

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT / "var"
"""Where the repository keeps what takes long to make; services on another data folder share it."""

MADE_ONCE = ("models", "search")
"""Folders of the data folder with what can be made again: trained models, learned wordings."""

READY_SECONDS = 600.0
"""Enough for a training on two busy and slow cores."""

STOP_SECONDS = 30.0
SERVING = "serving on "
SHOWN_LINES = 60


class ServiceError(RuntimeError):
    """The service did not start or stop as it should; the message ends with its log."""


@dataclass(frozen=True)
class StoppedService:
    """How a service ended: its exit code and the processes that it left behind."""

    exit_code: int
    left_behind: tuple[int, ...]


class Service:
    """``tthc serve`` in a process of its own, with its own ports and data folder."""

    def __init__(
        self,
        data_dir: Path,
        *,
        root: Path = ROOT,
        shared: Path | None = SHARED,
        settings: dict[str, str] | None = None,
        ready_seconds: float = READY_SECONDS,
    ) -> None:
        """Prepare a service of the project in ``root`` that works in ``data_dir``.

        ``shared`` is a folder whose trained models are used (None: the service trains its own), ``settings``
        are environment variables over those that set ports and folders, ``ready_seconds`` is how long a start
        may take.
        """
        self.data_dir = data_dir
        self._root = root
        self._shared = shared
        self._settings = settings or {}
        self._ready_seconds = ready_seconds
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.log_file = data_dir / "serve.log"
        self.seconds_to_first_answer = 0.0

    @property
    def url(self) -> str:
        """Address of the page and of the chat API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pids(self) -> list[int]:
        """All processes of this service, the supervisor included."""
        return processes_with("TTHC_DATA_DIR", str(self.data_dir))

    @property
    def supervisor(self) -> int:
        """Process id of ``tthc serve``."""
        if self._process is None:
            raise ServiceError("the service was not started")
        return self._process.pid

    def log(self) -> str:
        """What the service wrote so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace") if self.log_file.exists() else ""

    def start(self) -> None:
        """Start and wait until the service says that it serves.

        Raises:
            ServiceError: it ended, or did not serve in time.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._share()
        self.log_file.unlink(missing_ok=True)
        environment = self._environment()
        started = time.monotonic()
        with self.log_file.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tthc", "serve"],
                cwd=self._root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while SERVING not in self.log():
            if self._process.poll() is not None:
                raise ServiceError(
                    f"the service ended with status {self._process.returncode}\n{self._tail()}"
                )
            if time.monotonic() - started > self._ready_seconds:
                self.stop()
                raise ServiceError(
                    f"the service did not serve within {self._ready_seconds:g} s\n{self._tail()}"
                )
            time.sleep(0.1)
        self.seconds_to_first_answer = time.monotonic() - started

    def stop(self) -> StoppedService:
        """Stop as Ctrl-C does.

        Raises:
            ServiceError: it did not end in time; it was killed.
        """
        if self._process is None:
            raise ServiceError("the service was not started")
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            exit_code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            self.kill()
            raise ServiceError(
                f"the service did not stop within {STOP_SECONDS:g} s\n{self._tail()}"
            ) from error
        left = self.pids
        self.kill()
        return StoppedService(exit_code, tuple(left))

    def kill(self) -> None:
        """End every process of this service at once."""
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)

    def _share(self) -> None:
        if self._shared is None:
            return
        for name in MADE_ONCE:
            place = self._shared / name
            place.mkdir(parents=True, exist_ok=True)
            if not (self.data_dir / name).exists():
                (self.data_dir / name).symlink_to(place)

    def _environment(self) -> dict[str, str]:
        self.port, rasa, actions = free_ports(3)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TTHC_")}
        return {
            **inherited,
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "TTHC_RASA_PORT": str(rasa),
            "TTHC_ACTIONS_PORT": str(actions),
            "TTHC_DATA_DIR": str(self.data_dir),
            "DATABASE_URL": f"sqlite:///{self.data_dir}/tthc.db",
            **self._settings,
        }

    def _tail(self) -> str:
        return "\n".join(self.log().splitlines()[-SHOWN_LINES:])


@contextmanager
def running(service: Service) -> Iterator[Service]:
    """Start ``service``, and stop it at the end whatever happens.

    Raises:
        ServiceError: it did not start, or left processes behind.
    """
    service.start()
    try:
        yield service
    finally:
        stopped = service.stop()
    if stopped.left_behind:
        raise ServiceError(f"the service left processes behind: {stopped.left_behind}")


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()
