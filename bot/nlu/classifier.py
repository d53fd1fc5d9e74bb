"""Rasa's logistic regression with a prediction that costs microseconds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.utils.tensorflow.constants import RANKING_LENGTH
from scipy.sparse import csr_matrix


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SparseLogisticRegression(LogisticRegressionClassifier):
    """Trains and stores as its parent does; predicts from the few features a message has.

    The parent stacks sparse matrices and calls scikit-learn for every message, which costs more than all of
    understanding (docs/nlu.md). Same weights, same probabilities; a test holds them equal.
    """

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking of each message."""
        for message in messages:
            probabilities = self._probabilities(message)
            order = np.argsort(-probabilities, kind="stable")[: self.config[RANKING_LENGTH] or None]
            ranking = [
                {"name": str(self.clf.classes_[place]), "confidence": float(probabilities[place])}
                for place in order
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _probabilities(self, message: Message) -> npt.NDArray[np.float64]:
        vector = _sentence_vector(message)
        scores = self.clf.coef_[:, vector.indices] @ vector.data + self.clf.intercept_
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum(), dtype=np.float64)


def _sentence_vector(message: Message) -> csr_matrix:
    """Return the message's one sparse vector; ``Message.get_sparse_features`` would copy it first."""
    return next(
        features.features.tocsr()
        for features in message.features
        if features.attribute == TEXT and features.is_sparse() and features.type == FEATURE_TYPE_SENTENCE
    )
