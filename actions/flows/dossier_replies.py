"""What is said in the talk about a dossier, with its quick replies."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

from actions.contact import contact_line
from actions.flows.base import step_button
from actions.question import Facet
from actions.reply import Button, Outcome, Reply, payload
from actions.services import Services
from actions.state import State
from actions.wording import say
from knowledge.dossiers.asking import Checked
from knowledge.dossiers.asking import Outcome as Result
from knowledge.dossiers.codes import CodeFault, DossierCode
from knowledge.dossiers.describe import describe, source_name
from knowledge.dossiers.records import DossierView
from knowledge.dossiers.statuses import Status

FLOW = "dossier"
CODE, FACTOR, SHOWN, SILENT = "code", "factor", "shown", "silent"
"""Steps: the code or the digits are awaited; a dossier was shown; a system did not answer."""


def plain(text: str, state: State, *buttons: Button) -> Reply:
    """A reply of the talk that has nothing personal in it."""
    return Reply(text, Outcome.DOSSIER, replace(state, misses=0), buttons, confidence=1.0)


def ask_code(state: State, before: str = "") -> Reply:
    """Ask for the code, after what was said about the last try."""
    text = f"{before} {say('dossier.ask_code')}".strip()
    return plain(text, state.without_flow().in_flow(FLOW, CODE))


def code_fault(fault: CodeFault, state: State) -> Reply:
    """Say exactly what is wrong with a code and ask for it again."""
    return ask_code(state, say(f"fault.{fault.reason.value}", part=fault.part))


def ask_factor(state: State, ref: str, code: DossierCode, before: str | None = None) -> Reply:
    """Ask for the second factor."""
    waiting = state.without_flow().in_flow(FLOW, FACTOR, ref=ref)
    text = say("dossier.ask_factor", shown=code.shown)
    if before is not None:
        text = f"{before} {say('dossier.ask_factor_again', shown=code.shown)}"
    return plain(text, waiting, button("other_code", "again"))


def button(title: str, value: str) -> Button:
    """One of the talk's own buttons."""
    return step_button(say(f"dossier_button.{title}"), FLOW, value)


def result(checked: Checked, code: DossierCode, state: State, services: Services) -> Reply:
    """Say how a look-up ended; whether there is such a dossier shows only when it was confirmed."""
    if checked.view is not None:
        return _found(checked.view, checked.source, state, services)
    values = _values(services, code, checked.source)
    text = say(f"dossier.{checked.outcome.value}", **values)
    if checked.outcome is Result.UNAVAILABLE:
        silent = state.in_flow(FLOW, SILENT)
        return plain(text, silent, button("retry", "retry"), button("tell", "tell"))
    if checked.outcome is Result.AMBIGUOUS:
        return plain(text, state.without_flow().in_flow(FLOW, CODE))
    if checked.outcome is Result.NOT_CONFIRMED:
        return plain(text, state, button("other_code", "again"))
    return plain(text, state.without_flow(), button("again", "again"))


def _values(services: Services, code: DossierCode, source: str) -> dict[str, object]:
    minutes = services.dossiers.policy.person_window_minutes if services.dossiers else 0
    return {
        "shown": code.shown,
        "portal": services.profile.online_portal,
        "contact": contact_line(services.profile),
        "source": source_name(source) if source else "",
        "minutes": minutes,
    }


def _found(view: DossierView, source: str, state: State, services: Services) -> Reply:
    now = datetime.now(timezone.utc)
    text = describe(view, source, now)
    overdue = view.is_overdue(now)
    if overdue:
        text += "\n" + say("dossier.overdue_hint")
    shown = state.in_flow(FLOW, SHOWN)
    known = view.procedure_code in services.catalogue().procedures if view.procedure_code else False
    if known:
        shown = replace(shown, procedure=view.procedure_code)
    buttons = _next_steps(view, overdue=overdue, procedure=view.procedure_code if known else None)
    reply = plain(text, shown, *buttons)
    return replace(reply, procedure=view.procedure_code, protected=True)


def _next_steps(view: DossierView, *, overdue: bool, procedure: str | None) -> list[Button]:
    buttons = []
    if overdue:
        buttons.append(Button(say("dossier_button.complain"), payload("complain")))
    if view.status is Status.SUPPLEMENT and procedure:
        buttons.append(_about(procedure, Facet.DOCUMENTS))
    if view.status is Status.PAYMENT and procedure:
        buttons.append(_about(procedure, Facet.FEE))
    if view.status is Status.DONE and view.returned_via not in {"post", "online"}:
        buttons.append(Button(say("dossier_button.place"), payload("ask_department")))
    if view.status is Status.RETURNED:
        buttons.append(Button(say("dossier_button.rate"), payload("give_feedback")))
    if not view.is_final:
        buttons.append(button("watch", "watch"))
    return [*buttons, button("again", "again")]


def _about(procedure: str, facet: Facet) -> Button:
    about = payload("ask_procedure", procedure_code=procedure, facet=facet.value)
    return Button(say(f"dossier_button.{facet.value}"), about)
