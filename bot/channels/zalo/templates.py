"""ZBS templates: what may be sent when the seven days are over, by a template that Zalo approved.

Which of our notices has which template is the department's: a YAML file (`TTHC_ZALO_TEMPLATES_FILE`), since
every Official Account has its templates approved under ids of its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge.messaging.notices import KINDS

HINT = 'such as dossier_changed: {template_id: "7895417a", params: {ma_ho_so: {from: dossier, max: 30}}}'


class TemplateFileError(ValueError):
    """The file is malformed; the message says where and what is expected."""


@dataclass(frozen=True)
class Param:
    """A variable of a template: which value of the notice fills it, and its longest text."""

    source: str
    longest: int


@dataclass(frozen=True)
class Template:
    """An approved template."""

    template_id: str
    params: Mapping[str, Param]

    def data(self, values: Mapping[str, Any]) -> dict[str, str]:
        """Fill the variables from a notice's values; too long ones are cut, missing ones are a dash."""
        return {name: _cut(str(values.get(p.source) or "-"), p.longest) for name, p in self.params.items()}


def read_templates(path: Path | None) -> dict[str, Template]:
    """Read the templates by kind of notice; none without a file.

    Raises:
        TemplateFileError: the file is missing or malformed.
    """
    if path is None:
        return {}
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise TemplateFileError(f"TTHC_ZALO_TEMPLATES_FILE: {path} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise TemplateFileError(f"{path.name}: expected kinds of notices, {HINT}")
    return {str(kind): _template(path.name, str(kind), entry) for kind, entry in content.items()}


def _template(file: str, kind: str, entry: object) -> Template:
    where = f"{file}: {kind}"
    if kind not in KINDS:
        raise TemplateFileError(f"{where}: no such notice; there are {', '.join(sorted(KINDS))}")
    try:
        template_id, given = _fields(entry)
        params = {str(name): Param(str(p["from"]), int(p["max"])) for name, p in given.items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise TemplateFileError(f"{where}: {error}; {HINT}") from error
    strange = {param.source for param in params.values()} - KINDS[kind]
    if strange:
        known = ", ".join(sorted(KINDS[kind]))
        raise TemplateFileError(f"{where}: from: {', '.join(sorted(strange))}; there are {known}")
    return Template(template_id, params)


def _fields(entry: object) -> tuple[str, Mapping[str, Any]]:
    if not isinstance(entry, dict) or set(entry) != {"template_id", "params"}:
        raise ValueError("expected template_id and params")
    return str(entry["template_id"]), entry["params"]


def _cut(text: str, longest: int) -> str:
    text = unicodedata.normalize("NFC", text)
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
