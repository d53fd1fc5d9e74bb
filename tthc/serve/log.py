"""One readable log of several processes, on one stream."""

from __future__ import annotations

import re
import time
from typing import TextIO

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
TIMESTAMP = re.compile(
    r"^\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?[+-]\d\d:?\d\d|Z)?\]?:?\s*(?:\[\d+\]\s*)?"
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LONGEST_LINE = 8_000


def clean(line: str) -> str:
    """Take off a line what the log says itself (the time) or cannot show (colours, controls)."""
    plain = CONTROLS.sub("", TIMESTAMP.sub("", COLOURS.sub("", line), count=1)).rstrip()
    return plain if len(plain) <= LONGEST_LINE else plain[:LONGEST_LINE] + " …"


class Log:
    """Writes lines as ``time source | text``; a reader that went away does not stop the service."""

    def __init__(self, stream: TextIO) -> None:
        self._stream: TextIO | None = stream

    def write(self, source: str, text: str) -> None:
        """Write ``text`` of ``source``, line by line; empty lines are left out."""
        now = time.strftime("%Y-%m-%d %H:%M:%S")
        for line in text.splitlines():
            shown = clean(line)
            if shown and self._stream is not None:
                try:
                    self._stream.write(f"{now} {source:<7} | {shown}\n")
                    self._stream.flush()
                except (BrokenPipeError, ValueError):
                    self._stream = None
