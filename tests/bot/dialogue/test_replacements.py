"""Ours stand where Rasa looks, and a Rasa that has lost a name is told at the start."""

from __future__ import annotations

import pytest
from rasa.core import processor
from rasa.core.actions.action import RemoteAction

from bot.dialogue.replacements import REPLACED, replace_parts_of_rasa


def test_ours_stand_in_rasas_place_also_the_second_time() -> None:
    for _ in range(2):
        replace_parts_of_rasa()
        assert [getattr(place, name) for place, name, _ in REPLACED] == [ours for _, _, ours in REPLACED]


@pytest.mark.parametrize(
    ("place", "name"), [(processor, "DaskGraphRunner"), (RemoteAction, "_action_call_format")]
)
def test_a_name_that_rasa_lost_is_told(place: object, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(place, name)
    with pytest.raises(TypeError, match=f"no {name} any more: remove bot.dialogue"):
        replace_parts_of_rasa()
