"""Rules for time limits: what the portal writes beside a limit is sorted into case, note or nothing.

The portal has one remark per limit. It may name the case the limit is for, tell several limits for
several cases, add from when the limit counts, repeat the limit, or speak of fees or filing.
"""

from __future__ import annotations

import re
from dataclasses import replace

from knowledge.catalogue.cleaning.journal import Journal
from knowledge.catalogue.cleaning.text import capitalise, same_key, strip_bullets, strip_end, tidy
from knowledge.catalogue.records import Deadline, TimeUnit

MAX_REMARK_CHARS = 700
MAX_CASE_CHARS = 300
WORDS = {
    TimeUnit.WORKING_DAY: "ngày làm việc",
    TimeUnit.DAY: "ngày",
    TimeUnit.HOUR: "giờ",
    TimeUnit.MONTH: "tháng",
    TimeUnit.YEAR: "năm",
}
NO_LIMIT = "Không quy định"

_UNIT = r"(?P<unit>ngày làm việc|ngày|giờ làm việc|giờ|tháng|năm)"
_AMOUNT = rf"0*(?P<value>\d+)(?:\s*\([^)]*\))?\s*{_UNIT}"
_FROM_RECEIPT = (
    r"(?:,?\s*kể từ (?:ngày|khi) (?:tiếp )?nhận(?: được)?(?: đầy)?(?: đủ)?(?: bộ)? (?:hồ sơ|tài liệu)"
    r"(?: (?:đầy đủ|hợp lệ|đúng quy định|theo quy định|của doanh nghiệp|và|,)| ?,)*)?"
)
_RESTATED = re.compile(
    rf"^(?:trong (?:thời hạn|vòng|thời gian)|không quá|tối đa)?\s*{_AMOUNT}\s*\(?{_FROM_RECEIPT}\)?$",
    re.IGNORECASE,
)
_FEE = re.compile(r"^(?:phí|lệ phí)\b", re.IGNORECASE)
_TIME = re.compile(rf"{_AMOUNT}|trường hợp|trước ngày|tự động|thời hạn|thời gian", re.IGNORECASE)
_CASE_START = re.compile(r"^(?:đối với )?(?:các )?trường hợp|^đối với", re.IGNORECASE)
_CASE_INSIDE = re.compile(
    rf"^{_AMOUNT} kể từ[^,;.\n]{{0,60}} (?:trong|đối với) (?P<case>trường hợp [^;.\n]+)", re.IGNORECASE
)
_AMOUNT_THEN_CASE = re.compile(rf"^{_AMOUNT}\s*\((?P<case>(?:trong )?trường hợp [^()]+)\)$", re.IGNORECASE)
_CASE_THEN_AMOUNT = re.compile(
    rf"^(?P<case>(?:đối với )?trường hợp [^:]+):\s*{_AMOUNT}{_FROM_RECEIPT}$", re.IGNORECASE
)
_PARTS = re.compile(r"\n|;\s*(?=\d)|\s+hoặc\s+(?=\d)|\.\s*-\s+(?=Trường hợp)")
_NUMBERING = re.compile(r"^(?:[a-zđ]\)|\d+(?:\.\d+)*\.)\s+(?=[^\W\d_])", re.IGNORECASE)
_FILING = re.compile(r"^nộp\b", re.IGNORECASE)
_COUNTS_FROM = re.compile(rf"^(?:trong thời hạn\s*)?{_AMOUNT}\s*kể từ", re.IGNORECASE)
_HEAD = re.compile(r"^(?:thời hạn (?:thực hiện|giải quyết)):\s*\n", re.IGNORECASE)


def clean_deadlines(deadlines: tuple[Deadline, ...], journal: Journal) -> tuple[Deadline, ...]:
    """Clean all time limits of a procedure."""
    tidied = _merge([_tidy(item, _place(n), journal) for n, item in enumerate(deadlines, 1)], journal)
    cleaned: list[Deadline] = []
    for number, item in enumerate(tidied, 1):
        alone = sum(1 for other in tidied if other.channel is item.channel) == 1
        cleaned += _sort_remark(item, alone, _place(number), journal)
    return tuple(_merge([_with_text(item, _place(n), journal) for n, item in enumerate(cleaned, 1)], journal))


def _place(number: int) -> str:
    return f"thời hạn thứ {number}"


def _tidy(item: Deadline, place: str, journal: Journal) -> Deadline:
    return replace(
        item,
        text=strip_end(tidy(item.text, place, journal), place, journal),
        case=_tidy_remark(item.case, place, journal),
        note=_tidy_remark(item.note, place, journal),
    )


def _tidy_remark(remark: str | None, place: str, journal: Journal) -> str | None:
    if remark is None:
        return None
    lines = (line for line in tidy(remark, place, journal).split("\n") if line.strip(" -+*."))
    stripped = "\n".join(strip_bullets(line, place, journal) for line in lines)
    return strip_end(stripped, place, journal) or None


def _merge(deadlines: list[Deadline], journal: Journal) -> list[Deadline]:
    kept: dict[tuple[object, ...], Deadline] = {}
    for item in deadlines:
        same_text = same_key(item.text) if item.unit is TimeUnit.OTHER else ""
        case = same_key(_NUMBERING.sub("", item.case or ""))
        key = (item.channel, item.value, item.unit, same_text, case)
        if key in kept:
            journal.note("deadline-repeated", "thời hạn", _describe(item), "")
        else:
            kept[key] = item
    return list(kept.values())


def _describe(item: Deadline) -> str:
    return " – ".join(part for part in (item.channel.value, item.text, item.case) if part)


