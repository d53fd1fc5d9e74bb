"""How the HTTP server treats what no honest client sends."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from aiohttp.http_exceptions import HttpProcessingError

logger = logging.getLogger("bot.gateway.http")


class ExpectedFaults(logging.Filter):
    """Keeps broken requests and lost connections out of the log: the Internet is full of them.

    They are answered 400 or closed; with a traceback each, whoever scans the address would fill the disk.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether the record is logged."""
        kind = record.exc_info[0] if record.exc_info else None
        return kind is None or not issubclass(kind, (HttpProcessingError, ConnectionError))


def server_options() -> Mapping[str, Any]:
    """Return the server's arguments: bodies are not decompressed, since no client of ours compresses any."""
    if not any(isinstance(one, ExpectedFaults) for one in logger.filters):
        logger.addFilter(ExpectedFaults())
    return {"auto_decompress": False, "logger": logger}
