"""How fast one conversation and one client address may ask."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

from bot.gateway.errors import too_many_requests
from bot.gateway.keys import SETTINGS
from knowledge.settings import Settings

ADDRESS_FACTOR = 10
"""An address may chat this many times faster than a conversation: an office shares one address."""


class TokenBuckets:
    """Token buckets by key: ``per_minute`` tokens flow in a minute, and at most as many are kept.

    At most ``capacity`` keys are remembered; the one unused for longest is forgotten first.
    """

    def __init__(
        self, per_minute: int, capacity: int = 50_000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._size = float(per_minute)
        self._per_second = per_minute / 60
        self._capacity = capacity
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take one token; return 0.0 when it was there, else the seconds until there is one."""
        now = self._clock()
        tokens, since = self._buckets.get(key, (self._size, now))
        tokens = min(self._size, tokens + (now - since) * self._per_second)
        wait = 0.0 if tokens >= 1 else (1 - tokens) / self._per_second
        self._buckets[key] = (tokens if wait else tokens - 1, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._capacity:
            self._buckets.popitem(last=False)
        return wait


class Limits:
    """All buckets of the gateway, as the settings set them."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        rate = settings.chat_rate_per_minute
        self.conversation = TokenBuckets(rate, clock=clock)
        self.address = TokenBuckets(rate * ADDRESS_FACTOR, clock=clock)
        self.channel = TokenBuckets(settings.delivery.channel_rate_per_minute, clock=clock)
        self.new_conversations = TokenBuckets(settings.new_conversations_per_minute, clock=clock)


def client_address(request: web.Request, *, trust_forwarded_for: bool) -> str:
    """Return what limits count a client by: its IPv4 address, or the /64 network of its IPv6 address.

    With ``trust_forwarded_for`` the last entry of X-Forwarded-For is believed, the one that our own
    proxy wrote; entries before it come from the client and could be invented.
    """
    address = request.remote or ""
    if trust_forwarded_for:
        forwarded = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")[-1].strip()
        address = forwarded or address
    try:
        parsed = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def request_address(request: web.Request) -> str:
    """The client's address as this application's settings tell to find it."""
    return client_address(request, trust_forwarded_for=request.app[SETTINGS].trust_forwarded_for)


def take(buckets: TokenBuckets, key: str) -> None:
    """Take a token.

    Raises:
        ApiError: there is none; it says how long to wait.
    """
    wait = buckets.take(key)
    if wait:
        raise too_many_requests(wait)
