"""What a citizen's words mean in the talk about a dossier."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from actions.question import Question
from knowledge.dossiers.codes import CodeFault, DossierCode, Fault, read_code
from knowledge.dossiers.verification import DIGITS
from knowledge.text.codes import find_dossier_codes, find_dossier_tails
from knowledge.text.normalise import fold

MOST_WORDS_OF_AN_ANSWER = 12
_FORGOT = re.compile(
    r"\b(?:quen|khong nho|k nho|ko nho|mat|khong biet|khong co|lam mat|o dau|la gi|so nao|ma nao)\b"
)
_ABOUT_CODE = re.compile(r"\b(?:ma|giay hen|bien nhan|giay tiep nhan)\b")
_ME = r"(?:toi|minh|em|anh|chi|co|chu|bac|chau|con|ban|tui)"
_WATCH = re.compile(
    rf"\b(?:bao|thong bao|nhan(?: tin)?) (?:(?:lai|ngay|luon|giup|som) )*(?:cho )?{_ME}\b"
    r"|\bbao (?:khi|neu|luc|nhe|voi|giup)\b"
    r"|\b(?:muon|xin|dang ky) nhan (?:thong bao|tin)\b|^nhan (?:thong bao|tin bao)\W*$"
    r"|\btheo doi (?:ho so )?(?:(?:nay|do|tiep) )?(?:giup|ho|dum|cho|voi|nhe)\b"
    r"|^theo doi(?: tiep)?(?: ho so)?\W*$"
)
_CHANGE = re.compile(r"\b(?:thay doi|cap nhat|ket qua|xong|gi moi|tra loi)\b")
_DOSSIER_CHANGES = re.compile(
    r"\bho so(?: \w+){0,3} (?:co )?(?:thay doi|cap nhat|ket qua|xong)\b|\bco thay doi\b"
)
_POLITE = (
    rf"(?:nua|di|nhe|nha|a|oi|voi|thoi|roi|lai|giup|cho|{_ME}|hay|xin|lam on"
    r"|ve|ho so|tin|viec|thay doi|nay|do)"
)
_UNWATCH = re.compile(
    rf"(?:{_POLITE}[ ,.]+)*"
    r"(?:(?:ngung|dung|huy|thoi|tat|bo)|(?:khong|ko|k|khoi|chang|dung)(?: can| phai| muon)+)"
    r"(?: gui| nhan| phai)* (?:bao|thong bao|theo doi|nhan tin|tin bao)"
    rf"(?:[ ,.]+{_POLITE})*\W*"
)
_THIS = re.compile(r"\b(?:ho so|no)(?: cua \w+)? (?:nay|do|ay|kia|vua roi|vua tra)\b|^no \b")
_AGAIN = re.compile(r"(?:thu|tra|hoi) lai(?: di| giup| xem)?\W*")
_MASKED = re.compile(r"\[so (?:dien thoai|giay to)\]")
_FOUR_LAST = re.compile(r"\b4 (?:chu )?so (?:cuoi|duoi|sau)\b")
_SPACED = re.compile(r"(?<!\d)\d(?:[ .]\d){3}(?!\d)")
_GROUPS = re.compile(r"(?<![\w/.,-])\d+(?![\w/-]|[.,]\d)")
_CUE = re.compile(r"\b(?:cuoi|duoi|sdt|dt|cccd|cmnd|can cuoc|mst|dien thoai|giay to|so la)\b")
MOST_PLAIN_WORDS = 3
MOST_WORDS_AROUND = 5


@dataclass(frozen=True)
class Factor:
    """The second factor as given: digits, or how many there were, or a whole number that was masked."""

    digits: str | None = None
    count: int = 0
    whole_number: bool = False


def given_code(question: Question, today: date) -> DossierCode | CodeFault | None:
    """Return the code in a message, or what is wrong with it; a question about a procedure has none."""
    found = read_code(question.text, today)
    if isinstance(found, CodeFault) and found.reason in {Fault.PROCEDURE_CODE, Fault.ONLY_DIGITS}:
        asks_more = bool(question.facets) or len(question.text.split()) > MOST_PLAIN_WORDS
        return None if asks_more else found
    return found


def names_dossier(text: str) -> bool:
    """Tell whether a message has a dossier code in it, or is nothing but the end of one."""
    if find_dossier_codes(text):
        return True
    tails = find_dossier_tails(text)
    return len(tails) == 1 and not re.sub(r"\W", "", text[: tails[0].start] + text[tails[0].end :])


def given_factor(question: Question) -> Factor | None:
    """Return the second factor in a message, None when it is about something else."""
    text = _without_codes(question.text)
    folded = fold(text)
    if _MASKED.search(folded):
        return Factor(whole_number=True)
    folded = _FOUR_LAST.sub("cuoi", folded)
    folded = _SPACED.sub(lambda match: re.sub(r"\D", "", match[0]), folded)
    groups = _GROUPS.findall(folded)
    words = len(folded.split())
    if len(groups) != 1 or question.codes or words > MOST_WORDS_OF_AN_ANSWER:
        return None
    plain = words <= MOST_PLAIN_WORDS or (words <= MOST_WORDS_AROUND and not question.facets)
    if not plain and not _CUE.search(folded):
        return None
    return Factor(groups[0], DIGITS) if len(groups[0]) == DIGITS else Factor(count=len(groups[0]))


def _without_codes(text: str) -> str:
    for span in reversed([*find_dossier_codes(text), *find_dossier_tails(text)]):
        text = f"{text[: span.start]} {text[span.end :]}"
    return text


def forgot_code(question: Question) -> bool:
    """Tell whether the citizen says that he has no code."""
    folded = fold(question.text)
    return bool(_FORGOT.search(folded) and _ABOUT_CODE.search(folded))


def forgot_factor(question: Question) -> bool:
    """Tell whether the citizen says that he does not know the digits."""
    folded = fold(question.text)
    return (
        bool(_FORGOT.search(folded))
        and len(folded.split()) <= MOST_WORDS_OF_AN_ANSWER
        and not question.facets
    )


def wants_notice(question: Question) -> bool:
    """Tell whether the citizen asks to be told of changes; "nhận kết quả ở đâu" does not."""
    folded = fold(question.text)
    if not _WATCH.search(folded) or wants_no_notice(question):
        return False
    return not question.facets or bool(_CHANGE.search(folded))


def wants_dossier_notice(question: Question) -> bool:
    """Tell whether a message out of the blue asks to be told of changes of a dossier."""
    return wants_notice(question) and bool(_DOSSIER_CHANGES.search(fold(question.text)))


def wants_no_notice(question: Question) -> bool:
    """Tell whether the citizen wants no more notices."""
    return bool(_UNWATCH.fullmatch(fold(_without_codes(question.text)).strip()))


def wants_again(question: Question) -> bool:
    """Tell whether the citizen wants a system that did not answer to be asked again."""
    return bool(_AGAIN.fullmatch(fold(question.text)))


def asks_of_shown(question: Question) -> bool:
    """Tell whether the citizen asks once more about the dossier just shown ("hồ sơ này ai xử lý")."""
    return question.intent == "dossier_status" and bool(_THIS.search(fold(question.text)))
