"""Tables made for analysis: what happened, by day, unit, field, procedure and channel; nobody's identity.

Facts are copies without names, numbers, codes of dossiers or words of citizens; they outlive the messages
they were counted from. A day is a day in Vietnam. Texts that are not known are empty, never NULL, so that
every fact falls into exactly one group. Units keep the name they had; reports bring old names together.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from knowledge.database.base import Base
from knowledge.database.types import UtcDateTime

NAME_CHARS = 200
CODE_CHARS = 16
WORD_CHARS = 32


class _Place:
    """Where a fact belongs."""

    unit: Mapped[str] = mapped_column(String(NAME_CHARS), default="")
    field: Mapped[str] = mapped_column(String(NAME_CHARS), default="")
    procedure_code: Mapped[str] = mapped_column(String(CODE_CHARS), default="")
    channel: Mapped[str] = mapped_column(String(16), default="")


class _Copied:
    """A copy of one row of a source, known by the source's id and the moment that row last changed."""

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FactDossier(_Copied, _Place, Base):
    """A dossier, ``channel`` being how it was submitted: ``online``, ``direct`` or ``post``."""

    __tablename__ = "fact_dossier"

    received_day: Mapped[date] = mapped_column(index=True)
    due_day: Mapped[date | None]
    """Empty too while the clock stands still (the citizen has to add or to pay something)."""
    finished_day: Mapped[date | None] = mapped_column(index=True)
    returned_day: Mapped[date | None] = mapped_column(index=True)
    overdue_day: Mapped[date | None] = mapped_column(index=True)
    """The first day on which it was late and not finished."""
    status: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(8))
    """``open``, ``early``, ``on_time`` or ``late``."""
    refused: Mapped[int]
    """1: finished without a result (refused, withdrawn, stopped)."""
    returned_via: Mapped[str] = mapped_column(String(8))
    has_fee: Mapped[int]
    paid_online: Mapped[int]
    supplement_rounds: Mapped[int]
    due_unknown: Mapped[int]
    """1: finished or open without a date that was promised."""
    finish_estimated: Mapped[int]
    """1: the source says that it is finished and not when; the day of its last change stands in."""
    working_days: Mapped[int | None]
    """Working days from the day of reception (not counted) to the day it was finished."""
    promised_days: Mapped[int | None]
    """Working days from the day of reception (not counted) to the promised day."""


class FactRating(_Copied, _Place, Base):
    """A score: of an answer, or of one factor of a survey."""

    __tablename__ = "fact_rating"
    __table_args__ = (
        Index(
            "ix_fact_rating_day", "day", "occasion", "factor", "scale", "score", "satisfied", "unit", "field"
        ),
    )

    day: Mapped[date]
    occasion: Mapped[str] = mapped_column(String(16))
    factor: Mapped[str] = mapped_column(String(WORD_CHARS))
    score: Mapped[int]
    scale: Mapped[int]
    satisfied: Mapped[int]
    """1: the level counts as satisfied (``knowledge/feedback/data/survey.yml``)."""
    reason: Mapped[str] = mapped_column(String(WORD_CHARS))
    has_comment: Mapped[int]
    about_dossier: Mapped[int]


class FactRatingRequest(_Copied, _Place, Base):
    """An occasion to ask for a rating, and what came of it."""

    __tablename__ = "fact_rating_request"
    __table_args__ = (Index("ix_fact_rating_request_days", "day", "occasion", "outcome", "unit", "field"),)

    day: Mapped[date]
    occasion: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(WORD_CHARS))


class FactCase(_Copied, _Place, Base):
    """A complaint, petition, bad rating or request for a person, with its clocks as days."""

    __tablename__ = "fact_case"

    code: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(16))
    day: Mapped[date] = mapped_column(index=True)
    handle_by: Mapped[date]
    publish_by: Mapped[date | None]
    handled_day: Mapped[date | None] = mapped_column(index=True)
    published_day: Mapped[date | None]
    closed_day: Mapped[date | None]
    reopened: Mapped[int]
    about_dossier: Mapped[int]
    settled: Mapped[int | None]
    """1 or 0: what the citizen said; empty: not asked, or silent."""


class FactTurn(_Place, Base):
    """A citizen's message and what the assistant made of it, without its words."""

    __tablename__ = "fact_turn"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(index=True)
    hour: Mapped[int]
    talk: Mapped[str] = mapped_column(String(16))
    """The conversation on this day, as a keyed hash that differs from day to day: nobody can be followed."""
    outcome: Mapped[str] = mapped_column(String(16))
    intent: Mapped[str] = mapped_column(String(40))
    typed: Mapped[int]
    """1: words; 0: a tapped button."""
    question: Mapped[int]
    """1: a question about procedures: answered, asked back, not ours, withdrawn, listed or not understood."""
    milliseconds: Mapped[int]
    """From the message's arrival to its replies."""


