"""The desk where citizens ask: it remembers the code, checks the second factor, counts failures."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from knowledge.dossiers.asking import Checked, Outcome, ask_in_order
from knowledge.dossiers.attempts import Attempt, LookupLog
from knowledge.dossiers.background import BackgroundLoop, WaitTimeoutError
from knowledge.dossiers.codes import DossierCode
from knowledge.dossiers.guard import GuardedSource
from knowledge.dossiers.policy import Policy
from knowledge.dossiers.sessions import LookupSession, LookupSessions
from knowledge.dossiers.verification import code_hash, factor_hash
from knowledge.dossiers.watches import Watches
from knowledge.privacy.sealing import Sealer

logger = logging.getLogger(__name__)
_GRACE_SECONDS = 1.0


@dataclass(frozen=True)
class Caller:
    """Who asks, by which message: channel, conversation key, origin of the message."""

    channel: str
    conversation: str
    origin: str


@dataclass(frozen=True)
class Told:
    """The result of a look-up, and the monotonic moment before which it must not be told."""

    checked: Checked
    not_before: float = 0.0


class DossierDesk:
    """Look-ups with everything around them. Blocking: call it off the event loop."""

    def __init__(
        self, engine: Engine, sealer: Sealer, policy: Policy, sources: Sequence[GuardedSource]
    ) -> None:
        self.sessions = LookupSessions(engine, sealer, timedelta(minutes=policy.session_minutes))
        self.watches = Watches(engine, sealer, policy)
        self.log = LookupLog(engine, policy)
        self.policy = policy
        self.sources = tuple(sources)
        self._engine = engine
        self._sealer = sealer
        self._loop = BackgroundLoop("dossiers")
        ours_only = all(source.name == "register" for source in sources)
        self._beat_milliseconds = (
            policy.refusal_beat_milliseconds if ours_only else policy.remote_refusal_beat_milliseconds
        )

    @property
    def takes_ends(self) -> bool:
        """Whether some system finds a dossier by the end of its code."""
        return any(source.takes_ends for source in self.sources)

    def verify(self, caller: Caller, session: LookupSession, digits: str) -> Told:
        """Look the session's dossier up and compare the digits: see `verify_hash`."""
        return self.verify_hash(caller, session, factor_hash(self._sealer, session.code, digits))

    def verify_hash(self, caller: Caller, session: LookupSession, factor: str) -> Told:
        """Look the session's dossier up and compare the keyed hash of the digits.

        Every refusal (not there, wrong digits, locked) may be told only at a whole beat after the question:
        what it took says nothing about whether there is such a dossier.
        """
        started = time.monotonic()
        person = self._sealer.hash("person", f"{caller.channel}\0{caller.conversation}")
        dossier = code_hash(self._sealer, session.code)
        refused = self.log.begin(Attempt(caller.origin, caller.channel, person, dossier))
        if refused is not None:
            return Told(Checked(refused), self._beat_after(started))
        checked = self.ask(session.code, factor)
        with self._engine.begin() as connection:
            self.log.finish(connection, caller.origin, checked)
            verified = checked.outcome is Outcome.FOUND
            self.sessions.answered(connection, session.ref, factor, verified=verified)
        not_before = 0.0 if checked.outcome is Outcome.FOUND else self._beat_after(started)
        return Told(checked, not_before)

    def ask(self, code: DossierCode, factor: str, *, fresh: bool = False) -> Checked:
        """Ask the systems in order within the budget, without counting it."""
        budget = self.policy.budget_seconds
        work = ask_in_order(self.sources, code, factor, time.monotonic() + budget, fresh=fresh)
        try:
            return self._loop.run(work, budget + _GRACE_SECONDS)
        except WaitTimeoutError:
            logger.warning("dossiers: the systems together took too long")
            return Checked(Outcome.UNAVAILABLE, source=self.sources[-1].name)

    def _beat_after(self, started: float) -> float:
        beat = self._beat_milliseconds / 1000
        if not beat:
            return 0.0
        return started + beat * math.ceil((time.monotonic() - started) / beat)

    def purge(self) -> None:
        """Delete what is no longer needed: codes of talks that are over, hashes that no longer count."""
        self.sessions.purge()
        self.log.forget_hashes()

    def close(self) -> None:
        """Close the connections and stop the thread that asks."""
        if self._loop.is_running:
            for source in self.sources:
                self._loop.run(source.close(), _GRACE_SECONDS)
            self._loop.stop()
