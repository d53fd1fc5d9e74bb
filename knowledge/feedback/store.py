"""Writes requests and ratings in the caller's transaction; a second run changes nothing."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from knowledge.feedback.models import COMMENT_CHARS, Rating, RatingRequest
from knowledge.feedback.records import ANSWERED, ASKED, NOT_ASKED, REFUSED, Occasion, RatingError
from knowledge.text.masking import mask_for_keeping
from knowledge.text.normalise import fold

_COLUMNS = RatingRequest.__table__.c
_OWN = _COLUMNS.origin == sa.bindparam("its_origin")
_OUTCOME = sa.select(_COLUMNS.outcome).where(_OWN)
_NEW = sa.insert(RatingRequest)
_AGAIN = sa.update(RatingRequest).where(_OWN)
"""Statements of every answer, built once."""

CHANGEABLE = timedelta(days=1)
"""How long after a score it may be changed."""


def note_occasion(
    session: Session, occasion: Occasion, outcome: str, now: datetime, reason: str | None = None
) -> str:
    """Write that the occasion was ``asked``, or ``not_asked`` and why; return what holds now.

    What was not asked may be asked later (after quiet hours); what was asked stays asked.
    """
    session.flush()
    known: str | None = session.scalar(_OUTCOME, {"its_origin": occasion.origin})
    return note_outcome(session, occasion, known, outcome, now, reason)


def note_outcome(
    session: Session,
    occasion: Occasion,
    known: str | None,
    outcome: str,
    now: datetime,
    reason: str | None = None,
) -> str:
    """Do what ``note_occasion`` does where it is ``known`` already what is written of the occasion."""
    said = {"outcome": outcome, "reason": reason, "updated_at": now}
    if known is None:
        row = asdict(occasion)
        session.connection().execute(_NEW, {**row, **said, "occasion": row.pop("kind"), "created_at": now})
    elif known == NOT_ASKED:
        session.connection().execute(_AGAIN, {**said, "its_origin": occasion.origin})
    else:
        return known
    return outcome


def note_request(
    session: Session, occasion: Occasion, outcome: str, now: datetime, reason: str | None = None
) -> RatingRequest:
    """Do what ``note_occasion`` does and return the request, which can then be rated."""
    note_occasion(session, occasion, outcome, now, reason)
    own = sa.select(RatingRequest).where(RatingRequest.origin == occasion.origin)
    return session.scalars(own.execution_options(populate_existing=True)).one()


def find_request(session: Session, origin: str, conversation_id: int) -> RatingRequest:
    """Return what this conversation was asked.

    Raises:
        RatingError: it was not: a button of another conversation, or one that was made up.
    """
    query = sa.select(RatingRequest).where(
        RatingRequest.origin == origin,
        RatingRequest.conversation_id == conversation_id,
        RatingRequest.outcome != NOT_ASKED,
    )
    found = session.scalar(query)
    if found is None:
        raise RatingError("unknown")
    return found


def rate(
    session: Session, request: RatingRequest, score: int, scale: int, now: datetime, factor: str | None = None
) -> Rating:
    """Write a score from 1 to ``scale``, or change the one given for the same occasion and factor.

    Raises:
        RatingError: the first score is older than a day.
        ValueError: the score is not on the scale.
    """
    if not 1 <= score <= scale:
        raise ValueError(f"score must be from 1 to {scale}, not {score}")
    rating = _of(session, request, factor)
    if rating is None:
        rating = _new(request, factor, now)
        session.add(rating)
    elif rating.score != score or rating.scale != scale:
        _refuse_late(rating, now)
        rating.reason = None
    elif request.outcome == ANSWERED:
        return rating
    rating.score, rating.scale, rating.updated_at = score, scale, now
    request.outcome, request.reason, request.updated_at = ANSWERED, None, now
    session.flush()
    return rating


def give_reason(session: Session, request: RatingRequest, reason: str, now: datetime) -> Rating:
    """Write why an answer did not help.

    Raises:
        RatingError: it was not rated, or longer than a day ago.
    """
    rating = _rated(session, request)
    if rating.reason != reason:
        _refuse_late(rating, now)
        rating.reason, rating.updated_at = reason, now
    return rating


def give_comment(session: Session, request: RatingRequest, text: str, now: datetime) -> Rating:
    """Write the citizen's own words, masked.

    Raises:
        RatingError: nothing was rated on this occasion, or longer than a day ago.
    """
    rating = _rated(session, request)
    masked = mask_for_keeping(text)[:COMMENT_CHARS]
    if rating.comment != masked:
        _refuse_late(rating, now)
        rating.comment, rating.comment_plain, rating.updated_at = masked, fold(masked), now
    return rating


def refuse(request: RatingRequest, now: datetime) -> None:
    """Write that the citizen does not want to rate; scores given before stay."""
    if request.outcome == ASKED:
        request.outcome, request.updated_at = REFUSED, now


def ratings_of(session: Session, request: RatingRequest) -> list[Rating]:
    """Return the scores given on an occasion."""
    return list(session.scalars(sa.select(Rating).where(Rating.request_id == request.id).order_by(Rating.id)))


def _rated(session: Session, request: RatingRequest) -> Rating:
    given = ratings_of(session, request)
    if not given:
        raise RatingError("unknown")
    return given[0]


def _of(session: Session, request: RatingRequest, factor: str | None) -> Rating | None:
    return session.scalar(sa.select(Rating).where(Rating.origin == rating_origin(request.origin, factor)))


def rating_origin(request_origin: str, factor: str | None) -> str:
    """Return the name of a score among all: of the occasion and the factor."""
    return hashlib.sha256(f"{request_origin}\0{factor or ''}".encode()).hexdigest()


def _new(request: RatingRequest, factor: str | None, now: datetime) -> Rating:
    return Rating(
        origin=rating_origin(request.origin, factor),
        occasion=request.occasion,
        request_id=request.id,
        conversation_id=request.conversation_id,
        channel=request.channel,
        procedure_code=request.procedure_code,
        dossier_hash=request.dossier_hash,
        unit=request.unit,
        field=request.field,
        factor=factor,
        created_at=now,
    )


def _refuse_late(rating: Rating, now: datetime) -> None:
    if now - rating.created_at > CHANGEABLE:
        raise RatingError("too_late")
