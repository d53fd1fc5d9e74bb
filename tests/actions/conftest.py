"""Services over the shipped catalogue, and a way to talk to the assistant without Rasa."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from actions.question import read_question
from actions.reply import Reply
from actions.respond import respond
from actions.services import Services
from actions.state import State, read_state
from knowledge.cases.evidence import EvidenceFolder
from knowledge.catalogue.shipped import ensure_shipped
from knowledge.catalogue.store import CatalogueStore
from knowledge.catalogue.topics import load_everyday_language
from knowledge.database.engine import open_engine, session_factory
from knowledge.database.migrate import upgrade
from knowledge.department.profile import load_profile
from knowledge.privacy.dialogue_memory import DialogueMemory
from knowledge.privacy.erasure import Erasure
from knowledge.privacy.sealing import Sealer
from knowledge.settings import ROOT
from knowledge.text.codes import find_procedure_codes
from knowledge.text.lexicon import load_lexicon
from tests.actions.citizen_talk import RecordingServices

TODAY = date(2026, 11, 23)


class FixedDayServices(Services):
    """Services that believe it is always the same day."""

    def today(self) -> date:
        return TODAY


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    url = f"sqlite:///{tmp_path_factory.mktemp('catalogue')}/tthc.db"
    upgrade(url)
    engine = open_engine(url)
    sessions = session_factory(engine)
    ensure_shipped(sessions)
    profile = load_profile(ROOT / "department.yml")
    cache = ROOT / "var" / "search"
    yield FixedDayServices(profile, CatalogueStore(sessions), load_everyday_language(), cache)
    engine.dispose()


@dataclass
class Conversation:
    """A talk with the assistant; entities come from the lexicon, as the NLU component takes them."""

    services: Services
    state: State = field(default_factory=State)

    def say(self, text: str, intent: str = "ask_procedure") -> Reply:
        payload = re.fullmatch(r"/(\w+)(\{.*\})?", text)
        if payload:
            intent = payload[1]
            entities = [{"entity": k, "value": v} for k, v in json.loads(payload[2] or "{}").items()]
        else:
            entities = [{"entity": m.entity, "value": m.value} for m in load_lexicon().find(text)]
            codes = find_procedure_codes(text)
            entities += [{"entity": "procedure_code", "value": span.code} for span in codes]
        message = {"text": text, "intent": {"name": intent, "confidence": 0.9}, "entities": entities}
        reply = respond(read_question(message), self.state, self.services)
        self.state = read_state(json.loads(json.dumps(reply.state.as_slot())))
        return reply


@pytest.fixture
def conversation(services: Services) -> Conversation:
    return Conversation(services)


@pytest.fixture
def ask(services: Services) -> Callable[..., Reply]:
    """Ask one question in a conversation of its own."""
    return lambda text, intent="ask_procedure": Conversation(services).say(text, intent)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: quicker than migrating for each test."""
    path = tmp_path_factory.mktemp("empty") / "tthc.db"
    upgrade(f"sqlite:///{path}")
    engine = open_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def recording(services: Services, empty_database: Path, tmp_path: Path) -> Iterator[Services]:
    """Services that record in a database of their own, at a time that the test sets."""
    copy = shutil.copy(empty_database, tmp_path / "tthc.db")
    engine = open_engine(f"sqlite:///{copy}")
    sessions = session_factory(engine)
    sealer = Sealer("a secret key for tests only, nothing else")
    evidence = EvidenceFolder(tmp_path / "evidence", sealer, 1024 * 1024)
    memory = DialogueMemory(f"sqlite:///{tmp_path}/rasa-tracker.db")
    found = RecordingServices(
        services.profile, services.store, services.language, sessions=sessions, sealer=sealer
    )
    found.erasure = Erasure(sessions, memory, evidence)
    found._keeper = services._keeper
    yield found
    engine.dispose()