def _sort_remark(item: Deadline, alone: bool, place: str, journal: Journal) -> list[Deadline]:
    """Turn the remark of one limit into what it is; may give several limits."""
    if item.unit is TimeUnit.OTHER:
        return _other(item, place, journal)
    if item.case is None:
        return [item]
    several = _several_cases(item)
    if several:
        journal.note("deadline-cases", place, item.case, "; ".join(_describe(each) for each in several))
        return several
    for rule, applies in (
        ("deadline-fee-remark", _FEE.match(item.case)),
        ("deadline-not-about-time", alone and _says_nothing_of_time(item.case)),
    ):
        if applies:
            journal.note(rule, place, item.case, "")
            return [replace(item, case=None)]
    restated = _RESTATED.match(item.case.replace("\n", " "))
    if restated and int(restated["value"]) == item.value:
        return [_restated(item, restated["unit"].lower(), place, journal)]
    return [_label_or_note(item, alone, place, journal)]


def _says_nothing_of_time(remark: str) -> bool:
    return not _TIME.search(remark) or (bool(_FILING.match(remark)) and not re.search(_AMOUNT, remark))


def _other(item: Deadline, place: str, journal: Journal) -> list[Deadline]:
    text = capitalise(item.case or item.text or NO_LIMIT, place, journal)
    several = _several_cases(item)
    if several:
        journal.note("deadline-cases", place, text, "; ".join(_describe(each) for each in several))
        return several
    cleaned = replace(item, value=None, case=None, text=text)
    if cleaned != item:
        journal.note("deadline-other", place, item.case or item.value, text)
    return [cleaned]


def _several_cases(item: Deadline) -> list[Deadline]:
    """Limits for cases that one remark states completely; empty when it does not."""
    parts = [part.strip(" .;-+") for part in _PARTS.split(item.case or "") if part.strip(" .;-+")]
    matches = [_AMOUNT_THEN_CASE.match(part) or _CASE_THEN_AMOUNT.match(part) for part in parts]
    if len(matches) < 2:
        return []
    found = []
    for match in matches:
        if match is None:
            return []
        unit = _unit(match["unit"])
        value, case = int(match["value"]), match["case"].removeprefix("trong ").strip()
        text = f"{value} {WORDS[unit]}"
        found.append(replace(item, value=value, unit=unit, text=text, case=case[:1].upper() + case[1:]))
    return found


def _unit(words: str) -> TimeUnit:
    hours = words.lower().startswith("giờ")
    return TimeUnit.HOUR if hours else next(unit for unit, name in WORDS.items() if name == words.lower())


def _restated(item: Deadline, words: str, place: str, journal: Journal) -> Deadline:
    remark = item.case or ""
    if item.unit is TimeUnit.DAY and words == WORDS[TimeUnit.WORKING_DAY]:
        item = replace(item, unit=TimeUnit.WORKING_DAY)
        journal.note("deadline-unit", place, f"{item.value} ngày", remark)
    else:
        journal.note("deadline-restated", place, remark, "")
    return replace(item, case=None)


def _label_or_note(item: Deadline, alone: bool, place: str, journal: Journal) -> Deadline:
    remark = _HEAD.sub("", item.case or "")
    label, rest = _split_label(remark, alone)
    note = "\n".join(part for part in (rest, item.note) if part)
    if len(note) > MAX_REMARK_CHARS:
        journal.note("deadline-too-long", place, _short(note), "")
        note = ""
    item_in_unit = _unit_of_note(item, note, place, journal)
    cleaned = replace(item_in_unit, case=label, note=note[:1].upper() + note[1:] or None)
    if cleaned.case != item.case or cleaned.note != item.note:
        rule = "deadline-case-label" if label else "deadline-note"
        journal.note(rule, place, _short(item.case), label or _short(cleaned.note))
    return cleaned


def _short(text: str | None) -> str:
    return f"{text[:80]}…" if text and len(text) > 80 else text or ""


def _split_label(remark: str, alone: bool) -> tuple[str | None, str | None]:
    """Split a remark into the name of a case and the rest; a limit that stands alone has no case."""
    first, _, rest = remark.partition("\n")
    label = _NUMBERING.sub("", first).rstrip(" .;:")
    if alone:
        is_case = not rest and bool(_CASE_START.match(label)) and not re.search(_AMOUNT, label)
        return (label, None) if is_case and len(label) <= MAX_CASE_CHARS else (None, remark)
    inside = _CASE_INSIDE.match(remark)
    if inside:
        return inside["case"][:1].upper() + inside["case"][1:], remark
    if _COUNTS_FROM.match(label) and not rest:
        return None, remark
    return (label[:1].upper() + label[1:], rest or None) if len(label) <= MAX_CASE_CHARS else (None, remark)


def _unit_of_note(item: Deadline, note: str, place: str, journal: Journal) -> Deadline:
    """Days that the remark calls working days are working days."""
    match = re.match(_AMOUNT, note, re.IGNORECASE)
    says_working = match and match["unit"].lower() == WORDS[TimeUnit.WORKING_DAY]
    if match and says_working and item.unit is TimeUnit.DAY and int(match["value"]) == item.value:
        journal.note("deadline-unit", place, f"{item.value} ngày", _short(note))
        return replace(item, unit=TimeUnit.WORKING_DAY)
    return item


def _with_text(item: Deadline, place: str, journal: Journal) -> Deadline:
    if item.unit is TimeUnit.OTHER or item.value is None:
        return item
    text = f"{item.value} {WORDS[item.unit]}"
    return replace(item, text=journal.changed("deadline-text", place, item.text, text))
