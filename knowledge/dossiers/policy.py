"""The policy of look-ups (``data/policy.yml``): limits against guessing, patience, caches, subscriptions."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from knowledge.yaml_fields import read_mapping

POLICY = Path(__file__).parent / "data" / "policy.yml"
MOST = 1_000_000


@dataclass(frozen=True)
class Policy:
    """See ``data/policy.yml`` for the meaning of each; the unit is in the name, else seconds or a count."""

    failures_per_person: int
    person_window_minutes: int
    failures_per_code: int
    code_window_hours: int
    lookups_per_person: int
    refusal_beat_milliseconds: int
    remote_refusal_beat_milliseconds: int
    session_minutes: int
    budget_seconds: int
    retries: int
    retry_pause_milliseconds: int
    parallel: int
    wait_milliseconds: int
    failures_to_open: int
    open_seconds: int
    cache_seconds: int
    cache_entries: int
    watch_every_minutes: int
    watch_batch: int
    watch_days: int
    watches_per_conversation: int


@cache
def load_policy(path: Path = POLICY) -> Policy:
    """Read the policy.

    Raises:
        DataError: a field is missing, unknown or no number from 0.
    """
    content = read_mapping(path)
    policy = Policy(**{field.name: content.number(field.name, 0, MOST) for field in fields(Policy)})
    content.refuse_unknown()
    return policy
