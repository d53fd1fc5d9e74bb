"""Facets learned from labelled messages: beyond phrases, and phrases as evidence."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu import facets as facets_module
from bot.nlu.entities import extract_entities
from bot.nlu.facet_examples import join_shapes, read_examples
from bot.nlu.facets import FacetClassifier

CONTEXT = ExecutionContext(GraphSchema({}))
CONFIG = FacetClassifier.get_default_config()


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> tuple[FacetClassifier, FacetClassifier]:
    """The component as trained, on a third of the messages (a minute less), and as loaded again."""
    storage = LocalModelStorage.create(Path(tmp_path_factory.mktemp("facets")))
    resource = Resource("facets")
    component = FacetClassifier.create(CONFIG, storage, resource, CONTEXT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facets_module, "read_examples", lambda: read_examples()[::3])
        component.train(TrainingData([]))
    return component, FacetClassifier.load(CONFIG, storage, resource, CONTEXT)


def facets(component: FacetClassifier, text: str) -> set[str]:
    message = Message({TEXT: text, ENTITIES: extract_entities(text)})
    component.process([message])
    return {entity["value"] for entity in message.get(ENTITIES) if entity["entity"] == "facet"}


@pytest.mark.parametrize(
    ("text", "facet"),
    [
        ("bổ sung ngành hàng thì giấy tờ gồm gì vậy chị", "documents"),
        ("bo sung nganh hang thi giay to gom gi vay chi", "documents"),
        ("quán nhỏ vậy có phải xin giấy không", "applicants"),
        ("sở hay bộ cấp cái này", "agency"),
        ("phí bao nhiêu", "fee"),
        ("phi bao nhieu", "fee"),
        ("bao lâu có", "deadline"),
    ],
)
def test_facets_with_and_without_a_phrase(trained, text, facet):
    assert facet in facets(trained[0], text)


def test_two_questions_give_two_facets(trained):
    assert {"documents", "deadline"} <= facets(trained[0], "cần giấy tờ gì và bao lâu có kết quả")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("mở cây xăng cần giấy phép gì", set()),
        ("cay xang nha em cap lai the nao", {"steps"}),
        ("xin giấy bán buôn rượu ai ký, mấy ngày", {"agency", "deadline"}),
        ("hộ kinh doanh bán gas có phải xin phép không", {"applicants"}),
        ("mở kho thì nhân sự cần mấy người, nộp online được không", {"conditions", "online_level"}),
        ("giấy phép cấp xong dùng được bao lâu", {"result"}),
    ],
)
def test_facets_follow_the_conventions(trained, text, asked):
    assert facets(trained[0], text) == asked


def test_shapes_are_joined_alike_each_time_and_two_in_one_message():
    first, again = list(join_shapes()), list(join_shapes())

    assert first == again
    assert {len(labels) for _, labels in first} >= {1, 2}
    assert not [text for text, _ in first if "{" in text]


def test_nothing_is_asked_by_a_bare_name(trained):
    assert facets(trained[0], "cây xăng") == set()


def test_loaded_it_decides_as_trained(trained):
    before, after = trained
    for text, _ in read_examples()[:50]:
        assert facets(before, text) == facets(after, text)


def test_other_entities_are_left_alone(trained):
    text = "2.000648 cấp lại phí bao nhiêu"
    message = Message({TEXT: text, ENTITIES: extract_entities(text)})
    trained[0].process([message])
    kept = {(entity["entity"], entity["value"]) for entity in message.get(ENTITIES)}
    assert {("procedure_code", "2.000648"), ("case", "reissue"), ("facet", "fee")} <= kept


def test_labels_are_facets_of_the_contract():
    from actions.question import Facet

    known = {facet.value for facet in Facet}
    assert all(labels <= known for _, labels in read_examples())
