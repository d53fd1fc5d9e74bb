"""What NLU understood of one message, as plain values."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from knowledge.catalogue.topics import Case
from knowledge.fees.records import Applicant, Area
from knowledge.text.lexicon import load_lexicon
from knowledge.text.normalise import fold


class Facet(str, Enum):
    """What can be asked about a procedure."""

    OVERVIEW = "overview"
    DOCUMENTS = "documents"
    FEE = "fee"
    DEADLINE = "deadline"
    STEPS = "steps"
    CHANNELS = "channels"
    ONLINE_LEVEL = "online_level"
    RESULT = "result"
    CONDITIONS = "conditions"
    LEGAL_BASIS = "legal_basis"
    FORMS = "forms"
    AGENCY = "agency"
    APPLICANTS = "applicants"


ATTACHMENT = "attachment"
PAPER_FACETS = frozenset({Facet.DOCUMENTS, Facet.FORMS, Facet.FEE, Facet.CONDITIONS, Facet.LEGAL_BASIS})


@dataclass(frozen=True)
class Question:
    """One message as understood. ``text`` is empty when a button sent a payload.

    ``values`` is everything a payload carries (entity to value). ``sender`` is the conversation's key on
    ``channel``; with ``message_id`` it names this message for good: what an action stores because of it
    carries ``origin``, so that a message handed over again does not act twice.
    """

    text: str
    intent: str
    confidence: float
    facets: tuple[Facet, ...] = ()
    codes: tuple[str, ...] = ()
    case: str | None = None
    actor: str | None = None
    area: str | None = None
    level: str | None = None
    online_level: str | None = None
    ordinal: str | None = None
    points: int | None = None
    truncated: bool = False
    values: Mapping[str, str] = field(default_factory=dict)
    sender: str = ""
    channel: str = ""
    message_id: str = ""
    in_group: bool = False
    attachments: tuple[Mapping[str, Any], ...] = ()
    """Files that came with it: ``kind`` (image, file, audio, video, sticker, location, contact), ``url`` or
    ``file_id``, ``name``, ``size``."""

    @property
    def asks_for_papers(self) -> bool:
        """Whether "hồ sơ" means the papers of a procedure ("hồ sơ gồm những gì"), not a dossier filed.

        Only words that ask for papers count, not a facet guessed from the shape of the message.
        """
        if self.intent != "dossier_status" or not PAPER_FACETS.intersection(self.facets):
            return False
        said = {match.value for match in load_lexicon().find(self.text) if match.entity == "facet"}
        return bool(PAPER_FACETS.intersection(said))

    @property
    def is_file_only(self) -> bool:
        """Whether the message is nothing but a file: the gateway makes it a step of no flow."""
        return self.values.get("flow") == ATTACHMENT

    @property
    def origin(self) -> str:
        """Name of this message among all: 64 hex digits."""
        return hashlib.sha256(f"{self.channel}\0{self.sender}\0{self.message_id}".encode()).hexdigest()


def read_question(message: Mapping[str, Any], sender: str = "") -> Question:
    """Read Rasa's latest message (``tracker.latest_message``) in the conversation of ``sender``.

    What an extractor found and the domain has no value for is passed over.
    """
    entities = list(_entities(message.get("entities") or ()))
    text = str(message.get("text") or "")
    intent = message.get("intent") or {}
    metadata = message.get("metadata") or {}
    facets = dict.fromkeys(Facet(value) for value in _values(entities, "facet") if value in _FACETS)
    return Question(
        text="" if text.startswith("/") else text,
        intent=str(intent.get("name") or "nlu_fallback"),
        confidence=float(intent.get("confidence") or 0.0),
        facets=tuple(facets),
        codes=tuple(dict.fromkeys(_values(entities, "procedure_code"))),
        case=_case(_values(entities, "case")),
        actor=next((value for value in _values(entities, "actor") if value in _ACTORS), None),
        area=next((value for value in _values(entities, "area") if value in _AREAS), None),
        level=_first(entities, "level"),
        online_level=_first(entities, "online_level"),
        ordinal=next(filter(_ORDINAL.fullmatch, _values(entities, "ordinal")), None),
        points=_points(text),
        truncated=bool(metadata.get("truncated")),
        values=dict(entities) if text.startswith("/") else {},
        sender=sender,
        channel=str(metadata.get("channel") or ""),
        message_id=str(metadata.get("message_id") or ""),
        in_group=bool(metadata.get("group")),
        attachments=tuple(metadata.get("attachments") or ()),
    )


_POINTS = re.compile(
    r"\b(\d{1,3}|hai|ba|bon|nam|sau|bay|tam|chin|muoi)\s+"
    r"(?:cua hang|diem|cay xang|co so|tram|chi nhanh|quay|shop)\b"
)
_NUMBERS = {"hai": 2, "ba": 3, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10}
MOST_POINTS = 999
_FACETS = {facet.value for facet in Facet}
_CASES = {case.value for case in Case}
_ACTORS = {applicant.value for applicant in Applicant}
_AREAS = {area.value for area in Area}
_ORDINAL = re.compile(r"\d{1,3}|last")


def _points(text: str) -> int | None:
    """How many points of sale the words name ("3 cửa hàng"), for fees that are per point."""
    match = _POINTS.search(fold(text))
    if match is None:
        return None
    number = _NUMBERS.get(match[1]) or int(match[1])
    return number if 1 <= number <= MOST_POINTS else None


def _entities(raw: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    for entity in raw:
        value = entity.get("value")
        for item in value if isinstance(value, list) else [value]:
            if item is not None:
                yield str(entity.get("entity")), str(item)


def _values(entities: list[tuple[str, str]], name: str) -> list[str]:
    return [value for entity, value in entities if entity == name]


def _first(entities: list[tuple[str, str]], name: str) -> str | None:
    return next(iter(_values(entities, name)), None)


def _case(values: list[str]) -> str | None:
    values = [value for value in values if value in _CASES]
    specific = [value for value in values if value not in {"new", "notify"}]
    return next(iter(specific or values), None)
