"""``python -m benchmarks.coverage``: start the service, ask every facet of every procedure, report misses."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.coverage_questions import all_questions, sample_questions
from benchmarks.coverage_report import report, totals
from benchmarks.coverage_robot import Finding, ask_all
from benchmarks.service import ROOT, Service, running
from knowledge.catalogue.records import Procedure
from knowledge.catalogue.shipped import load_shipped
from knowledge.catalogue.topics import load_everyday_language

REPORT = ROOT / "var" / "coverage-report.md"
UNLIMITED = {"TTHC_CHAT_RATE_PER_MINUTE": "100000", "TTHC_NEW_CONVERSATIONS_PER_MINUTE": "100000"}
"""Settings that let one address ask as fast as it can."""


def procedures_by_code() -> dict[str, Procedure]:
    """Return the catalogue that ships, which a fresh service serves."""
    return {procedure.code: procedure for procedure in load_shipped()}


def robot(url: str, *, sample: bool) -> tuple[list[Finding], str]:
    """Question the service at ``url``; return the findings and the report."""
    procedures = procedures_by_code()
    choose = sample_questions if sample else all_questions
    started = time.monotonic()
    findings = asyncio.run(ask_all(url, choose(procedures.values(), load_everyday_language())))
    return findings, report(findings, procedures, time.monotonic() - started)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the robot and print the totals."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument(
        "--sample", action="store_true", help="one question for each procedure instead of all"
    )
    parser.add_argument("--url", help="question this running service instead of starting one")
    parser.add_argument("--report", type=Path, default=REPORT, help="where the report goes")
    chosen = parser.parse_args(arguments)
    if chosen.url:
        findings, text = robot(chosen.url, sample=chosen.sample)
    else:
        with (
            tempfile.TemporaryDirectory(prefix="tthc-coverage-") as folder,
            running(Service(Path(folder), settings=UNLIMITED)) as service,
        ):
            findings, text = robot(service.url, sample=chosen.sample)
    chosen.report.parent.mkdir(parents=True, exist_ok=True)
    chosen.report.write_text(text, encoding="utf-8")
    print(totals(findings))
    print(f"every miss: {chosen.report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
