from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.nlu.offsets import compose

VIETNAMESE = st.text(
    alphabet="aâăeêioôơuưyđ bcdghklmnpqrstvxAÂĐ\u0300\u0301\u0303\u0309\u0323.,?-0123456789", max_size=60
)


def test_composed_text_is_left_as_it_is() -> None:
    assert compose("giấy tờ").text == "giấy tờ"
    assert compose("giấy tờ").starts == tuple(range(8))


def test_places_in_decomposed_text_point_to_the_original() -> None:
    original = unicodedata.normalize("NFD", "lệ phí")
    composed = compose(original)

    start, end = composed.original_span(3, 6)

    assert composed.text == "lệ phí"
    assert original[start:end] == unicodedata.normalize("NFD", "phí")


@given(VIETNAMESE)
def test_every_span_of_the_composed_text_has_its_original(original: str) -> None:
    composed = compose(original)

    assert composed.starts[0] == 0
    assert composed.starts[-1] == len(original)
    assert list(composed.starts) == sorted(composed.starts)
    rebuilt = "".join(original[slice(*composed.original_span(i, i + 1))] for i in range(len(composed.text)))
    assert unicodedata.normalize("NFC", rebuilt) == unicodedata.normalize("NFC", original)


@given(VIETNAMESE)
def test_composing_is_unicode_composition(original: str) -> None:
    assert compose(original).text == unicodedata.normalize("NFC", original)
