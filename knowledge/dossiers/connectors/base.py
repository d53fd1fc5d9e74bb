"""What a connector is, and how a remote system's failures are told apart."""

from __future__ import annotations

from typing import Protocol

from knowledge.dossiers.codes import DossierCode
from knowledge.dossiers.records import Answer


class Connector(Protocol):
    """Asks one system for a dossier. Whoever calls it adds patience, retries and a circuit breaker."""

    name: str
    takes_ends: bool
    """Whether the end of a code is enough for it."""

    async def lookup(self, code: DossierCode) -> Answer:
        """Ask for a dossier.

        Raises:
            RemoteError: the system did not answer usably.
        """

    async def close(self) -> None:
        """Close its connections."""


class RemoteError(Exception):
    """A system did not answer usably; the text is for the log and never holds a code or a number.

    ``retry``: asking again at once may help and cannot harm.
    """

    def __init__(self, reason: str, *, retry: bool = False) -> None:
        super().__init__(reason)
        self.retry = retry


class CredentialError(RemoteError):
    """The token or session is not (or no longer) accepted."""


class ForbiddenError(RemoteError):
    """The system does not let us ask this."""
