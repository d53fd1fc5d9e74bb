"""The desk behind a talk: the register with the samples, or a remote system that can fail."""

from __future__ import annotations

import pytest

from knowledge.dossiers.connectors.register import RegisterConnector
from knowledge.dossiers.desk import DossierDesk
from knowledge.dossiers.guard import GuardedSource
from knowledge.dossiers.register import Register
from knowledge.dossiers.samples import settle_samples
from knowledge.messaging.store import MessageStore
from tests.actions.dossier_talk import CHANNEL, Talk
from tests.actions.dossiers.samples import KEY, POLICY, SEALER, Remote, today


@pytest.fixture
def engine(sqlite_sessions):
    engine = sqlite_sessions.kw["bind"]
    settle_samples(engine, SEALER, wanted=True, today=today())
    MessageStore(engine, SEALER).open_conversation(CHANNEL, KEY)
    return engine


@pytest.fixture
def remote(engine):
    return Remote(Register(engine))


@pytest.fixture
def make_talk(services, engine, remote):
    desks = []

    def make(connector=None, **fields):
        source = connector or RegisterConnector(Register(engine))
        desk = DossierDesk(engine, SEALER, POLICY, [GuardedSource(source, POLICY, 2.0)])
        desks.append(desk)
        return Talk(replace_services(services, engine, desk), **fields)

    yield make
    for desk in desks:
        desk.close()


def replace_services(services, engine, desk):
    made = type(services)(services.profile, services.store, services.language, services.search_cache)
    made.sealer, made.dossiers = SEALER, desk
    made._keeper = services._keeper
    made.today = today
    return made


@pytest.fixture
def talk(make_talk):
    return make_talk()
