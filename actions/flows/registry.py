"""Which flows there are, and which intents start them."""

from __future__ import annotations

from actions.flows.base import Flow

STARTED_BY: dict[str, Flow] = {}
"""Intent -> the flow it starts."""

FLOWS: dict[str, Flow] = {flow.name: flow for flow in STARTED_BY.values()}
"""Every flow by its name."""
