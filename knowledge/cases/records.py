"""What opens a case, and what stands in the way of an action on one, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NewCase:
    """A citizen's words that become a case. ``origin`` names the message that sent them off."""

    origin: str
    kind: str
    text: str
    """As the citizen wrote it; masked when it is stored."""
    channel: str
    conversation_id: int | None
    unit: str
    procedure_code: str | None = None
    dossier_hash: str | None = None
    is_anonymous: bool = False
    rating_id: int | None = None


class CaseError(Exception):
    """An action that the rules do not allow; ``reason`` names a phrase of `wording.problem`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
