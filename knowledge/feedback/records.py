"""What is rated and how a rating ended, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

ANSWER, SURVEY = "answer", "survey"
"""Occasions."""
ASKED, ANSWERED, REFUSED, NOT_ASKED = "asked", "answered", "refused", "not_asked"
"""Outcomes of a request."""


@dataclass(frozen=True)
class Occasion:
    """Something that can be rated: an answer, or a service as a whole. ``origin`` names it for good."""

    origin: str
    kind: str
    channel: str
    conversation_id: int | None
    procedure_code: str | None = None
    field: str | None = None
    unit: str | None = None
    dossier_hash: str | None = None


class RatingError(Exception):
    """The rating cannot be taken: it was never asked of this person (``unknown``), or is ``too_late``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
