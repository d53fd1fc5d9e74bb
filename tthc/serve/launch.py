"""Runs a Python module as a process that cannot outlive the one that started it.

``python -m tthc.serve.launch PARENT MODULE ARGUMENTS…`` asks Linux to kill it when its parent dies,
even by ``kill -9``, and goes on as ``python -m MODULE ARGUMENTS…``. Other systems have no such wish.
"""

from __future__ import annotations

import ctypes
import os
import runpy
import signal
import sys
import warnings
from collections.abc import Sequence
from typing import TextIO

PR_SET_PDEATHSIG = 1
"""From Linux' ``prctl.h``."""

HIDDEN = (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
"""What packages tell each other about coming versions; ours are locked."""


def tied_command(module: str, *arguments: str) -> Sequence[str]:
    """Return the command line that runs ``module`` tied to this process."""
    return (sys.executable, "-m", "tthc.serve.launch", str(os.getpid()), module, *arguments)


def tie_to(parent: int) -> None:
    """Have this process killed when ``parent``, which started it, dies."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:  # it died before we could ask
        sys.exit(1)


def hide_deprecations() -> None:
    """Keep deprecations out of the log. Filters do not last: Sanic puts its own in front of all."""
    show = warnings.showwarning

    def show_others(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not issubclass(category, HIDDEN):
            show(message, category, filename, lineno, file, line)

    warnings.showwarning = show_others


def main() -> None:
    """Tie this process to its parent, then be the module."""
    parent, module, *arguments = sys.argv[1:]
    tie_to(int(parent))
    hide_deprecations()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
