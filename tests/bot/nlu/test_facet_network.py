"""The network of facets answers with NumPy what Keras learned."""

from __future__ import annotations

import numpy as np
import pytest

from bot.nlu import facet_network
from bot.nlu.facet_examples import Lesson
from bot.nlu.facet_network import FacetNetwork
from bot.nlu.reading import read

FACETS = ["channels", "fee"]
SAID = {
    "nộp ở phòng nào": {"channels"},
    "gửi tới quầy nào": {"channels"},
    "mất bao nhiêu tiền": {"fee"},
    "lệ phí mấy nghìn": {"fee"},
    "nộp ở quầy nào, phí bao nhiêu tiền": {"channels", "fee"},
    "phí": {"fee"},
}
UNSEEN = ("gửi ở đâu, tiền nong thế nào hả anh", "nộp", "", "tiền " * 80)


@pytest.fixture(scope="module")
def learned() -> tuple[FacetNetwork, list[np.ndarray]]:
    """A network that learned a little, and what Keras makes of ``UNSEEN``, filled up to the longest."""
    lessons = [Lesson(read(text), frozenset(asked), 1.0) for text, asked in SAID.items()] * 60
    kept: list = []
    build = facet_network._layers

    def building(*arguments):
        kept.append(build(*arguments))
        return kept[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facet_network, "_layers", building)
        network = FacetNetwork.fit(lessons, FACETS)
    words, marked, phrases = zip(*(network._inputs(read(text)) for text in UNSEEN), strict=True)
    batch = [facet_network._padded(words), facet_network._padded(marked), np.stack(phrases)]
    return network, list(kept[0].predict(batch, verbose=0))


def test_numpy_gives_what_keras_gives(learned):
    network, by_keras = learned
    for text, expected in zip(UNSEEN, by_keras, strict=True):
        np.testing.assert_allclose(network.probabilities(read(text)), expected, rtol=1e-4, atol=1e-6)
    assert np.ptp(by_keras, axis=0).min() > 0, "all the same: this would compare nothing"


def test_saved_and_loaded_it_answers_the_same(learned, tmp_path):
    network, _ = learned
    network.save(tmp_path)
    again = FacetNetwork.load(tmp_path)
    for text in UNSEEN:
        np.testing.assert_array_equal(again.probabilities(read(text)), network.probabilities(read(text)))
