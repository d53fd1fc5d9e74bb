"""From a missed question to a wording that the search knows, and back."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from knowledge.catalogue.search import Verdict, build_index
from knowledge.learning import review
from knowledge.learning.collecting import KEPT, collect, forget_old
from knowledge.learning.effect import CheckQuestion, Effect, Figures, measure, read_check_questions
from knowledge.learning.learned import Learned, as_yaml, difference, extend, from_content, from_lessons, live
from knowledge.learning.models import IGNORED, TAUGHT, MissedQuestion
from knowledge.learning.publishing import PublicationError, WorseError, propose, publish, roll_back
from knowledge.learning.review import Meaning, ReviewError, Target
from knowledge.learning.store import LearnedStore
from knowledge.messaging.models import Conversation

NOW = datetime.now(timezone.utc)


def gather(database) -> int:
    with database.begin() as session:
        return collect(session, datetime.now(timezone.utc))


def questions(database) -> list[MissedQuestion]:
    with database() as session:
        return list(session.scalars(sa.select(MissedQuestion).order_by(MissedQuestion.id)))


def test_only_what_was_missed_is_kept_and_only_once(say, database):
    say("trụ bơm mini ở bản xa", "out_of_scope")
    say("giấy gì đó của tôi", "clarify", candidates=["2.000591"])
    say("không chắc chắn lắm", "answered", confidence=0.4, procedure="2.000004")
    say("mở cây xăng thế nào", "answered", confidence=0.95, procedure="2.000648")
    say("xin chào anh chị", "smalltalk")
    say("ừ", "unclear")

    assert gather(database) == 3
    assert gather(database) == 0
    say("câu nữa bị sót", "unclear")
    assert gather(database) == 1
    assert {q.text: q.procedure_code for q in questions(database)} == {
        "trụ bơm mini ở bản xa": None,
        "giấy gì đó của tôi": "2.000591",
        "không chắc chắn lắm": "2.000004",
        "câu nữa bị sót": None,
    }


def test_personal_data_is_not_kept(say, database):
    say("gọi tôi số 0912345678 về trụ bơm mini", "unclear")
    gather(database)

    assert "0912345678" not in questions(database)[0].text


def test_a_question_goes_with_its_conversation_and_with_time(say, database):
    say("trụ bơm mini ở bản", "unclear")
    gather(database)
    with database.begin() as session:
        forget_old(session, NOW + KEPT - timedelta(days=1))
    assert len(questions(database)) == 1
    with database.begin() as session:
        forget_old(session, NOW + KEPT + timedelta(days=1))
    assert questions(database) == []

    gather(database)
    with database.begin() as session:
        session.execute(sa.delete(Conversation))
    assert questions(database) == []


def test_questions_alike_are_one_group_the_largest_first(say, database):
    say("đổi bằng lái xe ô tô hạng B", "out_of_scope")
    say("trụ bơm xăng mini ở bản cần giấy gì", "unclear", candidates=["2.000648"])
    say("tru bom xang mini o ban can giay gi", "out_of_scope")
    gather(database)

    with database() as session:
        groups = review.open_groups(session)
        assert [len(group.questions) for group in groups] == [2, 1]
        assert groups[0].guess == "2.000648"
        assert set(groups[0].outcomes) == {"unclear", "out_of_scope"}
        with pytest.raises(ReviewError, match="no open group 999"):
            review.find_group(session, 999)


@pytest.fixture
def petrol_lesson(say, database, catalogue) -> int:
    say("trụ bơm mini ở bản cao", "out_of_scope")
    say("tru bom mini ban cao", "unclear")
    gather(database)
    with database.begin() as session:
        ids = [question.id for question in review.open_groups(session)[0].questions]
        return review.assign(session, ids, Meaning(Target.PROCEDURE, "2.000648"), catalogue, "lan").id


def test_a_decision_closes_its_questions_and_can_be_taken_back(petrol_lesson, database):
    assert {q.state for q in questions(database)} == {TAUGHT}
    with database.begin() as session:
        review.drop(session, petrol_lesson)
    assert {(q.state, q.lesson_id) for q in questions(database)} == {("open", None)}
    with database.begin() as session, pytest.raises(ReviewError):
        review.drop(session, petrol_lesson)


def test_impossible_decisions_are_refused(say, database, catalogue):
    say("câu hỏi lạ lùng", "unclear")
    gather(database)
    ids = [questions(database)[0].id]
    for meaning in (
        Meaning(Target.PROCEDURE, "9.999999"),
        Meaning(Target.FACET, "colour"),
        Meaning(Target.NOT_OURS, "2.000648"),
    ):
        with database.begin() as session, pytest.raises(ReviewError):
            review.assign(session, ids, meaning, catalogue, "lan")
    with database.begin() as session, pytest.raises(ReviewError, match="nothing to learn"):
        review.assign(session, [12345], Meaning(Target.NOT_OURS), catalogue, "lan")
    with database.begin() as session:
        assert review.ignore(session, ids) == 1
    assert questions(database)[0].state == IGNORED


def test_reviewed_wordings_go_live_when_nothing_drops_and_can_be_withdrawn(
    petrol_lesson, database, catalogue, language
):
    asked = [
        CheckQuestion("mở cây xăng", frozenset({"2.000648"})),
        CheckQuestion("xin hộ chiếu", frozenset()),
    ]
    store = LearnedStore(database, clock=iter(range(0, 1000, 10)).__next__)
    assert store.current() == Learned()

    proposal = propose(database, language, lambda known: build_index(catalogue, known), asked)
    number = publish(database, proposal, "lan")

    now_live = store.current()
    assert now_live.id == number
    assert now_live.examples == {"2.000648": ("trụ bơm mini ở bản cao", "tru bom mini ban cao")}
    index = build_index(catalogue, extend(language, now_live))
    assert index.search("trụ bơm mini bản cao").candidates[0].code == "2.000648"
    with pytest.raises(PublicationError, match="nothing was reviewed"):
        propose(database, language, lambda known: build_index(catalogue, known), asked)
    with pytest.raises(PublicationError, match="meanwhile"):
        publish(database, proposal, "lan")

    assert roll_back(database, "lan") == Learned()
    assert store.current().examples == {}
    with pytest.raises(PublicationError, match="nothing"):
        roll_back(database, "lan")


def test_a_drop_blocks(say, database, catalogue, language):
    """Wordings assigned to the wrong procedure take another's question away from it."""
    wrong = ("mở cây xăng", "mở cây xăng ở quê", "bán xăng lẻ", "xây trạm xăng", "cửa hàng xăng dầu mới mở")
    with database.begin() as session:
        review.assign(session, [], Meaning(Target.NOT_OURS), catalogue, "lan", wrong * 3)
        review.assign(session, [], Meaning(Target.PROCEDURE, "2.000004"), catalogue, "lan", wrong)
    asked = [CheckQuestion("mở cây xăng", frozenset({"2.000648"}))]

    proposal = propose(database, language, lambda known: build_index(catalogue, known), asked)

    assert proposal.effect.drops
    with pytest.raises(WorseError, match="not published"):
        publish(database, proposal, "lan")
    with database() as session:
        assert live(session) == Learned()


