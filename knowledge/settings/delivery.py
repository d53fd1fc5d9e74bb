"""Settings of how messages of channels are taken in and replies are sent."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.settings.parsers import Variable, between


@dataclass(frozen=True)
class DeliverySettings:
    """How fast, how long and how late (``bot.gateway``)."""

    late_after_minutes: int
    """From this age on a message is answered with an apology."""
    give_up_after_hours: int
    """How long a reply is tried to be sent."""
    parallel_sends: int
    """Conversations of one channel that are sent to at once."""
    channel_rate_per_minute: int
    """Messages taken in from one channel; what comes beyond is delivered again later by the channel."""


VARIABLES: dict[str, Variable] = {
    "TTHC_LATE_AFTER_MINUTES": ("delivery.late_after_minutes", "5", between(1, 1440)),
    "TTHC_GIVE_UP_AFTER_HOURS": ("delivery.give_up_after_hours", "24", between(1, 168)),
    "TTHC_PARALLEL_SENDS": ("delivery.parallel_sends", "8", between(1, 64)),
    "TTHC_CHANNEL_RATE_PER_MINUTE": ("delivery.channel_rate_per_minute", "12000", between(1, 1_000_000)),
}
