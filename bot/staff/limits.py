"""How often it may be tried to sign in: per network address and per account name, also of unknown names."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

from bot.staff.keys import SETTINGS

REMEMBERED = 20_000
WINDOW_SECONDS = 60.0


class SignInLimits:
    """Counts attempts in the last minute; the key unused for longest is forgotten first."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._attempts: OrderedDict[str, list[float]] = OrderedDict()

    def allows(self, address: str, name: str) -> bool:
        """Count an attempt; False: there were too many from this address or for this name."""
        return all([self._count(f"address {address}"), self._count(f"name {name[:80]}")])

    def _count(self, key: str) -> bool:
        now = self._clock()
        recent = [moment for moment in self._attempts.get(key, []) if moment > now - WINDOW_SECONDS]
        allowed = len(recent) < self._per_minute
        self._attempts[key] = [*recent, now] if allowed else recent
        self._attempts.move_to_end(key)
        if len(self._attempts) > REMEMBERED:
            self._attempts.popitem(last=False)
        return allowed


def client_address(request: web.Request) -> str:
    """The browser's address; behind our own proxy the last entry of X-Forwarded-For, the one it wrote."""
    address = request.remote or ""
    if request.config_dict[SETTINGS].trust_forwarded_for:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")[-1].strip()
        address = forwarded or address
    try:
        return str(ipaddress.ip_address(address.split("%")[0]))
    except ValueError:
        return "unknown"


def is_https(request: web.Request) -> bool:
    """Tell whether the browser came by HTTPS: to us, or to the proxy that we are told to trust."""
    if request.config_dict[SETTINGS].trust_forwarded_for:
        return request.headers.get("X-Forwarded-Proto", request.scheme).split(",")[-1].strip() == "https"
    return request.scheme == "https"
