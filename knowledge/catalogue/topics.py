"""Everyday language of the catalogue: topics (what people call a paper) and plain guidance.

A topic is one kind of permit, certificate or registration; its procedures are the cases of it. Both
live in YAML beside the facts and are keyed by procedure code, so a new release keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent / "data"


class TopicError(ValueError):
    """A topic or guidance file is malformed; the message names file and entry."""


class Case(str, Enum):
    """What happens to the paper (cấp mới, cấp lại, sửa đổi, gia hạn, chấm dứt, thu hồi, thông báo)."""

    NEW = "new"
    REISSUE = "reissue"
    AMEND = "amend"
    EXTEND = "extend"
    TERMINATE = "terminate"
    REVOKE = "revoke"
    NOTIFY = "notify"
    OTHER = "other"


@dataclass(frozen=True)
class TopicProcedure:
    """A procedure as a case of its topic, with a short plain title and phrases that single it out."""

    code: str
    case: Case
    title: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """One kind of paper: how people call it and which procedures concern it.

    ``names`` are enough alone to mean the topic; ``hints`` only support; ``contrast`` says in a
    citizen's words how it differs from its neighbours.
    """

    id: str
    title: str
    names: tuple[str, ...]
    hints: tuple[str, ...]
    contrast: str
    procedures: tuple[TopicProcedure, ...]


@dataclass(frozen=True)
class Guidance:
    """Plain-Vietnamese guidance of our own for one procedure.

    ``validity`` says how long its paper can be used, ``expired`` what to do when one has run out; empty
    where the procedure does not tell.
    """

    summary: str
    steps: tuple[str, ...]
    conditions: tuple[str, ...]
    validity: str = ""
    expired: str = ""


@dataclass(frozen=True)
class EverydayLanguage:
    """All topics, guidance and example wordings, with look-ups by procedure code.

    ``others`` are questions on the business of other authorities.
    """

    topics: Mapping[str, Topic]
    guidance: Mapping[str, Guidance]
    by_code: Mapping[str, tuple[Topic, TopicProcedure]]
    examples: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...] = ()


def read_everyday_language(folder: Path = DATA) -> EverydayLanguage:
    """Read ``topics/*.yml``, ``plain/*.yml`` and ``examples/*.yml`` under ``folder``.

    Raises:
        TopicError: a file is malformed, or an id or code stands twice.
    """
    topics: dict[str, Topic] = {}
    by_code: dict[str, tuple[Topic, TopicProcedure]] = {}
    for path in sorted((folder / "topics").glob("*.yml")):
        for entry in _read(path)["topics"]:
            topic = _topic(entry, path)
            if topic.id in topics:
                raise TopicError(f"{path.name}: topic '{topic.id}' stands twice")
            topics[topic.id] = topic
            for procedure in topic.procedures:
                if procedure.code in by_code:
                    raise TopicError(f"{path.name}: {procedure.code} is in two topics")
                by_code[procedure.code] = (topic, procedure)
    guidance: dict[str, Guidance] = {}
    for path in sorted((folder / "plain").glob("*.yml")):
        for code, entry in _read(path)["procedures"].items():
            guidance[code] = _guidance(code, entry, path)
    examples: dict[str, tuple[str, ...]] = {}
    for path in sorted((folder / "examples").glob("*.yml")):
        for code, texts in _read(path)["examples"].items():
            examples[code] = (*examples.get(code, ()), *texts)
    others = folder / "others.yml"
    questions = tuple(_read(others)["questions"]) if others.exists() else ()
    return EverydayLanguage(topics, guidance, by_code, examples, questions)


@lru_cache(maxsize=1)
def load_everyday_language() -> EverydayLanguage:
    """Return the everyday language that ships, read once."""
    return read_everyday_language()


def _read(path: Path) -> Any:  # noqa: ANN401 - YAML
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise TopicError(f"{path.name}: not readable as YAML: {error}") from error


def _guidance(code: str, entry: dict[str, Any], path: Path) -> Guidance:
    unknown = entry.keys() - {item.name for item in fields(Guidance)}
    if unknown:
        raise TopicError(f"{path.name}: guidance of {code}: unknown {', '.join(sorted(unknown))}")
    return Guidance(
        entry["summary"],
        tuple(entry["steps"]),
        tuple(entry["conditions"]),
        entry.get("validity", ""),
        entry.get("expired", ""),
    )


def _topic(entry: dict[str, Any], path: Path) -> Topic:
    try:
        return Topic(
            id=entry["id"],
            title=entry["title"],
            names=tuple(entry["names"]),
            hints=tuple(entry.get("hints") or ()),
            contrast=entry["contrast"],
            procedures=tuple(
                TopicProcedure(
                    item["code"], Case(item["case"]), item["title"], tuple(item.get("names") or ())
                )
                for item in entry["procedures"]
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TopicError(f"{path.name}: topic {entry.get('id', entry)!r}: {error!r}") from error
