"""Errors that an administrator can do something about: one sentence, an exit code, no traceback."""

from __future__ import annotations

import sys
from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit code means."""

    OK = 0
    FAILED = 1
    USAGE = 2
    """Wrong arguments, or a setting that is unknown or malformed."""


class ExpectedError(Exception):
    """Something failed for a reason the message says, with what to do about it."""

    exit_code = ExitCode.FAILED


class UsageError(ExpectedError):
    """The arguments or the settings are wrong."""

    exit_code = ExitCode.USAGE


OF_OTHER_ROOMS = (
    ("knowledge.settings", "SettingsError", ExitCode.USAGE),
    ("knowledge.department.profile", "ProfileError", ExitCode.FAILED),
    ("knowledge.database.migrate", "MigrationError", ExitCode.FAILED),
)
"""Errors of the domain whose message is already a sentence for the administrator."""


def exit_code_of(error: BaseException) -> ExitCode | None:
    """Exit code for an error that was to be expected, None for one that is a fault of ours.

    The other rooms are not imported for the question: an error of theirs means they are there.
    """
    if isinstance(error, ExpectedError):
        return error.exit_code
    for module, name, code in OF_OTHER_ROOMS:
        room = sys.modules.get(module)
        if room is not None and isinstance(error, getattr(room, name)):
            return code
    return None


def one_sentence(error: BaseException) -> str:
    """Return the first line of an error's message, for people; its type when it has none."""
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
