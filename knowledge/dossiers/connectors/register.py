"""The department's own register as a connector."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from knowledge.dossiers.codes import DossierCode
from knowledge.dossiers.connectors.base import RemoteError
from knowledge.dossiers.records import Answer
from knowledge.dossiers.register import Register


class RegisterConnector:
    """Asks the register, off the event loop."""

    name = "register"
    takes_ends = True

    def __init__(self, register: Register) -> None:
        self._register = register

    async def lookup(self, code: DossierCode) -> Answer:
        """Look the code or its end up."""
        try:
            return await asyncio.to_thread(self._register.lookup, code)
        except SQLAlchemyError as error:
            raise RemoteError(f"database: {type(error).__name__}") from error

    async def close(self) -> None:
        """Nothing is open: the engine is the caller's."""
