from __future__ import annotations

import pytest
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier

from tests.bot.nlu.conftest import Pipeline

TEXTS = ["mở cây xăng cần gì", "xin chao", "hồ sơ của tôi tới đâu rồi", "", "😀", "2", "how much is the fee"]


@pytest.mark.parametrize("text", TEXTS)
def test_probabilities_are_those_of_scikit_learn(trained: Pipeline, text: str) -> None:
    classifier = next(c for c in trained.components if isinstance(c, LogisticRegressionClassifier))
    message = trained.parse(text)
    ours = classifier._probabilities(message)

    theirs = classifier.clf.predict_proba(message.get_sparse_features("text")[1].features.tocsr())[0]

    assert ours == pytest.approx(theirs, abs=1e-9)
    assert sum(ours) == pytest.approx(1.0)


def test_the_ranking_is_short_and_sorted(trained: Pipeline) -> None:
    ranking = trained.parse("lệ phí mở cây xăng").get("intent_ranking")

    confidences = [place["confidence"] for place in ranking]
    assert len(ranking) == 3
    assert confidences == sorted(confidences, reverse=True)
    assert ranking[0] == trained.parse("lệ phí mở cây xăng").get("intent")
