"""Deadlines: the working-day calendar of Vietnam and the dates on which time limits end.

Start at :func:`knowledge.deadlines.due.due_date`. See ``docs/deadlines.md``.
"""
