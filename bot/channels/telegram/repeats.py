"""What comes once more in another guise: a second tap in a hurry, an edit that changes nothing."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

TAP_SECONDS = 2.0
"""Two taps of one button within this time are one."""
EDIT_SECONDS = 300.0
"""A message corrected within this time is answered again; a later correction is not."""
REMEMBERED = 5_000
T = TypeVar("T")


class Repeats:
    """Remembers the last taps and texts. In memory only: after a restart at worst one answer comes twice."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._taps: OrderedDict[Hashable, tuple[str, float]] = OrderedDict()
        self._texts: OrderedDict[Hashable, int] = OrderedDict()

    def is_double_tap(self, query_id: str, *button: Hashable) -> bool:
        """Tell whether this button was tapped just now by another query; the same query is no second tap."""
        now = self._clock()
        last, at = self._taps.get(button, ("", 0.0))
        if last not in {"", query_id} and now - at < TAP_SECONDS:
            return True
        _remember(self._taps, button, (query_id, now))
        return False

    def note_text(self, text: str | None, *message: Hashable) -> None:
        """Remember what a message says."""
        _remember(self._texts, message, hash(text))

    def is_correction(self, text: str | None, after: float, *message: Hashable) -> bool:
        """Tell whether an edit ``after`` so many seconds is to be answered."""
        return text is not None and after <= EDIT_SECONDS and self._texts.get(message) != hash(text)


def _remember(kept: OrderedDict[Hashable, T], key: Hashable, value: T) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
