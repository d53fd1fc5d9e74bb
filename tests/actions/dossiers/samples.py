"""Sample dossiers, a remote system, and what the database keeps, for talks about dossiers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from knowledge.dossiers.importing.values import LOCAL
from knowledge.dossiers.policy import load_policy
from knowledge.dossiers.samples import load_samples
from knowledge.privacy.sealing import Sealer

POLICY = replace(load_policy(), refusal_beat_milliseconds=0, remote_refusal_beat_milliseconds=0)
SEALER = Sealer("a secret of these tests")
KEY = "a" * 64


def today():
    return datetime.now(LOCAL).date()


SAMPLES = load_samples(today())


def sample(status, number=0):
    return [one for one in SAMPLES if one.row.status == status][number]


class Remote:
    """A remote system that answers, or fails as told."""

    name = "igate"
    takes_ends = False

    def __init__(self, register):
        self._register = register
        self.error = None

    async def lookup(self, code):
        if self.error is not None:
            raise self.error
        return self._register.lookup(code)

    async def close(self):
        pass


def rows(engine, model):
    with engine.connect() as connection:
        return connection.execute(sa.select(model)).mappings().all()


def look_up(talk, one):
    talk.say(one.code, "dossier_status")
    return talk.say(one.digits, "nlu_fallback")
