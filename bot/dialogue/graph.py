"""Runs the model's graph node by node, in the place of Rasa's run through dask.

Rasa 3.6 hands its graph to dask's synchronous scheduler for every message and every prediction. Dask then
orders the nodes anew and books each one in and out: a sixth of what Rasa costs a turn (docs/nlu.md has the
figures), for an order that never changes. Rasa takes the runner's class from a name in its processor, so that
name is replaced.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any

from rasa.engine.graph import GraphNode
from rasa.engine.runner.dask import DaskGraphRunner

Plan = tuple[tuple[str, GraphNode, tuple[str, ...]], ...]
"""Name, node and the names of what it needs; each comes after those that it needs."""


class OrderedGraphRunner(DaskGraphRunner):
    """Makes the nodes as Rasa does, and runs them one after the other in an order worked out once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Rasa's signature
        """Make the nodes (see Rasa's class)."""
        super().__init__(*args, **kwargs)
        self._plans: dict[tuple[str, ...], Plan] = {}

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """Run what ``targets`` need (all targets of the graph when empty) and return their outputs by name.

        Raises:
            GraphRunError: a node needs an input that was not given.
            GraphComponentException: a component failed.
        """
        wanted = tuple(targets or self._graph_schema.target_names)
        done = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, node, needs in self._plan(wanted):
            done[name] = node(*(done.get(need, need) for need in needs))
        return dict(done[name] for name in wanted)

    def _plan(self, wanted: tuple[str, ...]) -> Plan:
        if wanted not in self._plans:
            nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
            needs = {name: tuple(node.needs.values()) for name, node in nodes.items()}
            order = TopologicalSorter(needs).static_order()
            self._plans[wanted] = tuple(
                (name, self._instantiated_nodes[name], needs[name]) for name in order if name in needs
            )
        return self._plans[wanted]
