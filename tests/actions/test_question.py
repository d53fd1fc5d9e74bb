"""What Rasa understood becomes a question; values that the domain does not know are passed over."""

from __future__ import annotations

from typing import Any

from actions.question import Question, read_question


def read(*found: tuple[str, Any]) -> Question:
    entities = [{"entity": name, "value": value} for name, value in found]
    return read_question({"text": "cấp lại", "intent": {"name": "ask_procedure"}, "entities": entities})


def test_unknown_values_of_an_extractor_are_passed_over() -> None:
    question = read(
        ("case", "giấy"),
        ("actor", "thương nhân"),
        ("area", "gần chợ"),
        ("ordinal", "cái đó"),
        ("facet", "gì"),
    )
    assert (question.case, question.actor, question.area, question.ordinal) == (None, None, None, None)
    assert question.facets == ()


def test_a_known_value_stands_though_an_unknown_one_came_first() -> None:
    question = read(("case", "giấy"), ("case", ["reissue", "new"]), ("ordinal", "x"), ("ordinal", "2"))
    assert (question.case, question.ordinal) == ("reissue", "2")
