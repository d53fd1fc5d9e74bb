"""How long a paper is good for: said only when it is asked, from our plain guidance or not at all."""

from __future__ import annotations

import re

from actions.answers.common import Subject
from actions.wording import say
from knowledge.text.normalise import fold

_ASKED = re.compile(
    r"\b(?:hieu luc|gia tri|han|dung|xai)\b.{0,16}"
    r"\b(?:bao lau|bao nhieu|may|khi nao|chung nao|luc nao|bao gio)\b"
    r"|\b(?:bao lau|khi nao|chung nao|bao gio)\b.{0,12}\b(?:het han|het hieu luc|het gia tri)\b"
    r"|\bmay (?:nam|thang)\b|\bco thoi han\b|\b(?:dung|xai) (?:hoai|mai)\b|\bvinh vien\b"
)
_STATED = re.compile(
    r"^(?:Giấy|Chứng|Quyết định|Văn bản|Mã số)\b[^.]*?"
    r"(?:(?:thời hạn|hiệu lực|giá trị)(?: là| trong| tối đa)? \d+ (?:năm|tháng|ngày)"
    r"|giữ(?: nguyên)? thời hạn)[^.]*\."
)
_SENTENCE_END = re.compile(r"(?<=\.)\s+")


def is_asked(words: str) -> bool:
    """Tell whether words that ask for the result ask how long it can be used ("xài được mấy năm")."""
    return bool(_ASKED.search(fold(words)))


def validity(subject: Subject) -> str:
    """Say how long the paper can be used, or that the published data do not say."""
    guidance = subject.guidance
    texts = (guidance.summary, *guidance.steps, *guidance.conditions) if guidance else ()
    sentences = (sentence for text in texts for sentence in _SENTENCE_END.split(text))
    return " ".join(filter(_STATED.match, sentences)) or say("result.no_validity")
