"""From an answer's plain text to Telegram's HTML: the same emphasis as the web page gives."""

from __future__ import annotations

import html
import re

_HEADING = re.compile(r"^(.+?) (\(mã thủ tục \S+\))$")
_SOURCE = re.compile(r"^(?:nguồn|căn cứ|theo danh mục|cập nhật|ngày cập nhật)(?:\s|:|,|$)", re.IGNORECASE)
_LEAD_MAX = 90
MAX_ENTITIES = 80
"""Telegram shows about a hundred marks in a message, links included."""


def to_html(text: str) -> str:
    """Mark up a text: its procedure and the lines that lead a list bold, its source in italics."""
    left = MAX_ENTITIES
    lines = []
    for line in text.split("\n"):
        marked = _marked(line) if left else html.escape(line, quote=False)
        left -= marked.count("</")
        lines.append(marked)
    return "\n".join(lines)


def _marked(line: str) -> str:
    escaped = html.escape(line, quote=False)
    heading = _HEADING.fullmatch(escaped)
    if heading is not None:
        return f"<b>{heading[1]}</b> {heading[2]}"
    if _SOURCE.match(line):
        return f"<i>{escaped}</i>"
    if line.rstrip().endswith(":") and len(line) <= _LEAD_MAX:
        return f"<b>{escaped}</b>"
    return escaped
