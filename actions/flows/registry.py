"""Which flows there are, and which intents start them."""

from __future__ import annotations

from actions.flows.base import Flow
from actions.flows.dossier import DossierFlow

STARTED_BY: dict[str, Flow] = {"dossier_status": DossierFlow()}
"""Intent -> the flow it starts."""

FLOWS: dict[str, Flow] = {flow.name: flow for flow in STARTED_BY.values()}
"""Every flow by its name."""

MAY_WAIT = frozenset({DossierFlow.name})
"""Flows that ask remote systems: their turns run on threads of their own, apart from all others."""
