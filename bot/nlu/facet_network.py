"""Facets by a small network: a vector a word, windows of one to four words, the strongest of each kind.

Where ``facet_words`` knows only the words it has met together, the network knows which words stand in each
other's place ("phòng nào", "quầy nào", "bàn nào"). Convolutions over words after Kim, "Convolutional neural
networks for sentence classification" (2014). Trained with Keras, which Rasa brings; asked with NumPy, in a
fraction of a millisecond.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.nlu.facet_examples import Lesson
from bot.nlu.reading import Reading

Floats = npt.NDArray[np.floating[Any]]
Places = npt.NDArray[np.int32]
Inputs = tuple[Places, Places, Floats]
"""Places of the words without marks, and with; which facets the phrase lexicon found."""
Batch = tuple[list[npt.NDArray[Any]], Floats, Floats]

WINDOWS = (1, 2, 3, 4)
"""Words in a window."""
FILTERS = 96
"""Kinds of windows of each width."""
WORD_VECTOR, MARKED_VECTOR = 48, 48
"""Length of a word's vector without marks, and with marks (typed or restored)."""
PADDING, UNKNOWN, FIRST = 0, 1, 2
LEAST_MESSAGES = 3
MOST_WORDS = 45
EPOCHS = 5
BATCH = 256
SEED = 7


