"""Nothing is kept beyond its time, and what is not over stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from knowledge.cases.evidence import EvidenceFolder
from knowledge.cases.models import CaseEvidence, CaseFile
from knowledge.feedback.models import Rating
from knowledge.messaging.events import append_event
from knowledge.messaging.models import Conversation, ConversationEvent, InboxMessage
from knowledge.privacy.consent import CONTACT, consents_of, note_notice, record_consent, withdraw_consent
from knowledge.privacy.dialogue_memory import DialogueMemory
from knowledge.privacy.inventory import kept_of
from knowledge.privacy.jobs import is_night
from knowledge.privacy.retention import DATA, load_retention, purge, retention
from knowledge.yaml_fields import DataError
from tests.knowledge.cases.conftest import HOURS, MONDAY, OFFICER, SEALER, at, complaint, new_conversation
from tests.knowledge.cases.test_evidence import CLEANED
from tests.knowledge.feedback.test_feedback import many

DAY = timedelta(days=1)


@pytest.fixture
def folder(tmp_path) -> EvidenceFolder:
    return EvidenceFolder(tmp_path / "evidence", SEALER, 1_000_000)


@pytest.fixture
def filled(sessions, folder) -> int:
    """A conversation with something of each kind, all of the same Monday."""
    from knowledge.cases import desk

    conversation = new_conversation(sessions)
    with sessions.begin() as session:
        session.add(
            InboxMessage(
                conversation_id=conversation,
                message_id="m",
                text="hỏi",
                received_at=MONDAY,
                handled_at=MONDAY,
            )
        )
        append_event(session.connection(), conversation, {"author": "system", "text": "chào"})
        session.execute(sa.update(ConversationEvent).values(created_at=MONDAY))
        many(session, conversation, 3)
        folder.keep(session, CLEANED, conversation, "e" * 64, MONDAY)
        case = complaint(session, conversation)
        desk.refuse(session, case.id, "Không thuộc", OFFICER, HOURS, MONDAY)
    return conversation


def left(sessions) -> dict[str, int]:
    with sessions() as session:
        return {
            "messages": session.scalar(sa.select(sa.func.count()).select_from(InboxMessage)),
            "conversations": session.scalar(sa.select(sa.func.count()).select_from(Conversation)),
            "comments": session.scalar(sa.select(sa.func.count(Rating.comment))),
            "scores": session.scalar(sa.select(sa.func.count(Rating.score))),
            "pictures": session.scalar(sa.select(sa.func.count()).select_from(CaseEvidence)),
            "complaints": len(
                session.scalars(sa.select(CaseFile.id).where(CaseFile.text.contains("hẹn ba lần"))).all()
            ),
        }


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (179, set()),
        (181, {"messages"}),
        (366, {"messages", "conversations", "pictures"}),
        (731, {"messages", "conversations", "pictures", "comments"}),
        (1826, {"messages", "conversations", "pictures", "comments", "complaints"}),
    ],
)
def test_each_kind_goes_when_its_time_is_over(sessions, folder, filled, tmp_path, days, gone) -> None:
    before = left(sessions)
    assert all(before.values())
    purge(sessions, folder, MONDAY + days * DAY)
    purge(sessions, folder, MONDAY + days * DAY)
    after = left(sessions)
    assert {kind for kind, count in after.items() if count < before[kind]} == gone
    assert after["scores"] == before["scores"]
    assert bool(list((tmp_path / "evidence").iterdir())) == ("pictures" not in gone)


def test_what_is_kept_is_counted_in_the_words_of_the_policy(sessions, filled) -> None:
    with sessions() as session:
        kept = kept_of(session, filled)
    assert kept["ratings"] == 3
    assert set(kept) <= set(retention())


def test_a_conversation_with_an_open_case_stays(sessions, folder) -> None:
    conversation = new_conversation(sessions, key="o" * 64)
    with sessions.begin() as session:
        complaint(session, conversation)
    purge(sessions, folder, MONDAY + 400 * DAY)
    assert left(sessions)["conversations"] == 1


def test_a_time_must_be_a_number_of_days(tmp_path) -> None:
    broken = tmp_path / "retention.yml"
    broken.write_text(DATA.read_text(encoding="utf-8").replace("days: 180", "days: forever", 1), "utf-8")
    with pytest.raises(DataError, match="days"):
        load_retention(broken)


@pytest.mark.parametrize(("moment", "night"), [("2026-12-07 02:00", True), ("2026-12-07 09:00", False)])
def test_the_purge_works_at_night(moment, night) -> None:
    assert is_night(at(moment)) is night


def test_consent_is_kept_by_purpose_and_can_be_taken_back(sessions) -> None:
    conversation = new_conversation(sessions, key="q" * 64)
    with sessions.begin() as session:
        assert note_notice(session, conversation, "a" * 64, MONDAY)
        assert note_notice(session, conversation, "a" * 64, MONDAY)
        assert not note_notice(session, conversation, "b" * 64, MONDAY)
        record_consent(session, conversation, CONTACT, "b" * 64, MONDAY)
        record_consent(session, conversation, CONTACT, "b" * 64, MONDAY)
        assert withdraw_consent(session, conversation, MONDAY) == 1
        session.expire_all()
        notice, contact = consents_of(session, conversation)
        assert (notice.given, contact.given, contact.withdrawn_at is not None) == (None, True, True)
        with pytest.raises(KeyError):
            record_consent(session, conversation, "marketing", "c" * 64, MONDAY)


def test_where_rasa_has_no_memory_yet_nothing_is_forgotten(tmp_path, database_url) -> None:
    assert DialogueMemory(f"sqlite:///{tmp_path}/none.db").forget("x") == 0
    assert DialogueMemory(database_url).forget("x") == 0
