"""The processes of one service and their memory, read from ``/proc`` (Linux only)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
_PSS = re.compile(rb"^Pss:\s+(\d+) kB$", re.MULTILINE)
_MODULES = ("bot.gateway", "rasa_sdk", "rasa", "tthc.serve.prepare", "tthc")


@dataclass(frozen=True)
class ProcessMemory:
    """A process of the service and its share of memory (PSS: shared pages counted in parts), in MB."""

    pid: int
    name: str
    megabytes: float


def processes_with(variable: str, value: str) -> list[int]:
    """Return the ids of all processes that were started with ``variable=value`` in their environment."""
    wanted = f"{variable}={value}".encode()
    found = []
    for folder in PROC.iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            environment = (folder / "environ").read_bytes().split(b"\0")
        except OSError:  # it ended, or is not ours
            continue
        if wanted in environment:
            found.append(int(folder.name))
    return sorted(found)


def memory(pids: list[int]) -> list[ProcessMemory]:
    """Return the proportional set size of each process that still runs."""
    found = []
    for pid in pids:
        try:
            content = (PROC / str(pid) / "smaps_rollup").read_bytes()
        except OSError:
            continue
        match = _PSS.search(content)
        if match is not None:
            found.append(ProcessMemory(pid, process_name(pid), int(match[1]) / 1000))
    return found


def process_name(pid: int) -> str:
    """Return which part of the service a process is: gateway, rasa, actions or supervisor."""
    arguments = (PROC / str(pid) / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    module = next((name for name in _MODULES if name in arguments), "helper")
    return {"bot.gateway": "gateway", "rasa_sdk": "actions", "tthc": "supervisor"}.get(module, module)
