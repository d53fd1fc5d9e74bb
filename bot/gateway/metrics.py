"""Counters for operators, in Prometheus' text format. They carry no texts and no identities."""

from __future__ import annotations

import hmac
import ipaddress

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.gateway.errors import ApiError
from bot.gateway.keys import METRICS, SETTINGS

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 20, 60)
_FORWARDING_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class Metrics:
    """The gateway's counters; one registry per application, so that tests can run several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.messages = Counter(
            "tthc_messages",
            "Messages by channel and outcome (an answer's outcome, or duplicate, unavailable, refused)",
            ["channel", "outcome"],
            registry=self.registry,
        )
        self.answer_seconds = Histogram(
            "tthc_answer_seconds",
            "Time from receipt of a message to its stored replies",
            ["channel"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.waiting = Gauge(
            "tthc_messages_waiting", "Messages received and not yet handled", registry=self.registry
        )
        self.without_answer = Counter(
            "tthc_turns_without_answer",
            "Turns in which no action gave an answer's facts",
            registry=self.registry,
        )
        self.channel_events = Counter(
            "tthc_channel_events",
            "Calls of a channel's webhook by what they were (an event's name, unsigned, stale, malformed)",
            ["channel", "event"],
            registry=self.registry,
        )
        self.late = Counter(
            "tthc_messages_late",
            "Messages older than the set age: apologised for, or expired as the channel takes no answer",
            ["channel", "result"],
            registry=self.registry,
        )
        self.deliveries = Counter(
            "tthc_deliveries",
            "Parts of replies: sent, retried, dead (given up), doubtful (sent again, may have arrived twice)",
            ["channel", "result"],
            registry=self.registry,
        )
        self.delivery_seconds = Histogram(
            "tthc_delivery_seconds",
            "Time from a reply's place in the outbox to its last part's being taken by the channel",
            ["channel"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.job_runs = Counter(
            "tthc_job_runs",
            "Runs of periodic jobs by this gateway: done, failed",
            ["job", "result"],
            registry=self.registry,
        )
        self.job_seconds = Histogram(
            "tthc_job_seconds",
            "How long periodic jobs ran",
            ["job"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.event_streams = Gauge("tthc_event_streams", "Open event streams", registry=self.registry)
        self.requests = Counter(
            "tthc_http_requests",
            "HTTP requests by route and status",
            ["method", "route", "status"],
            registry=self.registry,
        )


async def metrics(request: web.Request) -> web.Response:
    """``GET /metrics``: for the bearer of the metrics token; without one set, for loopback only."""
    if not _may_read(request, request.app[SETTINGS].metrics_token):
        raise ApiError("forbidden")
    return web.Response(
        body=generate_latest(request.app[METRICS].registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )


def _may_read(request: web.Request, token: str) -> bool:
    if token:
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), f"Bearer {token}".encode())
    if any(header in request.headers for header in _FORWARDING_HEADERS):
        return False  # a proxy on this machine: loopback is not where the request comes from
    try:
        return ipaddress.ip_address(request.remote or "").is_loopback
    except ValueError:
        return False
