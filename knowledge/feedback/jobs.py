"""Periodic work of feedback."""

from __future__ import annotations

from knowledge.feedback.invitations import invite_all
from knowledge.jobs import Job, JobContext


def ask_for_surveys(context: JobContext) -> None:
    """Invite to the survey after a dossier's result."""
    name = context.profile.short_name
    invite_all(context.sessions, name, name, context.now())


JOBS = (Job("ask-for-surveys", every_seconds=900, run=ask_for_surveys),)
