"""A citizen's own data: told, and erased everywhere in one run, with a receipt."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.dialogue.store import _STATES
from knowledge.cases import desk, handover
from knowledge.cases.models import CaseFile
from knowledge.dossiers.models import DossierWatch
from knowledge.feedback.models import Rating
from knowledge.messaging.models import Conversation, InboxMessage
from knowledge.messaging.records import IncomingMessage
from knowledge.messaging.store import MessageStore
from knowledge.privacy.models import ErasureReceipt
from tests.actions.citizen_talk import MONDAY, open_talk
from tests.actions.dossier_talk import Talk, titles
from tests.knowledge.cases.test_evidence import CLEANED

KEY = "a" * 64
MARK = "xanhngocbich"
"""A word that only this citizen ever said."""


def rich_talk(recording, tmp_path) -> Talk:
    """A citizen who left traces everywhere, each with the mark."""
    talk = open_talk(recording, address=recording.sealer.seal(f"chat {MARK}"))
    engine = recording.sessions.kw["bind"]
    store = MessageStore(engine, recording.sealer)
    row = store.receive(IncomingMessage("web", KEY, "m-1", f"tôi tên {MARK} hồ sơ H27.12-230412-0001")).row
    store.complete(row, [{"text": f"chào {MARK}", "buttons": [], "answer": {"outcome": "smalltalk"}}])
    with recording.sessions.begin() as session:
        recording.erasure.evidence.keep(session, CLEANED, 1, "p" * 64, MONDAY)
    talk.tap(talk.say(f"Cán bộ {MARK} hẹn ba lần không trả hồ sơ", "complain"), "Gửi")
    last = talk.say("tôi muốn đánh giá", "give_feedback")
    for _ in range(6):
        last = talk.tap(last, "Không hài lòng")
    talk.say(f"chờ lâu quá {MARK}", "give_feedback")
    talk.say("cho tôi gặp cán bộ", "ask_human")
    with recording.sessions.begin() as session:
        handover.take_over(session, 1, 7, "Sở", MONDAY)
        handover.send_message(session, 1, f"Chào {MARK}", 7, MONDAY)
        case = session.scalars(sa.select(CaseFile)).one()
        desk.add_note(session, case.id, f"người gửi là {MARK}", 7, MONDAY)
        desk.answer(session, case.id, f"Xin lỗi {MARK}", 7, recording.office_hours(), MONDAY)
        session.add(
            DossierWatch(
                origin="w" * 64,
                conversation_id=1,
                code_hash="c" * 64,
                code=recording.sealer.seal(MARK),
                factor="f" * 64,
                created_at=MONDAY,
                next_check_at=MONDAY,
            )
        )
    tracker = sa.create_engine(f"sqlite:///{tmp_path}/rasa-tracker.db")
    with tracker.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {_STATES.name} (sender TEXT PRIMARY KEY, events TEXT)")
        connection.exec_driver_sql(f"INSERT INTO {_STATES.name} VALUES (?, ?)", (KEY, f"nói {MARK}"))
        connection.exec_driver_sql(f"INSERT INTO {_STATES.name} VALUES ('other', 'of another')")
    tracker.dispose()
    return talk


def stores(tmp_path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}


def with_mark(tmp_path) -> list[str]:
    return sorted(name for name, content in stores(tmp_path).items() if MARK.encode() in content)


def test_what_is_kept_is_told_with_its_time(recording, tmp_path) -> None:
    talk = rich_talk(recording, tmp_path)
    told = talk.say("dữ liệu của tôi", "my_data")
    assert "Phản ánh, kiến nghị (sau khi kết thúc): 1 (giữ 5 năm)" in told.text
    assert "Ảnh gửi kèm (sau khi kết thúc): 1" in told.text
    assert titles(told) == ["Xóa dữ liệu của tôi"]


def test_erasing_needs_a_clear_yes(recording, tmp_path) -> None:
    talk = rich_talk(recording, tmp_path)
    asked = talk.say("xóa dữ liệu của tôi", "my_data")
    assert "1 phản ánh chưa xong" in asked.text
    assert "không xóa gì" in talk.tap(asked, "Không xóa").text
    talk.say("xóa dữ liệu của tôi", "my_data")
    assert "chưa có gì bị xóa" in talk.say("mở cây xăng cần giấy tờ gì").text
    assert with_mark(tmp_path)


def test_nothing_of_the_person_is_left_in_any_store(recording, tmp_path) -> None:
    talk = rich_talk(recording, tmp_path)
    assert {"rasa-tracker.db", "tthc.db-wal"} <= set(with_mark(tmp_path))
    assert list((tmp_path / "evidence").iterdir())
    reply = talk.tap(talk.say("xóa dữ liệu của tôi", "my_data"), "Xóa hết")
    assert reply.forget
    assert "XD-261207-" in reply.text
    assert with_mark(tmp_path) == []
    assert b"of another" in stores(tmp_path)["rasa-tracker.db"]
    assert not list((tmp_path / "evidence").iterdir())


def test_statistics_stay_without_a_way_back(recording, tmp_path) -> None:
    talk = rich_talk(recording, tmp_path)
    talk.tap(talk.say("xóa dữ liệu của tôi", "my_data"), "Xóa hết")
    with recording.sessions() as session:
        scores = session.execute(sa.select(Rating.score, Rating.conversation_id, Rating.comment)).all()
        case = session.scalars(sa.select(CaseFile)).one()
    assert scores == [(1, None, None)] * 6
    assert (case.conversation_id, case.sealed_text, case.stage) == (None, None, "withdrawn")
    assert case.handled_at is not None
    assert case.origin.startswith("erased-")


def test_a_message_handed_over_again_gives_the_same_receipt(recording, tmp_path) -> None:
    talk = rich_talk(recording, tmp_path)
    asked = talk.say("xóa dữ liệu của tôi", "my_data")
    yes = next(button.payload for button in asked.buttons if button.title == "Xóa hết")
    first = talk.say(yes, message_id="once")
    assert talk.say(yes, message_id="once").text == first.text
    with recording.sessions() as session:
        assert len(session.scalars(sa.select(ErasureReceipt)).all()) == 1


def test_the_shell_goes_within_the_hour(recording, tmp_path) -> None:
    talk = rich_talk(recording, tmp_path)
    talk.tap(talk.say("xóa dữ liệu của tôi", "my_data"), "Xóa hết")
    assert recording.erasure.finish(MONDAY + timedelta(minutes=10)) == 0
    assert recording.erasure.finish(MONDAY + timedelta(minutes=40)) == 1
    with recording.sessions() as session:
        assert session.scalars(sa.select(Conversation)).all() == []
        receipt = session.scalars(sa.select(ErasureReceipt)).one()
    assert (receipt.origin, receipt.conversation_id) == (None, None)
    assert receipt.completed_at is not None


def test_who_writes_again_meanwhile_keeps_only_what_is_new(recording, tmp_path) -> None:
    talk = rich_talk(recording, tmp_path)
    talk.tap(talk.say("xóa dữ liệu của tôi", "my_data"), "Xóa hết")
    with recording.sessions.begin() as session:
        for name, moment in (("old", MONDAY), ("new", MONDAY + timedelta(minutes=5))):
            session.add(InboxMessage(conversation_id=1, message_id=name, text=name, received_at=moment))
    assert recording.erasure.finish(MONDAY + timedelta(minutes=40)) == 1
    with recording.sessions() as session:
        assert session.scalars(sa.select(InboxMessage.text)).all() == ["new"]


def test_a_channel_that_was_left_erases_the_shell_too(recording, tmp_path) -> None:
    rich_talk(recording, tmp_path)
    receipt = recording.erasure.erase_person(1, "z" * 64, "channel", MONDAY)
    assert receipt.completed_at == MONDAY
    assert with_mark(tmp_path) == []
    with recording.sessions() as session:
        assert session.scalars(sa.select(Conversation)).all() == []


def test_a_group_is_no_place_for_it(recording) -> None:
    assert "nhắn riêng" in open_talk(recording, is_group=True).say("dữ liệu của tôi", "my_data").text
