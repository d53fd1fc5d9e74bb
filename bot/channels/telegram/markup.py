"""From an answer's plain text to Telegram's HTML: the same emphasis as the web page gives."""

from __future__ import annotations

import html
import re

_CODE = re.compile(r"\(mã thủ tục \S+\)")
"""The line under a procedure's name."""
_SOURCE = re.compile(r"^(?:nguồn|căn cứ|theo danh mục|cập nhật|ngày cập nhật)(?:\s|:|,|$)", re.IGNORECASE)
_LEAD_MAX = 90
MAX_ENTITIES = 80
"""Telegram shows about a hundred marks in a message, links included."""


def to_html(text: str) -> str:
    """Mark up a text: its procedure and the lines that lead a list bold, its source in italics."""
    lines = text.split("\n")
    left = MAX_ENTITIES
    marked = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        tag = _tag(line, following) if left else None
        escaped = html.escape(line, quote=False)
        marked.append(f"<{tag}>{escaped}</{tag}>" if tag else escaped)
        left -= tag is not None
    return "\n".join(marked)


def _tag(line: str, following: str) -> str | None:
    """The mark of a line, if any."""
    if not line.strip():
        return None
    if _SOURCE.match(line):
        return "i"
    leads = line.rstrip().endswith(":") and len(line) <= _LEAD_MAX
    return "b" if leads or _CODE.fullmatch(following.strip()) else None
