"""What several answers share: dates, time limits, lists that a phone can show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from actions.services import Services
from actions.wording import say
from knowledge.catalogue.records import Catalogue, Deadline, Procedure
from knowledge.catalogue.topics import Guidance
from knowledge.deadlines.describe import describe_limit

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@dataclass(frozen=True)
class Subject:
    """The procedure an answer is about, with everything the facets need to know.

    ``words`` are the citizen's own: some ask for a detail of a facet.
    """

    procedure: Procedure
    catalogue: Catalogue
    services: Services
    today: date
    actor: str | None = None
    area: str | None = None
    points: int | None = None
    words: str = ""

    @property
    def guidance(self) -> Guidance | None:
        """Plain guidance of our own, where there is one."""
        return self.services.language.guidance.get(self.procedure.code)

    @property
    def portal(self) -> str:
        """Address of the portal where dossiers are filed."""
        return self.services.profile.online_portal

    @property
    def agencies(self) -> str:
        """The agencies that settle the procedure, in words."""
        return join(self.procedure.agencies) or self.services.profile.short_name

    @property
    def place(self) -> str:
        """Where dossiers are handed in, in words."""
        one_stop = self.services.profile.one_stop
        if self.services.is_commune_only(self.procedure):
            return "bộ phận một cửa của Ủy ban nhân dân cấp xã"
        return f"{one_stop.name}, {one_stop.address}" if one_stop.address else one_stop.name


def join(items: Iterable[str]) -> str:
    """Join names in a sentence, each once."""
    return "; ".join(dict.fromkeys(item.strip().rstrip(".") for item in items if item.strip()))


def bullets(lines: Iterable[str]) -> str:
    """Return lines as a bulleted list."""
    return "\n".join(f"• {line}" for line in lines)


def numbered(lines: Iterable[str]) -> str:
    """Return lines as a numbered list."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def day(value: date) -> str:
    """Return a date as Vietnamese read it (18/07/2026)."""
    return value.strftime("%d/%m/%Y")


def weekday(value: date) -> str:
    """Return a date with its weekday (thứ Hai 23/11/2026)."""
    return f"{WEEKDAYS[value.weekday()]} {day(value)}"


def limit(deadline: Deadline) -> str:
    """Return a time limit in words."""
    return describe_limit(deadline) or say("deadline.none")


def shorten(text: str, size: int = 300) -> str:
    """Cut a long source text at a word; a text all in capitals is set in small letters."""
    text = " ".join(text.split())
    if text.isupper() and " " in text:
        text = text.capitalize()
    if len(text) <= size:
        return text
    return text[:size].rsplit(" ", 1)[0].rstrip(" ,;:.(") + "…"


def first_sentence(text: str, size: int = 160) -> str:
    """Return the first line or sentence of a case description."""
    line = next((part.strip(" -+*•") for part in text.splitlines() if part.strip(" -+*•")), "")
    return shorten(line.rstrip(".:;"), size)


def common_limit(deadlines: Sequence[Deadline]) -> str | None:
    """Return the one time limit that holds for all channels and cases, or None."""
    limits = dict.fromkeys(limit(deadline) for deadline in deadlines)
    return next(iter(limits)) if len(limits) == 1 else None


def legal_issued(issued: date | None) -> str:
    """Return " ngày dd/mm/yyyy", or nothing when the date is unknown."""
    return f" ngày {day(issued)}" if issued else ""