class FacetNetwork:
    """The trained network. ``arrays`` are its weights by name, ``words`` and ``marked`` the vocabularies."""

    def __init__(
        self, facets: list[str], words: list[str], marked: list[str], arrays: dict[str, Floats]
    ) -> None:
        """Take what was learned."""
        self.facets = facets
        self._words = _Vocabulary(words)
        self._marked = _Vocabulary(marked)
        self._arrays = arrays

    @classmethod
    def fit(cls, lessons: Sequence[Lesson], facets: list[str]) -> FacetNetwork:
        """Learn ``facets``."""
        sequences = [_sequence(lesson.reading) for lesson in lessons]
        words = _frequent(word for sequence in sequences for word, _ in sequence)
        marked = _frequent(word for sequence in sequences for _, word in sequence)
        network = cls(facets, words, marked, {})
        wanted = np.array(
            [[facet in lesson.facets for facet in facets] for lesson in lessons], dtype=np.float32
        )
        importance = np.array([lesson.importance for lesson in lessons])
        inputs = [network._inputs(lesson.reading) for lesson in lessons]
        network._arrays = _train(inputs, wanted, importance, (len(words) + FIRST, len(marked) + FIRST))
        return network

    def probabilities(self, reading: Reading) -> Floats:
        """Return how probably each facet is asked."""
        words, marked, phrases = self._inputs(reading)
        arrays = self._arrays
        vectors = np.concatenate([arrays["words"][words], arrays["marked"][marked]], axis=1)
        # What each word adds to each place of each window, in one product; then the places are put together.
        parts = vectors @ self._places
        strongest = []
        start = 0
        for width in WINDOWS:
            windows = np.empty((len(words), FILTERS), dtype=parts.dtype)
            windows[:] = arrays[f"bias{width}"]
            for place in range(width):
                _add_shifted(windows, parts[:, start : start + FILTERS], place - (width - 1) // 2)
                start += FILTERS
            strongest.append(windows.max(axis=0))
        found = np.concatenate([np.maximum(0, np.concatenate(strongest)), phrases])
        return np.asarray(1 / (1 + np.exp(-(found @ arrays["out"] + arrays["out_bias"]))))

    @cached_property
    def _places(self) -> Floats:
        """The windows' weights side by side: a column block for each place of each width."""
        length = WORD_VECTOR + MARKED_VECTOR
        kernels = [self._arrays[f"window{width}"].reshape(width, length, FILTERS) for width in WINDOWS]
        return np.hstack([kernel[place] for kernel in kernels for place in range(len(kernel))])

    def _inputs(self, reading: Reading) -> Inputs:
        sequence = _sequence(reading)
        found = {match.value for match in reading.phrases if match.entity == "facet"}
        return (
            np.array([self._words.place(word) for word, _ in sequence], dtype=np.int32),
            np.array([self._marked.place(word) for _, word in sequence], dtype=np.int32),
            np.array([facet in found for facet in self.facets], dtype=np.float32),
        )

    def save(self, folder: Path) -> None:
        """Write vocabularies and weights."""
        content = {"facets": self.facets, "words": self._words.names, "marked": self._marked.names}
        text = json.dumps(content, ensure_ascii=False)
        (folder / "facet_network.json").write_text(text, encoding="utf-8")
        np.savez(folder / "facet_network.npz", **self._arrays)

    @classmethod
    def load(cls, folder: Path) -> FacetNetwork:
        """Read what ``save`` wrote."""
        content = json.loads((folder / "facet_network.json").read_text(encoding="utf-8"))
        with np.load(folder / "facet_network.npz", allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return cls(content["facets"], content["words"], content["marked"], arrays)


def _add_shifted(windows: Floats, part: Floats, shift: int) -> None:
    """Add to each window what the word ``shift`` places further has for it; beyond the ends is nothing."""
    if shift < 0:
        windows[-shift:] += part[:shift]
    else:
        windows[: len(windows) - shift] += part[shift:]


class _Vocabulary:
    def __init__(self, names: list[str]) -> None:
        self.names = names
        self._places = {name: place for place, name in enumerate(names, FIRST)}

    def place(self, name: str) -> int:
        return self._places.get(name, UNKNOWN)


def _sequence(reading: Reading) -> list[tuple[str, str]]:
    """Words without and with marks, between a beginning and an end."""
    words = [(term.folded, term.norm) for term in reading.terms[:MOST_WORDS]]
    return [("^", "^"), *words, ("$", "$")]


def _frequent(words: Iterator[str]) -> list[str]:
    return sorted(word for word, count in Counter(words).items() if count >= LEAST_MESSAGES)


def _train(
    inputs: list[Inputs], wanted: Floats, importance: Floats, sizes: tuple[int, int]
) -> dict[str, Floats]:
    """Train with Keras and return the weights by name."""
    from tensorflow import keras  # type: ignore[import-untyped]  # noqa: PLC0415 - seconds to import

    steps = -(-len(inputs) // BATCH)
    batches = _batches(inputs, wanted, importance / importance.mean())
    with warnings.catch_warnings():
        # Keras draws its seeds between 1 and 1e9, a float.
        warnings.simplefilter("ignore", DeprecationWarning)
        keras.utils.set_random_seed(SEED)
        network = _layers(keras, sizes, wanted.shape[1])
        network.compile(keras.optimizers.Adam(2e-3), "binary_crossentropy")
        network.fit(batches, steps_per_epoch=steps, epochs=EPOCHS, verbose=0)
    arrays = {"words": network.get_layer("words"), "marked": network.get_layer("marked")}
    weights = {name: layer.get_weights()[0] for name, layer in arrays.items()}
    for width in WINDOWS:
        kernel, bias = network.get_layer(f"window{width}").get_weights()
        weights |= {f"window{width}": kernel.reshape(-1, FILTERS), f"bias{width}": bias}
    out, bias = network.get_layer("out").get_weights()
    keras.backend.clear_session()
    return {**weights, "out": out, "out_bias": bias}


def _layers(keras: Any, sizes: tuple[int, int], facets: int) -> Any:  # noqa: ANN401 - Keras has no types
    """The network; what lies beyond the end of a message counts as nothing."""
    layers = keras.layers
    words = keras.Input((None,), dtype="int32")
    marked = keras.Input((None,), dtype="int32")
    phrases = keras.Input((facets,))
    is_word = layers.Lambda(lambda places: keras.backend.cast(places > PADDING, "float32")[:, :, None])(words)
    vectors = layers.Concatenate()(
        [
            layers.Embedding(sizes[0], WORD_VECTOR, name="words")(words),
            layers.Embedding(sizes[1], MARKED_VECTOR, name="marked")(marked),
        ]
    )
    vectors = layers.Multiply()([layers.Dropout(0.3)(vectors), is_word])
    strongest = []
    for width in WINDOWS:
        window = layers.Conv1D(FILTERS, width, padding="same", activation="relu", name=f"window{width}")
        strongest.append(layers.GlobalMaxPooling1D()(layers.Multiply()([window(vectors), is_word])))
    found = layers.Dropout(0.5)(layers.Concatenate()([*strongest, phrases]))
    out = layers.Dense(facets, activation="sigmoid", name="out")(found)
    return keras.Model([words, marked, phrases], out)


def _batches(inputs: list[Inputs], wanted: Floats, importance: Floats) -> Iterator[Batch]:
    """Yield batches for ever: messages of like length together, in another order each time."""
    chance = np.random.default_rng(SEED)
    lengths = np.array([len(words) for words, _, _ in inputs])
    while True:
        order = np.argsort(lengths + chance.uniform(0, 3, len(lengths)), kind="stable")
        parts = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        for part in chance.permutation(len(parts)):
            chosen = parts[part]
            words = _padded([inputs[place][0] for place in chosen])
            marked = _padded([inputs[place][1] for place in chosen])
            phrases = np.stack([inputs[place][2] for place in chosen])
            yield [words, marked, phrases], wanted[chosen], importance[chosen]


def _padded(rows: list[Places]) -> Places:
    padded = np.full((len(rows), max(map(len, rows))), PADDING, dtype=np.int32)
    for place, row in enumerate(rows):
        padded[place, : len(row)] = row
    return padded