class FactLookup(_Copied, _Place, Base):
    """That somebody asked where a dossier stands, and how it ended."""

    __tablename__ = "fact_lookup"

    day: Mapped[date] = mapped_column(index=True)
    result: Mapped[str] = mapped_column(String(16))
    overdue: Mapped[int]


class FactHandover(_Copied, _Place, Base):
    """A request for a person."""

    __tablename__ = "fact_handover"

    day: Mapped[date] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(16))
    taken: Mapped[int]
    wait_seconds: Mapped[int]
    """Until an officer took it; 0 when nobody did."""
    outcome: Mapped[str] = mapped_column(String(16))


class RollupDossier(Base):
    """What happened to dossiers on a day, added up; every report and the dashboard read this."""

    __tablename__ = "rollup_dossier"

    day: Mapped[date] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(NAME_CHARS), primary_key=True)
    field: Mapped[str] = mapped_column(String(NAME_CHARS), primary_key=True)
    procedure_code: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    received: Mapped[int]
    with_fee: Mapped[int]
    """Received, of procedures with a fee."""
    paid_online: Mapped[int]
    """Received and paid online."""
    early: Mapped[int]
    on_time: Mapped[int]
    late: Mapped[int]
    refused: Mapped[int]
    """Of the three above: finished without a result."""
    supplemented: Mapped[int]
    """Of the three: after at least one request to add something."""
    repeated: Mapped[int]
    """Of the three: after more than one."""
    repeated_in_time: Mapped[int]
    """Of early and on time: after more than one."""
    due_unknown: Mapped[int]
    finish_estimated: Mapped[int]
    became_overdue: Mapped[int]
    timed: Mapped[int]
    """Finished with a result and both times known: what the next two are added up over."""
    working_days: Mapped[int]
    promised_days: Mapped[int]
    returned: Mapped[int]
    returned_by_post: Mapped[int]


class RollupTurn(Base):
    """A day's messages, added up."""

    __tablename__ = "rollup_turn"

    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    field: Mapped[str] = mapped_column(String(NAME_CHARS), primary_key=True)
    procedure_code: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(16), primary_key=True)
    turns: Mapped[int]
    questions: Mapped[int]
    milliseconds: Mapped[int]


class RollupTalk(Base):
    """A day's conversations, added up."""

    __tablename__ = "rollup_talk"

    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    talks: Mapped[int]
    with_question: Mapped[int]
    contained: Mapped[int]
    """With a question, at least one answer, and no request for a person."""


class DimRelease(Base):
    """From which day on a release of the catalogue was in force."""

    __tablename__ = "dim_release"

    since: Mapped[date] = mapped_column(primary_key=True)
    release_id: Mapped[int]


class DimProcedure(Base):
    """A procedure as a release lists it."""

    __tablename__ = "dim_procedure"

    release_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    procedure_code: Mapped[str] = mapped_column(String(CODE_CHARS), primary_key=True)
    name: Mapped[str] = mapped_column(String(1000))
    field: Mapped[str] = mapped_column(String(NAME_CHARS))
    online_level: Mapped[str] = mapped_column(String(8))
    """``full``, ``partial`` or ``none``; empty when not stated."""
    statutory_days: Mapped[int | None]
    """Longest limit for filing online or in person, in working days; empty when stated otherwise."""
    committed_days: Mapped[int | None]
    is_complete: Mapped[int]
    """1: the catalogue states the parts that Decree 63/2010/NĐ-CP, article 8.2 asks for."""


class ReportWatermark(Base):
    """Up to where each source was copied."""

    __tablename__ = "report_watermark"

    source: Mapped[str] = mapped_column(String(32), primary_key=True)
    copied_until: Mapped[datetime] = mapped_column(UtcDateTime)
    last_id: Mapped[int]


class RollupDirty(Base):
    """A day whose facts changed and whose rollup was not made again yet."""

    __tablename__ = "rollup_dirty"

    rollup: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class ReportRun(Base):
    """A report or evidence pack that was asked for at the console, and how far it is."""

    __tablename__ = "report_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(16))
    """A kind of report, or ``evidence``."""
    period: Mapped[str] = mapped_column(String(24))
    days: Mapped[str] = mapped_column(String(16))
    """``calendar`` or ``administrative``."""
    unit: Mapped[str] = mapped_column(String(NAME_CHARS))
    field: Mapped[str] = mapped_column(String(NAME_CHARS))
    forms: Mapped[list[str]] = mapped_column(JSON)
    asked_by: Mapped[int | None]
    """Account id."""
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    state: Mapped[str] = mapped_column(String(16))
    """``waiting``, ``running``, ``done`` or ``failed``."""
    step: Mapped[str] = mapped_column(String(16))
    """What is being done: ``refresh``, ``count``, or the form being written."""
    steps_done: Mapped[int]
    steps: Mapped[int]
    progress_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it last went on; long ago and not finished: it was interrupted."""
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    files: Mapped[list[str]] = mapped_column(JSON)
    """Names of the files in the folder of this run."""
