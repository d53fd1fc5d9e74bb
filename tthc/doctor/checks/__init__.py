"""The checks, one module a topic: ``check(context)`` yields what it found.

Add a topic: a module here, its name in ``NAMES``, its sentences in ``tthc/doctor/wordings.yml``.
"""

from __future__ import annotations

NAMES = (
    "profile",
    "database",
    "secret",
    "model",
    "catalogue",
    "service",
    "inbox",
    "outbox",
    "jobs",
    "reachability",
    "zalo",
    "zalo_bot",
    "telegram",
    "disk",
    "clock",
)
"""Modules here, in the order in which they are told."""
