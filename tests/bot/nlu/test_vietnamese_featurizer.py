from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.features import features_of, kind_of
from bot.nlu.featurizer import VietnameseFeaturizer
from bot.nlu.reading import read

EXAMPLES = [("lệ phí bao nhiêu", "ask"), ("nộp ở đâu", "ask"), ("xin chào", "greet"), ("chào bạn", "greet")]


def arguments(
    folder: Path, **options: Any
) -> tuple[dict[str, Any], LocalModelStorage, Resource, ExecutionContext]:
    config = {**VietnameseFeaturizer.get_default_config(), **options}
    return (
        config,
        LocalModelStorage(folder),
        Resource("featurizer"),
        ExecutionContext(GraphSchema({}), "featurizer"),
    )


def vector(featurizer: VietnameseFeaturizer, text: str) -> np.ndarray[Any, Any]:
    message = Message({"text": text})
    featurizer.process([message])
    return np.asarray(message.get_sparse_features("text")[1].features.todense())[0]


@pytest.fixture
def featurizer(tmp_path: Path) -> VietnameseFeaturizer:
    featurizer = VietnameseFeaturizer.create(*arguments(tmp_path))
    featurizer.train(TrainingData([Message({"text": text, "intent": intent}) for text, intent in EXAMPLES]))
    return featurizer


def test_a_loaded_featurizer_gives_the_same_vectors(featurizer: VietnameseFeaturizer, tmp_path: Path) -> None:
    loaded = VietnameseFeaturizer.load(*arguments(tmp_path))

    assert np.array_equal(vector(loaded, "lệ phí thế nào"), vector(featurizer, "lệ phí thế nào"))


def test_vectors_have_one_length_whatever_the_text(featurizer: VietnameseFeaturizer) -> None:
    assert np.linalg.norm(vector(featurizer, "chào")) == pytest.approx(8.0)
    assert np.linalg.norm(vector(featurizer, "xin chào bạn lệ phí nộp ở đâu bao nhiêu")) == pytest.approx(8.0)


def test_unknown_and_empty_text_gives_a_vector_all_the_same(featurizer: VietnameseFeaturizer) -> None:
    assert vector(featurizer, "").shape == vector(featurizer, "lệ phí").shape
    assert np.isfinite(vector(featurizer, "😀😀")).all()


def test_text_with_and_without_marks_is_alike(featurizer: VietnameseFeaturizer) -> None:
    marked, unmarked = vector(featurizer, "lệ phí bao nhiêu"), vector(featurizer, "le phi bao nhieu")

    assert float(marked @ unmarked) / 64 > 0.75


def test_messages_without_text_are_passed_over(featurizer: VietnameseFeaturizer) -> None:
    message = Message({"intent": "greet"})

    featurizer.process([message])

    assert message.features == []


def test_loading_from_a_model_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="featurizer"):
        VietnameseFeaturizer.load(*arguments(tmp_path))


@pytest.mark.parametrize(
    "options", [{"min_chars": 5}, {"min_chars": 0}, {"char_weight": -1}, {"vector_length": 0}]
)
def test_settings_that_make_no_sense_are_refused(options: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(InvalidConfigException):
        VietnameseFeaturizer.create(*arguments(tmp_path, **options))


def test_features_without_marks_do_not_depend_on_marks() -> None:
    with_marks, without = (set(features_of(read(text))) for text in ("Lệ phí?", "le phi"))

    plain = [{one for one in features if kind_of(one) != "marked"} for features in (with_marks, without)]
    assert plain[0] == plain[1]


def test_phrases_codes_words_and_foreign_script_are_features() -> None:
    features = features_of(read("lệ phí 2.000648 hồ sơ H27.12-230412-0001"), ["lệ_phí"])

    assert {"phrase:facet=fee", "phrase:procedure_code", "phrase:dossier_code", "word:le_phi"} <= set(
        features
    )
    assert "phrase:only ordinal" in features_of(read("số 2"))
    assert "script:other" in features_of(read("你好"))
    assert "script:other" not in features_of(read("cần giấy tờ gì ạ"))
