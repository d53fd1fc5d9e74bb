"""Buttons under what citizens are told about their cases: steps of the flow ``case`` of the assistant.

The flow checks that the case belongs to the conversation: a button that is made up opens nothing.
"""

from __future__ import annotations

import json

from knowledge.cases.wording import to_citizen

FLOW = "case"
SETTLED, UNSETTLED, SUPPLEMENT = "settled", "unsettled", "supplement"
"""Values of the flow's buttons."""


def settled_buttons(code: str) -> list[dict[str, str]]:
    """Whether an answer settled the case."""
    return [
        _button(to_citizen("settled_button"), SETTLED, code),
        _button(to_citizen("unsettled_button"), UNSETTLED, code),
    ]


def supplement_button(code: str) -> dict[str, str]:
    """To say more about the case."""
    return _button(to_citizen("supplement_button"), SUPPLEMENT, code)


def _button(title: str, value: str, code: str) -> dict[str, str]:
    carried = json.dumps({"flow": FLOW, "value": value, "about": code}, separators=(",", ":"))
    return {"title": title, "payload": f"/flow_step{carried}"}
