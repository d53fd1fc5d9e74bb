"""How long a paper is good for, and what to do when it has expired: from our plain guidance or not at all."""

from __future__ import annotations

import re

from actions.answers.common import Subject
from actions.wording import say
from knowledge.text.normalise import fold

_VALIDITY_ASKED = re.compile(
    r"\b(?:hieu luc|gia tri|han|dung|xai)\b.{0,16}"
    r"\b(?:bao lau|bao nhieu|may|khi nao|chung nao|luc nao|bao gio)\b"
    r"|\b(?:bao lau|khi nao|chung nao|bao gio)\b.{0,12}\b(?:het han|het hieu luc|het gia tri)\b"
    r"|\bmay (?:nam|thang)\b|\bco thoi han\b|\b(?:dung|xai) (?:hoai|mai)\b|\bvinh vien\b"
)
_EXPIRED = re.compile(r"\b(?:het|qua) (?:han|hieu luc|thoi han|gia tri)\b")


def validity_is_asked(words: str) -> bool:
    """Tell whether words that ask for the result ask how long it can be used ("xài được mấy năm")."""
    return bool(_VALIDITY_ASKED.search(fold(words)))


def validity(subject: Subject) -> str:
    """Say how long the paper can be used, or that the published data do not say."""
    known = subject.guidance.validity if subject.guidance else ""
    return known or say("result.no_validity")


def when_expired(subject: Subject) -> str:
    """Say what to do with an expired paper when the words are of one ("giấy hết hạn"), as far as known."""
    known = subject.guidance.expired if subject.guidance else ""
    return known if _EXPIRED.search(fold(subject.words)) and not validity_is_asked(subject.words) else ""
