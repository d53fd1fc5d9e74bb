"""Settings of the staff console."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.settings.parsers import Variable, between


@dataclass(frozen=True)
class StaffSettings:
    """How long officers stay signed in, when an account is locked, how large an upload may be."""

    idle_minutes: int
    session_hours: int
    lock_after: int
    lock_minutes: int
    sign_ins_per_minute: int
    upload_mib: int


VARIABLES: dict[str, Variable] = {
    "TTHC_STAFF_IDLE_MINUTES": ("staff.idle_minutes", "30", between(1, 1_440)),
    "TTHC_STAFF_SESSION_HOURS": ("staff.session_hours", "10", between(1, 168)),
    "TTHC_STAFF_LOCK_AFTER": ("staff.lock_after", "5", between(2, 100)),
    "TTHC_STAFF_LOCK_MINUTES": ("staff.lock_minutes", "15", between(1, 1_440)),
    "TTHC_STAFF_SIGN_INS_PER_MINUTE": ("staff.sign_ins_per_minute", "10", between(1, 1_000)),
    "TTHC_STAFF_UPLOAD_MIB": ("staff.upload_mib", "50", between(1, 300)),
}
