"""The NLU pipeline of config.yml, trained component by component as Rasa's graph does it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

with warnings.catch_warnings():  # of Rasa's own modules, while they are imported
    warnings.simplefilter("ignore")
    from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
    from rasa.shared.importers.rasa import RasaFileImporter
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData
    from rasa.shared.utils.common import class_from_module_path

ROOT = Path(__file__).resolve().parents[3]
BUILT_IN = {"FallbackClassifier": FallbackClassifier}


@dataclass
class Pipeline:
    """Trained components in the order of config.yml."""

    components: list[Any]

    def parse(self, text: str) -> Message:
        messages = [Message({"text": text})]
        for component in self.components:
            messages = component.process(messages)
        return messages[0]


def read_config() -> list[dict[str, Any]]:
    return list(yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"])


def train_pipeline(
    entries: Iterable[dict[str, Any]], data: TrainingData, folder: Path, *, reload: bool = True
) -> Pipeline:
    """Train each component on the data as those before it left them; use it as loaded from disk."""
    storage = LocalModelStorage(folder)
    components = []
    for number, entry in enumerate(entries):
        settings = {key: value for key, value in entry.items() if key != "name"}
        kind: type[GraphComponent] = BUILT_IN.get(entry["name"]) or class_from_module_path(entry["name"])
        resource = Resource(f"component{number}")
        context = ExecutionContext(GraphSchema({}), node_name=resource.name)
        arguments = ({**kind.get_default_config(), **settings}, storage, resource, context)
        component: Any = kind.create(*arguments)
        if hasattr(component, "train"):
            component.train(data)
            component = kind.load(*arguments) if reload else component
        if hasattr(component, "process_training_data"):
            data = component.process_training_data(data)
        components.append(component)
    return Pipeline(components)


@pytest.fixture(scope="session")
def real_data() -> TrainingData:
    """The examples of nlu_data."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Rasa's YAML check uses what Python 3.12 drops
        return RasaFileImporter(training_data_paths=[str(ROOT / "nlu_data")]).get_nlu_data()


@pytest.fixture(scope="session")
def trained(real_data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> Pipeline:
    """The pipeline of config.yml, trained on nlu_data and loaded again; facets have tests of their own."""
    without_facets = [entry for entry in read_config() if not entry["name"].endswith(".FacetClassifier")]
    return train_pipeline(without_facets, real_data, tmp_path_factory.mktemp("model"))
