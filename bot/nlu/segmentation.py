"""Word segmentation: which syllables make one word (``xăng dầu``), by underthesea's CRF model."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol

_LOG = logging.getLogger(__name__)
_MODEL = Path("pipeline") / "word_tokenize" / "models" / "ws_crf_vlsp2013_20230727"
_INSIDE = "I-W"


class Segmenter(Protocol):
    """Tells for every syllable whether it goes on with the word of the one before it."""

    def continues(self, syllables: Sequence[str]) -> list[bool]:
        """Return one flag per syllable; the first is always False."""
        ...


class SyllableSegmenter:
    """Every syllable is a word: what is left when underthesea is switched off or cannot be loaded."""

    def continues(self, syllables: Sequence[str]) -> list[bool]:
        """Return False for every syllable."""
        return [False] * len(syllables)


class UndertheseaSegmenter:
    """underthesea's word segmentation, run on our own syllables (its splitter would break codes apart)."""

    def __init__(self) -> None:
        """Load the model that ships in underthesea's wheel.

        Raises:
            ImportError: underthesea is not installed or has another layout.
            OSError: its model file is missing.
        """
        import underthesea  # noqa: PLC0415 - 70 MB; only where segmentation is asked for
        from underthesea.models.fast_crf_sequence_tagger import FastCRFSequenceTagger  # noqa: PLC0415

        model = Path(underthesea.__file__).parent / _MODEL
        if not model.exists():
            raise FileNotFoundError(f"underthesea's word segmentation model is not at {model}")
        self._tagger = FastCRFSequenceTagger()
        self._tagger.load(str(model))

    def continues(self, syllables: Sequence[str]) -> list[bool]:
        """Return one flag per syllable; the first is always False."""
        if not syllables:
            return []
        tags = self._tagger.predict([[syllable] for syllable in syllables])
        return [place > 0 and tag == _INSIDE for place, tag in enumerate(tags)]


@lru_cache(maxsize=2)
def open_segmenter(use_underthesea: bool) -> Segmenter:
    """Return the shared segmenter; syllables, with one warning, when underthesea fails to load."""
    if not use_underthesea:
        return SyllableSegmenter()
    try:
        return UndertheseaSegmenter()
    except (ImportError, OSError) as error:
        _LOG.warning("Word segmentation is off, every syllable counts as a word: %s", error)
        return SyllableSegmenter()
