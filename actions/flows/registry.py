"""Which flows there are, and which intents start them."""

from __future__ import annotations

from actions.flows.base import Flow
from actions.flows.case import CaseFlow
from actions.flows.complaint import ComplaintFlow
from actions.flows.dossier import DossierFlow
from actions.flows.handover import HandoverFlow
from actions.flows.my_data import MyDataFlow
from actions.flows.rating import RatingFlow
from actions.flows.survey import SurveyFlow

STARTED_BY: dict[str, Flow] = {
    "dossier_status": DossierFlow(),
    "give_feedback": SurveyFlow(),
    "complain": ComplaintFlow(),
    "ask_human": HandoverFlow(),
    "my_data": MyDataFlow(),
}
"""Intent -> the flow it starts."""

BY_OTHER_MEANS: tuple[Flow, ...] = (RatingFlow(), CaseFlow())
"""Flows that buttons start, or what the words say (`actions.flows.running`)."""

FLOWS: dict[str, Flow] = {flow.name: flow for flow in (*STARTED_BY.values(), *BY_OTHER_MEANS)}
"""Every flow by its name."""

MAY_WAIT = frozenset({DossierFlow.name})
"""Flows that ask remote systems: their turns run on threads of their own, apart from all others."""
