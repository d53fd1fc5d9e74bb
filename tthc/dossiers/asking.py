"""`tthc dossiers ask` and `samples`: for who connects a system, and for who tries the assistant."""

from __future__ import annotations

import asyncio
import time
from datetime import date, datetime

from knowledge.database.engine import open_engine
from knowledge.database.migrate import upgrade
from knowledge.dossiers.codes import CodeFault, DossierCode, read_code
from knowledge.dossiers.desk import DossierDesk
from knowledge.dossiers.importing.values import LOCAL
from knowledge.dossiers.opening import open_desk
from knowledge.dossiers.records import Ambiguous, Answer, Forbidden, Found, Unavailable
from knowledge.dossiers.samples import load_samples
from knowledge.dossiers.statuses import words_of
from knowledge.privacy.sealing import open_sealer
from knowledge.settings import read_settings
from tthc.errors import ExitCode, UsageError


def run_ask(text: str) -> int:
    """Ask every source and print how it answered; the exit code is 1 when one did not."""
    code = read_code(text, _today())
    if not isinstance(code, DossierCode) or not code.is_whole:
        reason = f": {code.reason.value}" if isinstance(code, CodeFault) else ""
        raise UsageError(f"not a whole dossier code{reason}; expected a form such as H27.12-230412-0001")
    settings = read_settings()
    upgrade(settings.database_url)
    engine = open_engine(settings.database_url)
    try:
        desk = open_desk(settings, engine, open_sealer(settings))
        failed = asyncio.run(_ask_all(desk, code, settings.dossiers.timeout_seconds))
    finally:
        engine.dispose()
    return ExitCode.FAILED if failed else ExitCode.OK


async def _ask_all(desk: DossierDesk, code: DossierCode, timeout: float) -> bool:
    failed = False
    for source in desk.sources:
        started = time.monotonic()
        answer = await source.ask(code, started + timeout, fresh=True)
        milliseconds = (time.monotonic() - started) * 1000
        print(f"{source.name}: {_told(answer)} ({milliseconds:.0f} ms)")
        failed |= isinstance(answer, Unavailable | Forbidden)
        await source.close()
    return failed


def _told(answer: Answer) -> str:
    if isinstance(answer, Found):
        view = answer.view
        status = (
            f"{int(view.status)} {words_of(view.status).name}" if view.status else f"? {view.status_text}"
        )
        numbers = "can be verified" if answer.factors else "NO phone or identity number: cannot be verified"
        return f"found, status {status}, {numbers}"
    if isinstance(answer, Unavailable | Forbidden):
        return f"{type(answer).__name__.lower()}: {answer.reason}"
    return "ambiguous" if isinstance(answer, Ambiguous) else "not found"


def print_samples() -> int:
    """Print the sample dossiers."""
    for sample in load_samples(_today()):
        status = words_of(sample.row.status).name
        print(f"{sample.code}  4 số cuối: {sample.digits}  {int(sample.row.status):>2} {status}")
    return ExitCode.OK


def _today() -> date:
    return datetime.now(LOCAL).date()
