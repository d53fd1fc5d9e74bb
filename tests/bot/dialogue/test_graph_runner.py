"""The model's graph runs as Rasa would run it, in an order worked out once."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from rasa.engine.exceptions import GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.dialogue.graph import OrderedGraphRunner


class Adder(GraphComponent):
    """Adds what it is given to a number of its own."""

    runs: ClassVar[list[str]] = []

    def __init__(self, name: str, own: int) -> None:
        self.name, self.own = name, own

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: Any, resource: Any, execution_context: ExecutionContext
    ) -> Adder:
        return cls(execution_context.node_name or "", config["own"])

    def add(self, first: int, second: int = 0) -> int:
        self.runs.append(self.name)
        return self.own + first + second


def node(own: int, **needs: str) -> SchemaNode:
    return SchemaNode(
        needs=needs, uses=Adder, constructor_name="create", fn="add", config={"own": own}, eager=True
    )


SCHEMA = GraphSchema(
    {
        "last": node(1000, first="left", second="right"),
        "right": node(100, first="start"),
        "left": node(10, first="start", second="right"),
        "start": node(1, first="__number__"),
        "aside": node(0, first="__other__"),
    }
)


def made(kind: type[DaskGraphRunner]) -> DaskGraphRunner:
    Adder.runs.clear()
    return kind.create(SCHEMA, None, ExecutionContext(SCHEMA))  # type: ignore[arg-type]


@pytest.mark.parametrize("targets", [["last"], ["left", "start"], ["right"]])
def test_outputs_are_those_of_rasas_runner(targets: list[str]) -> None:
    theirs = made(DaskGraphRunner).run({"__number__": 5}, targets)
    ours = made(OrderedGraphRunner)
    assert ours.run({"__number__": 5}, targets) == theirs
    assert ours.run({"__number__": 6}, targets) != theirs


def test_a_node_runs_once_and_only_when_needed() -> None:
    runner = made(OrderedGraphRunner)
    runner.run({"__number__": 5}, ["last"])
    assert Adder.runs == ["start", "right", "left", "last"]


def test_an_input_that_is_not_given_is_named() -> None:
    with pytest.raises(GraphRunError, match="__other__"):
        made(OrderedGraphRunner).run({"__number__": 5}, ["aside"])
