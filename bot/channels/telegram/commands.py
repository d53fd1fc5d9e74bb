"""Commands and deep links, from ``commands.yml``, as what they mean to the assistant."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@([A-Za-z0-9_]{1,64}))?(?:\s+(.*))?", re.DOTALL)
_PROCEDURE = re.compile(r"(?:tt)?[_-]?(\d)[._-]?(\d{6})")
START = "start"


@dataclass(frozen=True)
class Meant:
    """What a command stands for: exactly one of both is set."""

    text: str | None = None
    payload: str | None = None


@dataclass(frozen=True)
class Command:
    """One command of ``commands.yml``."""

    payload: str
    text: str = ""
    describe: str = ""

    def meant(self, rest: str) -> Meant:
        """What it means with ``rest`` behind it."""
        if rest and self.text:
            return Meant(text=self.text.format(rest=rest))
        return Meant(payload=self.payload)


@cache
def all_commands() -> dict[str, Command]:
    """The commands by their names."""
    content = yaml.safe_load(Path(__file__).with_name("commands.yml").read_text(encoding="utf-8"))
    return {name: Command(**fields) for name, fields in content.items()}


def is_for_another(text: str, username: str | None) -> bool:
    """Tell whether a text is a command for another bot (``/help@another_bot``)."""
    match = _COMMAND.fullmatch(text.strip())
    return bool(match and match[2] and username and match[2].lower() != username.lower())


def is_command(text: str) -> bool:
    """Tell whether a text is one of our commands."""
    match = _COMMAND.fullmatch(text.strip())
    return bool(match and match[1].lower() in all_commands())


def read_command(text: str) -> Meant:
    """Return what a text means: a command or deep link of ours, else the text itself."""
    match = _COMMAND.fullmatch(text.strip())
    command = all_commands().get(match[1].lower()) if match else None
    if match is None or command is None:
        return Meant(text=text)
    rest = (match[3] or "").strip()
    if match[1].lower() == START and rest:
        return _deep_link(rest) or command.meant("")
    return command.meant(rest)


def _deep_link(word: str) -> Meant | None:
    """What ``/start <word>`` of a link ``t.me/<bot>?start=<word>`` leads to: a procedure, or a command."""
    match = _PROCEDURE.fullmatch(word)
    if match is not None:
        values = {"procedure_code": f"{match[1]}.{match[2]}", "facet": "overview"}
        return Meant(payload=f"/ask_procedure{json.dumps(values)}")
    command = all_commands().get(word.lower())
    return command.meant("") if command is not None else None
