"""Zalo's error codes in classes (``errors.yml``)."""

from __future__ import annotations

from enum import Enum
from functools import cache
from pathlib import Path

import yaml


class ErrorClass(str, Enum):
    """What to do about an error."""

    REFRESH = "refresh"
    OPERATOR = "operator"
    LATER = "later"
    WINDOW = "window"
    GONE = "gone"
    PERMANENT = "permanent"


class ApiCallError(Exception):
    """Zalo refused a call. The message has code and Zalo's words, never ours."""

    def __init__(self, code: int, message: str, after: float | None = None) -> None:
        super().__init__(f"zalo error {code}: {message[:120]}")
        self.code = code
        self.after = after
        """Seconds to wait, when Zalo said so."""

    @property
    def kind(self) -> ErrorClass:
        """The class of the code; an unknown one is tried later."""
        return _classes().get(self.code, ErrorClass.LATER)

    @property
    def only_form(self) -> bool:
        """Whether plain text may pass where a form with buttons was refused."""
        return self.code in _table()["template"]


class NoAnswerError(Exception):
    """Zalo did not answer, or not in JSON. ``sent`` tells whether it may have taken the call."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


@cache
def _table() -> dict[str, list[int]]:
    table: dict[str, list[int]] = yaml.safe_load(Path(__file__).with_name("errors.yml").read_text("utf-8"))
    return table


@cache
def _classes() -> dict[int, ErrorClass]:
    return {code: kind for kind in ErrorClass for code in _table()[kind.value]}
