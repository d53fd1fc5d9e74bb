"""Runs a simulated channel until Ctrl-C and says how to connect the assistant to it."""

from __future__ import annotations

import sys
from importlib import import_module

from aiohttp import web

from knowledge.settings import ROOT, read_settings
from tthc.errors import ExitCode, ExpectedError
from tthc.simulate.base import Simulation

HOST = "127.0.0.1"


def run_simulation(channel: str, port: int, service: str | None) -> int:
    """Serve the channel's stand-in; ``service`` is the assistant's address (default: from the settings)."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    url = f"http://{HOST}:{port}"
    made: Simulation = import_module(f"tthc.simulate.{channel}").simulation(
        url, service or f"http://{HOST}:{read_settings().port}"
    )
    try:
        web.run_app(made.app, host=HOST, port=port, access_log=None, print=lambda _banner: _tell(made, url))
    except OSError as error:
        raise ExpectedError(f"cannot listen on {HOST}:{port}: {error.strerror or error}") from error
    return ExitCode.OK


def _tell(made: Simulation, url: str) -> None:
    print(f"Điện thoại mô phỏng: {url}/\n")
    print("Thêm vào .env của trợ lý rồi khởi động lại trợ lý:\n")
    for name, value in made.settings.items():
        print(f"  {name}={value}")
    print()
    for step in made.steps:
        print(step)
    print("Dừng: Ctrl-C. Mọi thứ ở đây chỉ nằm trong bộ nhớ, tắt là mất.", flush=True)
