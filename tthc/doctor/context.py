"""What the checks share: the settings, the database if it can be used, one HTTP look at an address."""

from __future__ import annotations

import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from knowledge.database.engine import SessionFactory, open_engine, session_factory
from knowledge.database.migrate import is_current
from knowledge.settings import Settings

TIMEOUT_SECONDS = 8.0
MISSING, OUTDATED = "missing", "outdated"
"""Values of `Context.database_problem`."""


@dataclass(frozen=True)
class Seen:
    """How an address answered: HTTP status and headers, or in words why it did not."""

    status: int | None
    headers: Mapping[str, str]
    problem: str = ""
    body: bytes = b""


@dataclass
class Context:
    """Given to each check."""

    settings: Settings

    @cached_property
    def sessions(self) -> SessionFactory | None:
        """The database; None when it cannot be used as it is: `database_problem` says why."""
        return None if self.database_problem else session_factory(self._engine)

    @cached_property
    def database_problem(self) -> str:
        """Why the database cannot be used (``missing``, ``outdated`` or an error); empty when it can."""
        url = make_url(self.settings.database_url)
        if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
            return MISSING
        try:
            with self._engine.connect() as connection:
                return "" if is_current(connection) else OUTDATED
        except (SQLAlchemyError, OSError) as error:
            return str(getattr(error, "orig", None) or error).strip().splitlines()[0]

    @cached_property
    def _engine(self) -> Engine:
        return open_engine(self.settings.database_url)

    def close(self) -> None:
        """Close the database."""
        if "_engine" in self.__dict__:
            self._engine.dispose()

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(timezone.utc)


def look_at(url: str, proxy: str = "") -> Seen:
    """Get ``url``; whatever happens is an answer."""
    handlers = [urllib.request.ProxyHandler({"http": proxy, "https": proxy} if proxy else {})]
    request = urllib.request.Request(url, headers={"User-Agent": "tthc-doctor"})  # noqa: S310 - https or loopback
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=TIMEOUT_SECONDS) as response:
            return Seen(response.status, dict(response.headers), body=response.read(65_536))
    except urllib.error.HTTPError as error:
        return Seen(error.code, dict(error.headers))
    except urllib.error.URLError as error:
        return Seen(None, {}, _told(error.reason))
    except (OSError, ValueError) as error:
        return Seen(None, {}, _told(error))


def _told(reason: object) -> str:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"chứng chỉ HTTPS không hợp lệ ({reason.verify_message})"
    if isinstance(reason, TimeoutError):
        return f"không trả lời trong {TIMEOUT_SECONDS:g} giây"
    return str(reason) or type(reason).__name__
