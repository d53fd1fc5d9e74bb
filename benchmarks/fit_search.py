"""Fits the weights of the search's signals and the calibration of its confidence.

Every procedure's example wordings are split: the search learns from most of them, and is asked the
rest, with marks and without. The weights are those of a conditional logit (which candidate is the right
one); the confidence is a logistic regression on what the verdict looks at, with business of other
authorities (``data/others.yml``, split likewise) as wrong. Evaluation questions are never read here.

    python -m benchmarks.fit_search
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import yaml
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from knowledge.catalogue.records import Catalogue, ReleaseInfo
from knowledge.catalogue.search.build import build_index
from knowledge.catalogue.search.index import Evidence, ProcedureIndex
from knowledge.catalogue.search.verdict import TRUST, trust_features
from knowledge.catalogue.search.weights import PATH, SIGNALS, read_weights
from knowledge.catalogue.shipped import load_manifest, load_shipped
from knowledge.catalogue.topics import EverydayLanguage, load_everyday_language
from knowledge.text.normalise import strip_marks

HELD_OUT_SHARE = 0.12
SIGNS = {"ministry": -1.0, "not_listed": -1.0}
Vector = npt.NDArray[np.float64]
Split: TypeAlias = tuple[EverydayLanguage, list[tuple[str, str]], list[str]]


@dataclass(frozen=True)
class Asked:
    """A wording asked of the search, its procedure, and what the search saw."""

    text: str
    code: str
    evidence: Evidence
    right: int


def shipped_catalogue() -> Catalogue:
    """Return the shipped facts as a catalogue, without a database."""
    manifest = load_manifest()
    info = ReleaseInfo(
        0, manifest.source, manifest.as_of, "", manifest.listed_count, manifest.no_longer_listed_count
    )
    return Catalogue(info, {procedure.code: procedure for procedure in load_shipped()})


def split(language: EverydayLanguage, chance: random.Random) -> Split:
    """Hold out a share of each procedure's examples and of the others; the rest stays in the language."""
    kept: dict[str, tuple[str, ...]] = {}
    held_out: list[tuple[str, str]] = []
    for code, texts in sorted(language.examples.items()):
        shuffled = list(texts)
        chance.shuffle(shuffled)
        count = int(len(shuffled) * HELD_OUT_SHARE)
        held_out += [(code, text) for text in shuffled[:count]]
        kept[code] = tuple(shuffled[count:])
    others = list(language.others)
    chance.shuffle(others)
    count = int(len(others) * HELD_OUT_SHARE)
    return replace(language, examples=kept, others=tuple(others[count:])), held_out, others[:count]


def ask(index: ProcedureIndex, questions: Sequence[tuple[str, str]], chance: random.Random) -> list[Asked]:
    """Ask each wording, every other one without marks."""
    asked = []
    for code, text in questions:
        said = strip_marks(text) if chance.random() < 0.5 else text
        evidence = index.evidence(said)
        hits = [row for row, place in enumerate(evidence.places) if index.entries[place].code == code]
        if hits:
            asked.append(Asked(said, code, evidence, hits[0]))
    return asked


def fit_signals(asked: Sequence[Asked]) -> Vector:
    """Return the weights that make the right candidates most likely (conditional logit, small ridge)."""

    def loss(weights: Vector) -> tuple[float, Vector]:
        total, gradient = 0.0, np.zeros(len(SIGNALS))
        for item in asked:
            scores = item.evidence.signals @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            total -= float(np.log(shares[item.right] + 1e-12))
            gradient -= item.evidence.signals[item.right] - shares @ item.evidence.signals
        return total / len(asked) + 1e-4 * float(weights @ weights), gradient / len(asked) + 2e-4 * weights

    bounds = [(None, 0.0) if SIGNS.get(name) else (0.0, None) for name in SIGNALS]
    found = minimize(loss, np.full(len(SIGNALS), 0.0), jac=True, bounds=bounds, method="L-BFGS-B")
    return np.asarray(found.x)


def trust_data(
    index: ProcedureIndex, asked: Sequence[tuple[str, str]], wrong: Sequence[str]
) -> tuple[Vector, list[bool], list[bool]]:
    """Return the verdict's facts for each question, whether the first is right, whether any offered is."""
    rows, first, any_offered = [], [], []
    for code, text in [*asked, *((None, text) for text in wrong)]:
        for said in (text, strip_marks(text)):
            result = index.search(said)
            codes = [candidate.code for candidate in result.candidates]
            rows.append(trust_features(result.candidates, result.content, result.ours_like))
            first.append(codes[:1] == [code])
            any_offered.append(code in codes)
    return np.array(rows), first, any_offered


def fit_trust(rows: Vector, labels: Sequence[bool], ours: int) -> dict[str, float]:
    """Return logistic weights and intercept; other authorities' questions count as much as ours in all."""
    others_weight = ours / max(1, len(labels) - ours)
    weights = [1.0] * ours + [others_weight] * (len(labels) - ours)
    model = LogisticRegression(C=10.0, max_iter=2000).fit(rows, labels, sample_weight=weights)
    fitted = dict(zip(TRUST, (round(float(value), 4) for value in model.coef_[0]), strict=True))
    return {**fitted, "intercept": round(float(model.intercept_[0]), 4)}


def accuracy(index: ProcedureIndex, questions: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Yield the share of held-out wordings whose procedure comes first, with and without marks."""
    for name, change in (("with marks", str), ("without marks", strip_marks)):
        right = sum(
            bool(found := index.search(change(text)).candidates) and found[0].code == code
            for code, text in questions
        )
        yield f"{name}: {right}/{len(questions)} = {right / len(questions):.1%}"


def main() -> None:
    """Fit, print and write."""
    chance = random.Random(20261123)
    catalogue = shipped_catalogue()
    language, held_out, others = split(load_everyday_language(), chance)
    index = build_index(catalogue, language)
    asked = ask(index, held_out, chance)
    print(f"{len(held_out)} wordings held out, {len(asked)} of them among the candidates")
    fitted = fit_signals(asked)
    weights = read_weights()
    signals = {name: round(float(value), 4) for name, value in zip(SIGNALS, fitted, strict=True)}
    index = build_index(catalogue, language, replace(weights, signals=signals))
    print("fitted:", *accuracy(index, held_out), sep="\n  ")
    rows, first, any_offered = trust_data(index, held_out, others)
    ours = 2 * len(held_out)
    content = {
        "signals": signals,
        "right": fit_trust(rows, first, ours),
        "ours": fit_trust(rows, any_offered, ours),
        "right_from": weights.right_from,
        "ours_from": weights.ours_from,
    }
    head = "# Fitted by `python -m benchmarks.fit_search` on wordings the search had not learned from.\n"
    PATH.write_text(head + yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    print(yaml.safe_dump(content, sort_keys=False))


if __name__ == "__main__":
    main()
