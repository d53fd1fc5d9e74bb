"""Periodic work of the room: subscriptions are looked after, what is no longer needed is deleted."""

from __future__ import annotations

from knowledge.dossiers.opening import open_desk
from knowledge.dossiers.polling import look_after_watches
from knowledge.jobs import Job, JobContext


def _look_after_watches(context: JobContext) -> None:
    desk = open_desk(context.settings, context.sessions.kw["bind"], context.sealer)
    try:
        look_after_watches(desk, context.now())
    finally:
        desk.close()


def _purge(context: JobContext) -> None:
    desk = open_desk(context.settings, context.sessions.kw["bind"], context.sealer)
    desk.purge()


JOBS = (
    Job("dossier-watches", every_seconds=60, run=_look_after_watches),
    Job("dossier-purge", every_seconds=300, run=_purge),
)
