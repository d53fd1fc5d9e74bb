"""What a typed message is to a flow that waits for the citizen's own words."""

from __future__ import annotations

import re

from actions.question import Question
from knowledge.text.normalise import fold

OPINIONS = frozenset(
    ["give_feedback", "complain", "nlu_fallback", "insult", "deny", "affirm", "chitchat", "inform", "thank"]
)
"""Intents of messages that say something rather than ask for something."""
ELSEWHERE = frozenset(["ask_human", "my_data", "cancel", "help", "greet", "goodbye", "bot_identity"])
"""Intents that are never the words a flow waits for."""
_WISH = re.compile(
    r"\b(?:toi|minh|em|anh|chi|chau|cho|xin|hay|muon|can|duoc|gui|viet|lam|co|mot|cai|it|vai|y kien|dong gop|"
    r"phan anh|kien nghi|khieu nai|to cao|to giac|gop y|danh gia|khao sat|hai long|cham diem|rating|feedback|"
    r"danhgia|phananh|don|o dau|the nao|nhu the nao|ve|voi|a|nhe|di|giup|voi ai|ai|dich vu|so|co quan|nay)\b"
)
_STATUS = re.compile(
    r"\b(?:toi dau|den dau|xu ly chua|xu ly xong chua|xu ly the nao roi|giai quyet chua|giai quyet den|"
    r"tra loi chua|co ket qua chua|ra sao roi|the nao roi|tinh trang|tra cuu phan anh)\b"
)
_OF_A_CASE = re.compile(r"\b(?:phan anh|kien nghi|khieu nai|to cao|gop y|don)\b")
_ABOUT_AN_ANSWER = re.compile(
    r"\b(?:cau tra loi|tra loi (?:nay|vay|sai|dung|hay|chua)|bot|thong tin nay|ban tra loi)\b"
)
_FORMAL = re.compile(r"\b(?:khieu nai|to cao)\b")
_FEWEST_WORDS = 3
_LONG = 60


def has_content(text: str) -> bool:
    """Tell whether the words say something beyond the wish to say it ("tôi muốn phản ánh")."""
    return len(re.findall(r"[^\W\d_]+", _WISH.sub(" ", fold(text)))) >= _FEWEST_WORDS


def gives_opinion(question: Question) -> bool:
    """Tell whether a typed message says something rather than asks a question of its own."""
    return bool(question.text) and question.intent in OPINIONS and not question.codes


def gives_words(question: Question) -> bool:
    """Tell whether a typed message may be the words that were asked for; a short question is not."""
    text = question.text.strip()
    if not text or question.intent in ELSEWHERE:
        return False
    is_question = text.endswith("?") and len(text) < _LONG and question.intent not in OPINIONS
    return not is_question


def asks_for_case(question: Question) -> bool:
    """Tell whether somebody asks how far a complaint is."""
    said = fold(question.text)
    return bool(_STATUS.search(said)) and bool(_OF_A_CASE.search(said))


def rates_answer(text: str) -> bool:
    """Tell whether the words judge what the assistant said, not the department."""
    return bool(_ABOUT_AN_ANSWER.search(fold(text)))


def is_formal(text: str) -> bool:
    """Tell whether the words speak of a complaint or denunciation in the sense of the law."""
    return bool(_FORMAL.search(fold(text)))
