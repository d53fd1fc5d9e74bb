"""Settings of surveys and complaints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from knowledge.settings.parsers import Variable, between, path


def _scale(text: str) -> int:
    if text not in {"3", "5"}:
        raise ValueError("expected 3 or 5")
    return int(text)


@dataclass(frozen=True)
class FeedbackSettings:
    """What citizens are asked (``knowledge.feedback``) and may send (``knowledge.cases``)."""

    survey_file: Path
    survey_scale: int
    evidence_max_mb: int


VARIABLES: dict[str, Variable] = {
    "TTHC_SURVEY_FILE": ("feedback.survey_file", "knowledge/feedback/data/survey.yml", path),
    "TTHC_SURVEY_SCALE": ("feedback.survey_scale", "3", _scale),
    "TTHC_EVIDENCE_MAX_MB": ("feedback.evidence_max_mb", "8", between(1, 25)),
}
