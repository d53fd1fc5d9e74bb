"""Periodic jobs: what has to be done every so often, by one gateway of however many run.

A room that has such work gives it in a module ``jobs`` of its own::

    # knowledge/<room>/jobs.py
    def _remind(context: JobContext) -> None:
        with context.sessions.begin() as session:
            ...

    JOBS = (Job("remind-officers", every_seconds=900, run=_remind),)

It is found there (`registry.all_jobs`), run by the gateway on a thread, and seen in the table ``job_run``
and in the metrics. A gateway holds a lease while it runs a job; when it dies the lease ends and another
one runs it: a job must bear being run again from the start.
"""

from knowledge.jobs.registry import Job, JobContext, all_jobs

__all__ = ["Job", "JobContext", "all_jobs"]
