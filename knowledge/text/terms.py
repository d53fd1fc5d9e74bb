"""From what was typed to terms: syllables in normal form with their place in the text.

Stages, each from data: tokens, letters drawn out (``nhaaaa``), abbreviations and chat shorthand (with
context), words run together, chat spellings of first letters (``fép``), keyboard leftovers (Telex, VNI),
with the neighbours read slips of the finger (``spelling.py``), and last marks left out (``restoring.py``).
A term remembers how it came about, so that answers can be explained.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import yaml

from knowledge.text.masking import PLACEHOLDER
from knowledge.text.normalise import clean, normalise, strip_marks
from knowledge.text.restoring import MOST_MARKED, Restorer, load_restorer
from knowledge.text.spelling import Speller, load_speller
from knowledge.text.syllables import is_syllable, undo_keyboard

DATA = Path(__file__).parent / "data"

_TOKEN = re.compile(
    r"[1-9][.,]\d{6}(?!\d)"  # procedure code
    r"|\d+(?:/\d{4})?/[A-Za-zĐđ]{2,4}(?:-[A-Za-zĐđ]+)*"  # number of a legal text
    r"|[Cc]/[Oo]|[Đđ]/[Cc]"
    r"|\d+(?:[.,]\d+)*"
    r"|[^\W_]+",
)
_ROMAN = re.compile(r"[ivx]+")
_NUMBER = "#"  # as a neighbour in abbreviations.yml: any token that begins with a digit
_MAY_BE_MISSPELT = frozenset({"typed", "keyboard"})
_CODE_LENGTH = 2  # longest shorthand that may be a code after a word of ``never_after``


@dataclass(frozen=True)
class Term:
    """One syllable or code. ``start`` and ``end`` are character offsets in the text it came from.

    ``marked`` tells whether its marks are known: typed, or nearly certain from the words around it;
    ``source`` is typed, abbreviation, keyboard, split, spelling or restored.
    """

    norm: str
    folded: str
    start: int
    end: int
    marked: bool
    source: str = "typed"


@dataclass(frozen=True)
class _Reading:
    words: tuple[str, ...]
    after: frozenset[str]
    before: frozenset[str]


class TermAnalyser:
    """Turns text into terms with the abbreviation and keep lists of ``knowledge/text/data``."""

    def __init__(
        self, vocabulary: Iterable[str] = (), speller: Speller | None = None, restorer: Restorer | None = None
    ) -> None:
        abbreviations = _read_yaml("abbreviations.yml")
        self._never_after = frozenset(abbreviations["never_after"])
        self._abbreviations = {word: _readings(value) for word, value in abbreviations["words"].items()}
        self._onsets: dict[str, str] = abbreviations["onsets"]
        self._keep = frozenset(_read_yaml("keep.yml")["words"])
        self._pairs: frozenset[str] = frozenset(vocabulary)
        self._speller = speller
        self._restorer = restorer

    def analyse(self, text: str) -> tuple[Term, ...]:
        """Return the terms of ``text`` in order; offsets refer to ``text`` as given (best in NFC).

        What stands for masked personal data is passed over.
        """
        text = PLACEHOLDER.sub(lambda masked: " " * len(masked[0]), text)
        matches = list(_TOKEN.finditer(text))
        folded = [_forms(match[0]).folded for match in matches]
        terms: list[Term] = []
        for position, match in enumerate(matches):
            before = folded[position - 1] if position else ""
            after = folded[position + 1] if position + 1 < len(matches) else ""
            terms.extend(self._read(match, before, after))
        return tuple(self._restored(list(self._respelled(terms, text))))

    def _restored(self, terms: Sequence[Term]) -> Iterator[Term]:
        """Yield the terms with marks where they are certain: of a text typed without, and of slips undone."""
        restored = self._restorer.restore([term.norm for term in terms]) if self._restorer else []
        if not any(restored):
            yield from terms
            return
        bare = _is_bare(terms)
        for term, word in zip(terms, restored, strict=True):
            missing = word is not None and (bare or term.source == "spelling")
            yield replace(term, norm=word, marked=True, source="restored") if word and missing else term

    def _respelled(self, terms: Sequence[Term], text: str) -> Iterator[Term]:
        """Yield the terms with slips of the finger undone, each read between its neighbours."""
        before = ""
        for place, term in enumerate(terms):
            after = terms[place + 1].folded if place + 1 < len(terms) else ""
            for read in self._spelled(term, text, before, after):
                yield read
                before = read.folded

    def _spelled(self, term: Term, text: str, before: str, after: str) -> Sequence[Term]:
        speller = self._speller
        if speller is None or term.source not in _MAY_BE_MISSPELT or not term.norm.isalpha():
            return (term,)
        if term.norm in self._keep or term.norm in speller.vocabulary.marked:
            return (term,)
        typed = term.folded if term.source == "typed" else _forms(text[term.start : term.end]).folded
        if not speller.vocabulary.knows(term.folded):
            words = speller.split(typed)
            words = words or tuple(filter(None, [speller.correct(typed, before, after)]))
            if words:
                return [replace(term, norm=w, folded=w, marked=False, source="spelling") for w in words]
        elif term.marked and speller.belongs(term.folded, before, after):
            # A known word with marks that nobody gives it, between its usual neighbours: the tone slipped.
            return (replace(term, norm=term.folded, marked=False, source="spelling"),)
        return (term,)

    def _read(self, match: re.Match[str], before: str, after: str) -> list[Term]:
        forms = _forms(match[0])
        words = self._expand(forms.typed, before, after)
        if words == (forms.norm,):
            return [_term(forms.norm, match, "typed")]
        if words:
            return [_term(word, match, "abbreviation") for word in words]
        word = forms.norm
        if is_syllable(word) or word in self._keep or not word.isalnum() or word.isdigit():
            return [_term(word, match, "typed")]
        parts = self._split(word)
        if parts:
            return [_term(part, match, "split") for part in parts]
        respelled = self._respell(word)
        if respelled:
            return [_term(respelled, match, "abbreviation")]
        restored = undo_keyboard(word)
        if restored:
            return [_term(restored, match, "keyboard")]
        return [_term(word, match, "typed")]

    def _expand(self, typed: str, before: str, after: str) -> tuple[str, ...]:
        """Return the words of the first reading that fits, or none."""
        may_be_code = before in self._never_after and len(typed) <= _CODE_LENGTH
        for reading in self._abbreviations.get(typed, ()):
            fits = before in reading.after if may_be_code else _fits(reading, before, after)
            if fits:
                return reading.words
        return ()

    def _respell(self, word: str) -> str | None:
        """Respell the first letter of a word with marks (``fép``, ``wận``) when that gives a syllable."""
        onset = self._onsets.get(word[0])
        if onset is None or word.isascii():
            return None
        if onset[-1] == strip_marks(word[1:2]):
            onset = onset[:-1]
        respelled = normalise(onset + word[1:])
        return respelled if is_syllable(respelled) else None

    def _split(self, word: str) -> tuple[str, ...]:
        """Split words run together (``hoso``, ``xangdau``) where the two parts are a known pair."""
        if not 4 <= len(word) <= 14:
            return ()
        folded = strip_marks(word)
        for place in range(2, len(word) - 1):
            if f"{folded[:place]} {folded[place:]}" in self._pairs:
                return (word[:place], word[place:])
        return ()


@dataclass(frozen=True)
class _Forms:
    typed: str
    norm: str
    folded: str


@lru_cache(maxsize=50_000)
def _forms(word: str) -> _Forms:
    typed = _squeeze(clean(word).lower())
    norm = normalise(typed)
    return _Forms(typed, norm, strip_marks(norm))


def _squeeze(word: str) -> str:
    """Write a letter drawn out three times or more once (``nhaaaa``, ``đâuuu``); www and viii stay."""
    if not word.isalpha() or _ROMAN.fullmatch(word):
        return word
    runs = [list(run) for _, run in groupby(word, key=strip_marks)]
    if len(runs) == 1 and word.isascii():
        return word
    return "".join(run[0] if len(run) > 2 else "".join(run) for run in runs)


def _term(word: str, match: re.Match[str], source: str) -> Term:
    folded = _forms(word).folded
    return Term(word, folded, match.start(), match.end(), folded != word, source)


def _is_bare(terms: Sequence[Term]) -> bool:
    """Tell whether a text was typed without marks, but for a word or two."""
    typed = [term for term in terms if term.source in _MAY_BE_MISSPELT and term.norm.isalpha()]
    return sum(term.marked for term in typed) <= MOST_MARKED * len(typed)


def _fits(reading: _Reading, before: str, after: str) -> bool:
    if not reading.after and not reading.before:
        return True
    return _is_among(before, reading.after) or _is_among(after, reading.before)


def _is_among(neighbour: str, wanted: frozenset[str]) -> bool:
    return neighbour in wanted or (_NUMBER in wanted and neighbour[:1].isdigit())


def _readings(value: Any) -> tuple[_Reading, ...]:  # noqa: ANN401 - YAML value, checked here
    if isinstance(value, str):
        return (_Reading(tuple(normalise(value).split()), frozenset(), frozenset()),)
    return tuple(
        _Reading(
            tuple(normalise(item["to"]).split()),
            frozenset(item.get("after", ())),
            frozenset(item.get("before", ())),
        )
        for item in value
    )


def _read_yaml(name: str) -> Any:  # noqa: ANN401 - shape differs by file
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def load_analyser() -> TermAnalyser:
    """Return the shared analyser; its word pairs come from the phrase lexicons."""
    pairs: set[str] = set()
    for path in sorted((DATA / "lexicons").glob("*.yml")):
        values = yaml.safe_load(path.read_text(encoding="utf-8"))["values"]
        for phrases in values.values():
            for phrase in phrases:
                words = strip_marks(normalise(phrase)).split()
                pairs.update(" ".join(pair) for pair in pairwise(words))
    return TermAnalyser(pairs, load_speller(), load_restorer())


@lru_cache(maxsize=4096)
def analyse(text: str) -> tuple[Term, ...]:
    """Analyse ``text`` with the shared analyser."""
    return load_analyser().analyse(text)
