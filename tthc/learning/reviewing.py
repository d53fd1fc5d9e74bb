"""The actions of `tthc review` on the service's database."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Iterator
from contextlib import contextmanager

from knowledge.catalogue.records import Catalogue
from knowledge.catalogue.store import CatalogueStore
from knowledge.database.engine import SessionFactory, open_engine, session_factory
from knowledge.database.migrate import upgrade
from knowledge.learning import review
from knowledge.learning.effect import Effect
from knowledge.learning.learned import as_yaml, difference, from_lessons, live
from knowledge.learning.measuring import measure_reviewed
from knowledge.learning.publishing import PublicationError, WorseError, publish, roll_back
from knowledge.settings import Settings, read_settings
from tthc.errors import ExitCode, ExpectedError, UsageError
from tthc.learning.writing import write_into_project


@contextmanager
def _database() -> Iterator[tuple[Settings, SessionFactory]]:
    settings = read_settings()
    upgrade(settings.database_url)
    engine = open_engine(settings.database_url)
    try:
        yield settings, session_factory(engine)
    except review.ReviewError as error:
        raise UsageError(str(error)) from error
    finally:
        engine.dispose()


def list_groups(arguments: argparse.Namespace) -> int:
    """Print a line for each group: number, how many, how they ended, the guess, the first question."""
    with _database() as (_, sessions), sessions() as session:
        groups = review.open_groups(session)
        for one in groups[: arguments.limit]:
            print(
                f"{one.id:>6}  {len(one.questions):>4}x  {'/'.join(one.outcomes)}  {one.guess or '-'}  "
                f"{one.questions[0].text}"
            )
        print(f"{len(groups)} open groups, {sum(len(one.questions) for one in groups)} questions")
    return ExitCode.OK


def show_group(arguments: argparse.Namespace) -> int:
    """Print every question of a group."""
    with _database() as (_, sessions), sessions() as session:
        for question in review.find_group(session, arguments.group).questions:
            print(
                f"{question.asked_at:%Y-%m-%d} {question.channel} {question.outcome} "
                f"{question.confidence:.2f} {question.procedure_code or '-'}: {question.text}"
            )
    return ExitCode.OK


def assign_group(arguments: argparse.Namespace) -> int:
    """Make a lesson of a group."""
    if arguments.not_ours:
        meaning = review.Meaning(review.Target.NOT_OURS)
    elif arguments.facet:
        meaning = review.Meaning(review.Target.FACET, arguments.facet)
    else:
        meaning = review.Meaning(review.Target.PROCEDURE, arguments.procedure)
    with _database() as (_, sessions):
        catalogue = _catalogue(sessions)
        with sessions.begin() as session:
            found = review.find_group(session, arguments.group)
            ids = [question.id for question in found.questions]
            lesson = review.assign(session, ids, meaning, catalogue, _who(), arguments.wording)
            print(f"lesson {lesson.id}: {len(lesson.wordings)} wordings; live after `tthc review publish`")
    return ExitCode.OK


def ignore_group(arguments: argparse.Namespace) -> int:
    """Put a group aside."""
    with _database() as (_, sessions), sessions.begin() as session:
        found = review.find_group(session, arguments.group)
        count = review.ignore(session, [question.id for question in found.questions])
        print(f"{count} questions put aside")
    return ExitCode.OK


def drop_lesson(arguments: argparse.Namespace) -> int:
    """Take a lesson back."""
    with _database() as (_, sessions), sessions.begin() as session:
        review.drop(session, arguments.lesson)
    print(f"lesson {arguments.lesson} taken back; its questions are open again")
    return ExitCode.OK


def show_difference(_arguments: argparse.Namespace) -> int:
    """Print the lessons, and the difference of what they give from what is live."""
    with _database() as (_, sessions), sessions() as session:
        found = review.lessons(session)
        for lesson in found:
            print(f"{lesson.id:>6}  {lesson.target} {lesson.value or ''}  by {lesson.created_by}")
        print(difference(live(session), from_lessons(found)) or "nothing differs from what is live")
    return ExitCode.OK


def publish_reviewed(arguments: argparse.Namespace) -> int:
    """Measure, print the figures, and publish unless one drops."""
    with _database() as (settings, sessions):
        try:
            proposal = measure_reviewed(settings, sessions)
            _print_effect(proposal.effect)
            if arguments.check:
                return ExitCode.FAILED if proposal.effect.drops else ExitCode.OK
            number = publish(sessions, proposal, _who())
        except WorseError as error:
            raise ExpectedError(f"{error}; change or drop a lesson (tthc review diff)") from error
        except PublicationError as error:
            raise ExpectedError(str(error)) from error
    print(f"learned release {number} is live")
    return ExitCode.OK


def roll_back_learned(_arguments: argparse.Namespace) -> int:
    """Go back to what was live before."""
    with _database() as (_, sessions):
        try:
            before = roll_back(sessions, _who())
        except PublicationError as error:
            raise ExpectedError(str(error)) from error
    print(f"learned release {before.id} is live again" if before.id else "only what ships is live again")
    return ExitCode.OK


def export_learned(arguments: argparse.Namespace) -> int:
    """Print what is live, or put it into the project's data."""
    with _database() as (_, sessions), sessions() as session:
        learned = live(session)
    if not arguments.write:
        print(as_yaml(learned), end="")
        return ExitCode.OK
    for path in write_into_project(learned):
        print(path)
    print("review with `git diff`; facets are learned with the next `tthc train`")
    return ExitCode.OK


def _print_effect(effect: Effect) -> None:
    before, after = effect.as_json()["before"], effect.as_json()["after"]
    print("development questions, with marks and without, %      before   after")
    for name, label in (
        ("first", "right procedure first"),
        ("refused", "our own refused"),
        ("false_answers", "others' business answered"),
    ):
        print(f"{label:<50} {before[name] * 100:>9.1f} {after[name] * 100:>7.1f}")


def _catalogue(sessions: SessionFactory) -> Catalogue:
    published = CatalogueStore(sessions).current()
    if published is None:
        raise ExpectedError("no release of the catalogue is published: tthc catalogue publish")
    return published


def _who() -> str:
    return getpass.getuser()[:80]
