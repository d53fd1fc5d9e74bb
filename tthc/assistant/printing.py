"""A reply and its explanation as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from actions.reply import Reply
from tthc.assistant.explain import Contender, Explanation

LEAST_SHOWN = 0.005
"""Contributions smaller than this are left out of the text; ``--json`` has them all."""


def reply_lines(reply: Reply) -> Iterator[str]:
    """Yield the reply's text, and its buttons with the number that chooses each."""
    yield reply.text
    if reply.buttons:
        yield ""
    for number, button in enumerate(reply.buttons, start=1):
        yield f"[#{number}] {button.title}"


def explanation_lines(explanation: Explanation) -> Iterator[str]:
    """Yield the explanation, one fact a line."""
    yield f"normalised   {explanation.normalised}"
    yield f"terms        {' '.join(_term(t.typed, t.read, t.source) for t in explanation.terms)}"
    yield f"intent       {', '.join(f'{name} {sure:.2f}' for name, sure in explanation.intents)}"
    for found in explanation.found:
        phrase = f' (phrase "{found.phrase}")' if found.phrase else ""
        yield f'{found.entity:<12} {found.value} in "{found.words}"{phrase}'
    if explanation.case:
        yield f"case meant   {explanation.case} (from {explanation.case_from})"
    yield f"content      {', '.join(explanation.content) or '-'}"
    if explanation.weak:
        yield f"weak words   {', '.join(explanation.weak)}"
    yield f"names found  {', '.join(explanation.names) or '-'}"
    yield f"search       {explanation.verdict}, confidence {explanation.confidence:.2f}"
    for rank, contender in enumerate(explanation.contenders, start=1):
        yield from _contender(rank, contender)


def answer_line(reply: Reply) -> str:
    """Return what the chat API says about the answer, in one line."""
    facets = ", ".join(facet.value for facet in reply.facets) or "-"
    codes = reply.procedure or ", ".join(reply.candidates) or "-"
    return f"answer       {reply.outcome.value}, {codes}, facets {facets}, confidence {reply.confidence:.2f}"


def _term(typed: str, read: str, source: str) -> str:
    return read if source == "typed" else f"[{typed} → {read}: {source}]"


def _contender(rank: int, contender: Contender) -> Iterator[str]:
    yield f"{rank}. {contender.code}  {contender.score:6.2f}  {contender.title}"
    shown = [signal for signal in contender.signals if abs(signal.contribution) >= LEAST_SHOWN]
    parts = [f"{signal.name} {signal.value:.2f} → {signal.contribution:+.2f}" for signal in shown]
    yield f"   {'; '.join(parts) or 'nothing speaks for it'}"
    if contender.names:
        yield f"   names: {', '.join(contender.names)}"
