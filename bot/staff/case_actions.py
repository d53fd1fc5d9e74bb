"""What can be done with one case, by the name of its form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.staff.choices import number
from knowledge.cases import desk
from knowledge.cases.hours import OfficeHours
from knowledge.cases.models import CaseFile

WITH_TEXT: dict[str, Callable[[Session, int, str, int, OfficeHours, datetime], CaseFile]] = {
    "refuse": desk.refuse,
    "ask_more": desk.ask_more,
    "answer": desk.answer,
}
WITHOUT_TEXT: dict[str, Callable[[Session, int, int, OfficeHours, datetime], CaseFile]] = {
    "accept": desk.accept,
    "publish": desk.publish,
    "close": desk.close,
    "reopen": desk.reopen,
}


@dataclass(frozen=True)
class Wish:
    """What an officer (``by``) wants done with a case, with the text or the account that goes with it."""

    action: str
    case_id: int
    text: str
    account: str
    by: int


def do(session: Session, wish: Wish, hours: OfficeHours, moment: datetime) -> object:
    """Do it in the caller's transaction.

    Raises:
        KeyError: there is no such action.
        CaseError: the rules do not allow it now.
        ValueError: a label is empty or too long.
    """
    case_id, text, by = wish.case_id, wish.text, wish.by
    if wish.action in WITH_TEXT:
        return WITH_TEXT[wish.action](session, case_id, text, by, hours, moment)
    if wish.action in WITHOUT_TEXT:
        return WITHOUT_TEXT[wish.action](session, case_id, by, hours, moment)
    others: dict[str, Callable[[], object]] = {
        "write": lambda: desk.write_to_citizen(session, case_id, text, by, moment),
        "note": lambda: desk.add_note(session, case_id, text, by, moment),
        "assign": lambda: desk.assign(session, [case_id], number(wish.account), by, moment),
        "unit": lambda: desk.hand_to_unit(session, [case_id], text, by, moment),
        "label": lambda: desk.add_label(session, [case_id], text),
        "unlabel": lambda: desk.remove_label(session, [case_id], text),
    }
    return others[wish.action]()
