"""Runs the checks and prints what they found."""

from __future__ import annotations

import json
import logging
import textwrap
from collections.abc import Iterator, Sequence
from importlib import import_module

from knowledge.settings import SettingsError, read_settings
from tthc.doctor.checks import NAMES
from tthc.doctor.context import Context
from tthc.doctor.findings import Finding, Level, good, level_title, must_fix, summary, topic_title
from tthc.errors import ExitCode

logger = logging.getLogger(__name__)
WIDTH = 100


def run_doctor(*, as_json: bool) -> int:
    """Look at everything and tell; the exit code is 1 when something must be fixed."""
    findings = list(look())
    print(_as_json(findings) if as_json else _as_text(findings))
    failed = any(finding.level is Level.MUST_FIX for finding in findings)
    return ExitCode.FAILED if failed else ExitCode.OK


def look() -> Iterator[Finding]:
    """Run every check; without readable settings only they can be told."""
    try:
        settings = read_settings()
    except SettingsError as error:
        yield must_fix("settings.malformed", reason=error)
        return
    yield good("settings.read")
    context = Context(settings)
    try:
        for name in NAMES:
            yield from _checked(name, context)
    finally:
        context.close()


def _checked(name: str, context: Context) -> Iterator[Finding]:
    """Run one check; a fault of the check itself is told like any other, and the others go on."""
    try:
        yield from import_module(f"tthc.doctor.checks.{name}").check(context)
    except Exception as error:
        logger.debug("the check %s failed", name, exc_info=True)
        fault = must_fix("settings.fault", reason=f"{type(error).__name__}: {error}")
        yield Finding(fault.level, f"{name}.fault", fault.what, fault.do)


def _as_text(findings: Sequence[Finding]) -> str:
    lines = []
    for finding in findings:
        label = f"{level_title(finding.level):<9} {topic_title(finding.topic)}: "
        lines += textwrap.wrap(label + finding.what, WIDTH, subsequent_indent=" " * 10)
        if finding.do and finding.level is not Level.GOOD:
            lines += textwrap.wrap(
                f"→ {finding.do}", WIDTH, initial_indent=" " * 10, subsequent_indent=" " * 12
            )
    return "\n".join([*lines, "", summary(findings)])


def _as_json(findings: Sequence[Finding]) -> str:
    content = {
        "ok": all(finding.level is not Level.MUST_FIX for finding in findings),
        "findings": [
            {
                "topic": finding.topic,
                "key": finding.key,
                "level": finding.level.name.lower(),
                "what": finding.what,
                "do": finding.do,
            }
            for finding in findings
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)