@pytest.mark.parametrize(
    ("after", "drops"),
    [
        (Figures(0.9, 0.02, 0.02), ()),
        (Figures(0.95, 0.0, 0.0), ()),
        (Figures(0.89, 0.02, 0.02), ("first",)),
        (Figures(0.9, 0.03, 0.03), ("refused", "false_answers")),
    ],
)
def test_what_counts_as_a_drop(after, drops):
    assert Effect(Figures(0.9, 0.02, 0.02), after).drops == drops


def test_figures_count_marks_and_no_marks(catalogue, language):
    index = build_index(catalogue, language)
    asked = [CheckQuestion("mở cây xăng", frozenset({"2.000648"})), CheckQuestion("zzz qqq", frozenset())]

    figures = measure(index, asked)

    found = [index.search(text) for text in ("mở cây xăng", "mo cay xang")]
    assert figures.refused == sum(one.verdict is Verdict.NONE for one in found) / 2
    assert figures.false_answers == 0.0


def test_the_development_questions_can_be_read():
    asked = read_check_questions()
    assert len(asked) > 200
    assert any(not question.codes for question in asked)


def test_what_changes_is_shown_as_yaml(petrol_lesson, database):
    with database() as session:
        reviewed = from_lessons(review.lessons(session))
    shown = difference(Learned(), reviewed)

    assert "+  '2.000648':" in shown
    assert "+  - trụ bơm mini ở bản cao" in shown
    assert difference(reviewed, reviewed) == ""
    assert "others: []" in as_yaml(reviewed)


def test_a_wording_that_ships_is_taken_away_until_it_is_learned_again(database, catalogue, language):
    gone, wordings = Meaning(Target.REMOVED, "2.000648"), ["mở cây xăng", "chưa từng có"]
    with database.begin() as session:
        review.assign(session, [], gone, catalogue, "lan", wordings)
        without = from_lessons(review.lessons(session))
        review.assign(session, [], Meaning(Target.PROCEDURE, "2.000648"), catalogue, "lan", wordings[:1])
        again = from_lessons(review.lessons(session))
    shipped = language.examples["2.000648"]
    assert extend(language, without).examples["2.000648"] == shipped[1:]
    assert sorted(extend(language, again).examples["2.000648"]) == sorted(shipped)
    assert from_content(without.content()).removed == without.removed
    assert from_content({"examples": {}, "others": [], "facets": {}}) == Learned()
