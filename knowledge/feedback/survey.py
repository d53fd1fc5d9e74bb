"""What a survey asks: factors, scales and reasons, read from YAML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from knowledge.yaml_fields import Fields, read_mapping

DATA = Path(__file__).parent / "data" / "survey.yml"
ANSWER_SCALE = 2
"""Scale of a light rating: 1 did not help, 2 useful."""
NOT_USEFUL, USEFUL = 1, 2


@dataclass(frozen=True)
class Factor:
    """Something that is rated by itself."""

    id: str
    name: str
    question: str


@dataclass(frozen=True)
class Scale:
    """The levels of a score, the worst first; ``satisfied_from`` is the lowest that counts as satisfied."""

    size: int
    levels: tuple[str, ...]
    satisfied_from: int

    def level(self, score: int) -> str:
        """Return the name of a score from 1 to ``size``."""
        return self.levels[score - 1]


@dataclass(frozen=True)
class Survey:
    """Factors in the order they are asked, the scale in use, and reasons why an answer did not help."""

    factors: tuple[Factor, ...]
    scale: Scale
    reasons: dict[str, str]

    def factor(self, factor_id: str) -> Factor | None:
        """Return a factor by its id."""
        return next((factor for factor in self.factors if factor.id == factor_id), None)


def load_survey(path: Path = DATA, scale_size: int = 3) -> Survey:
    """Read a survey and take its scale of ``scale_size`` levels.

    Raises:
        DataError: the file is missing or malformed, or has no such scale.
    """
    content = read_mapping(path)
    content.number("version", 1, 1)
    scales = {scale.size: scale for scale in map(_scale, content.entries("scales"))}
    factors = tuple(_factor(fields) for fields in content.entries("factors"))
    reasons = {fields.text("id"): fields.text("name") for fields in content.entries("reasons")}
    content.refuse_unknown()
    if scale_size not in scales:
        raise content.fail(f"has no scale of {scale_size} levels")
    if len({factor.id for factor in factors}) != len(factors) or not factors:
        raise content.fail("needs factors with different ids")
    return Survey(factors, scales[scale_size], reasons)


@lru_cache(maxsize=8)
def survey(path: Path = DATA, scale_size: int = 3) -> Survey:
    """Return the survey at ``path``, read once."""
    return load_survey(path, scale_size)


def _scale(fields: Fields) -> Scale:
    size = fields.number("size", 3, 5)
    scale = Scale(size, fields.texts("levels"), fields.number("satisfied_from", 2, size))
    fields.refuse_unknown()
    if len(scale.levels) != size:
        raise fields.fail(f"expected {size} levels")
    return scale


def _factor(fields: Fields) -> Factor:
    factor = Factor(fields.text("id"), fields.text("name"), fields.text("question"))
    fields.refuse_unknown()
    return factor
