"""When to ask, what is written, and the lists of staff, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from knowledge.cases.handover import take_over
from knowledge.database.paging import CursorError
from knowledge.dossiers.models import DossierWatch
from knowledge.feedback import desk, listing
from knowledge.feedback.asking import Moment, asking_policy, why_not
from knowledge.feedback.invitations import invite_all
from knowledge.feedback.listing import FeedbackFilter, count_feedback, export_feedback, list_feedback
from knowledge.feedback.models import Rating, RatingRequest
from knowledge.feedback.records import ANSWER, ASKED, NOT_ASKED, SURVEY, Occasion, RatingError
from knowledge.feedback.store import find_request, give_comment, note_request, rate, refuse
from knowledge.messaging.models import Conversation
from knowledge.preferences.store import change_preferences
from tests.knowledge.cases.conftest import MONDAY, at, complaint, new_conversation, said

DAY = timedelta(days=1)


@pytest.fixture
def conversation(sessions) -> int:
    return new_conversation(sessions)


def asked(session, conversation, name, outcome=ASKED, now=MONDAY, kind=ANSWER, **values) -> RatingRequest:
    return note_request(session, Occasion(name * 64, kind, "web", conversation, **values), outcome, now)


def moment(session, conversation, **values) -> Moment:
    return replace(Moment(ANSWER, conversation, MONDAY), **values)


def answered(session, conversation, times=1) -> None:
    """So many answers before, none of which was asked about."""
    for number in range(times):
        asked(session, conversation, "0123456789"[number], NOT_ASKED)


def test_nothing_speaks_against_asking(sessions, conversation) -> None:
    with sessions.begin() as session:
        answered(session, conversation)
        assert why_not(session, moment(session, conversation)) is None
        assert why_not(session, moment(session, conversation, kind=SURVEY)) is None


@pytest.mark.parametrize(("kind", "name"), [(ANSWER, "ask_for_ratings"), (SURVEY, "ask_for_surveys")])
def test_each_way_of_asking_is_switched_off_by_itself(sessions, conversation, kind, name) -> None:
    with sessions.begin() as session:
        answered(session, conversation)
        assert change_preferences(session, {name: "off"}, "lan") == {name: "off"}
        reasons = {one: why_not(session, moment(session, conversation, kind=one)) for one in (ANSWER, SURVEY)}
    assert reasons == {ANSWER: None, SURVEY: None, kind: "switched_off"}


def test_every_rule_speaks_against_asking_when_it_should(sessions, conversation) -> None:
    found: dict[str, str | None] = {}
    with sessions.begin() as session:
        here = moment(session, conversation)
        found["too_early"] = why_not(session, here)
        answered(session, conversation)
        assert why_not(session, here) is None
        found["mid_talk"] = why_not(session, replace(here, mid_talk=True))
        found["conversation_gone"] = why_not(session, replace(here, conversation_id=None))
        survey = replace(here, kind=SURVEY)
        found["quiet_hours"] = why_not(session, replace(survey, now=at("2026-12-07 22:00")))
        zalo = Conversation(channel="zalo", key="z" * 64, created_at=MONDAY, last_seen_at=MONDAY - 3 * DAY)
        group = Conversation(
            channel="telegram", key="g" * 64, created_at=MONDAY, last_seen_at=MONDAY, is_group=True
        )
        session.add_all([zalo, group])
        session.flush()
        found["window_closed"] = why_not(session, replace(survey, conversation_id=zalo.id))
        found["in_group"] = why_not(session, replace(here, conversation_id=group.id))
        asked(session, conversation, "a")
        found["asked_lately"] = why_not(session, here)
        refuse(asked(session, conversation, "a"), MONDAY)
        found["refused_lately"] = why_not(session, here)
        take_over(session, conversation, 7, "Sở", MONDAY)
        found["with_staff"] = why_not(session, here)
        complaint(session, conversation)
        found["complained"] = why_not(session, here)
    assert found == {name: name for name in found}
    assert set(found) == {name for rules in asking_policy().rules.values() for name in rules.names}


def test_three_requests_without_an_answer_are_a_no(sessions, conversation) -> None:
    with sessions.begin() as session:
        for name, days in (("a", 20), ("b", 15), ("c", 10)):
            asked(session, conversation, name, now=MONDAY - days * DAY)
        assert why_not(session, moment(session, conversation)) == "refused_lately"


def test_what_was_not_asked_does_not_count_as_asked(sessions, conversation) -> None:
    with sessions.begin() as session:
        asked(session, conversation, "a", NOT_ASKED)
        assert why_not(session, moment(session, conversation)) is None
        with pytest.raises(RatingError):
            find_request(session, "a" * 64, conversation)


def test_the_same_occasion_is_one_request_and_one_score(sessions, conversation) -> None:
    with sessions.begin() as session:
        request = asked(session, conversation, "a")
        assert asked(session, conversation, "a").id == request.id
        for score in (1, 1, 2):
            rate(session, request, score, 2, MONDAY)
        assert session.scalars(sa.select(Rating.score)).all() == [2]
        with pytest.raises(ValueError, match="from 1 to 2"):
            rate(session, request, 3, 2, MONDAY)
        with pytest.raises(RatingError, match="too_late"):
            give_comment(session, request, "muộn", MONDAY + 2 * DAY)


def many(session, conversation, count=30) -> None:
    """Ratings of three procedures, a minute apart; every third has words."""
    for number in range(count):
        now = MONDAY + timedelta(minutes=number)
        origin = f"{number:064}"
        occasion = Occasion(origin, ANSWER, "web", conversation, f"2.00000{number % 3}", "Dầu khí", "Sở")
        request = note_request(session, occasion, ASKED, now)
        rate(session, request, 1 + number % 2, 2, now)
        if number % 3 == 0:
            give_comment(session, request, f"Chờ lâu quá lần {number}", now)


def test_pages_go_through_everything_once_newest_first(sessions, conversation) -> None:
    with sessions.begin() as session:
        many(session, conversation)
        seen, cursor = [], None
        while True:
            page = list_feedback(session, FeedbackFilter(), cursor, 7)
            seen += [rating.created_at for rating in page.rows]
            cursor = page.next
            if cursor is None:
                break
        assert seen == sorted(seen, reverse=True)
        assert len(seen) == 30
        assert len(list(export_feedback(session, FeedbackFilter()))) == 30
        with pytest.raises(CursorError):
            list_feedback(session, FeedbackFilter(), "nonsense")


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (FeedbackFilter(procedure_code="2.000001"), 10),
        (FeedbackFilter(score=1), 15),
        (FeedbackFilter(channel="zalo"), 0),
        (FeedbackFilter(unit="Sở", field="Dầu khí", occasion=ANSWER), 30),
        (FeedbackFilter(commented=True), 10),
        (FeedbackFilter(text="cho LAU"), 10),
        (FeedbackFilter(text="lần 27"), 1),
        (FeedbackFilter(text="100% _ ' --"), 0),
        (FeedbackFilter(since=MONDAY + timedelta(minutes=10), until=MONDAY + timedelta(minutes=20)), 10),
        (FeedbackFilter(reviewed=True), 2),
        (FeedbackFilter(reviewed=False), 28),
        (FeedbackFilter(assigned_to=7), 1),
        (FeedbackFilter(label="chờ lâu"), 2),
    ],
)
def test_lists_are_filtered(sessions, conversation, wanted, count) -> None:
    with sessions.begin() as session:
        many(session, conversation)
        ids = session.scalars(sa.select(Rating.id).order_by(Rating.id)).all()
        assert desk.mark_reviewed(session, ids[:2], MONDAY) == 2
        desk.assign(session, ids[:1], 7, MONDAY)
        assert desk.add_label(session, ids[:2], "  chờ   lâu ") == 2
        assert desk.add_label(session, ids[:2], "chờ lâu") == 0
        session.expire_all()
        assert len(list_feedback(session, wanted).rows) == count
        assert count_feedback(session, wanted) == count


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (FeedbackFilter(unit="Sở", score=1), 15),
        (FeedbackFilter(procedure_code="2.000000", text="lần 27"), 1),
        (FeedbackFilter(channel="web", field="Điện"), 0),
        (FeedbackFilter(reviewed=True), 30),
    ],
)
def test_what_no_index_serves_is_looked_for_stretch_by_stretch(
    sessions, conversation, wanted, count, monkeypatch
) -> None:
    monkeypatch.setattr(listing, "SEARCHED_RATINGS", 4)
    with sessions.begin() as session:
        many(session, conversation)
        session.execute(sa.update(Rating).values(reviewed_at=MONDAY))
        assert len({rating.id for rating in export_feedback(session, wanted)}) == count
        assert len(list_feedback(session, wanted).rows) <= 4


def test_notes_and_labels_belong_to_their_rating(sessions, conversation) -> None:
    with sessions.begin() as session:
        many(session, conversation, 2)
        first, second = session.scalars(sa.select(Rating.id).order_by(Rating.id)).all()
        desk.add_note(session, first, "Đã gọi lại", 7, MONDAY)
        desk.add_label(session, [first], "khen")
        assert [note.text for note in desk.notes_of(session, first)] == ["Đã gọi lại"]
        assert desk.notes_of(session, second) == []
        assert desk.labels_of(session, [first, second]) == {first: ["khen"]}
        desk.remove_label(session, [first], "khen")
        assert desk.all_labels(session) == []
        for wrong in ("", "x" * 3000):
            with pytest.raises(ValueError, match="a note has"):
                desk.add_note(session, first, wrong, 7, MONDAY)


def watched(sessions, conversation) -> None:
    with sessions.begin() as session:
        session.add(
            DossierWatch(
                origin="w" * 64,
                conversation_id=conversation,
                code_hash="c" * 64,
                factor="f" * 64,
                created_at=MONDAY - DAY,
                next_check_at=MONDAY,
                ended_at=MONDAY - timedelta(minutes=20),
                end_reason="final",
            )
        )


def test_a_result_invites_to_the_survey_once(sessions, conversation) -> None:
    watched(sessions, conversation)
    assert invite_all(sessions, "Sở Công Thương", "Sở", MONDAY) == 1
    assert invite_all(sessions, "Sở Công Thương", "Sở", MONDAY) == 0
    with sessions() as session:
        (told,) = said(session, conversation)
        request = session.scalars(sa.select(RatingRequest)).one()
    assert "đã có kết quả" in told["text"]
    assert request.origin in told["buttons"][0]["payload"]
    assert (request.outcome, request.dossier_hash) == (ASKED, "c" * 64)


def test_at_night_the_invitation_waits_for_the_morning(sessions, conversation) -> None:
    watched(sessions, conversation)
    night, morning = at("2026-12-07 22:00"), at("2026-12-08 08:00")
    assert invite_all(sessions, "Sở", "Sở", night) == 0
    with sessions() as session:
        assert session.scalars(sa.select(RatingRequest.reason)).all() == ["quiet_hours"]
    assert invite_all(sessions, "Sở", "Sở", morning) == 1
    with sessions() as session:
        rows = session.execute(sa.select(RatingRequest.outcome, RatingRequest.reason)).all()
    assert rows == [(ASKED, None)]


def test_who_complained_is_not_invited_and_that_is_counted(sessions, conversation) -> None:
    watched(sessions, conversation)
    with sessions.begin() as session:
        complaint(session, conversation)
    assert invite_all(sessions, "Sở", "Sở", MONDAY) == 0
    with sessions() as session:
        assert session.execute(sa.select(RatingRequest.outcome, RatingRequest.reason)).all() == [
            (NOT_ASKED, "complained")
        ]
        assert said(session, conversation) == []
