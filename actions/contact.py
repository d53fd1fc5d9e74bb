"""How to reach the department, from its profile; what is not given is not mentioned."""

from __future__ import annotations

from actions.wording import say
from knowledge.department.profile import Profile


def contact_line(profile: Profile) -> str:
    """Return the ways to reach a person in one line."""
    ways = [profile.short_name] if profile.phone or profile.email or profile.address else []
    ways += [text for text in (profile.phone, profile.email, profile.address) if text]
    if not ways:
        return say("service.contact_default", place=profile.one_stop.name)
    return ", ".join(ways)


def contact_card(profile: Profile) -> str:
    """Return everything the profile says about address, hours and phone."""
    lines = [say("department.intro", department=profile.name)]
    for name in ("address", "phone", "email", "website"):
        value = getattr(profile, name)
        if value:
            lines.append(say(f"department.{name}", **{name: value}))
    one_stop = ", ".join(
        text for text in (profile.one_stop.name, profile.one_stop.address, profile.one_stop.phone) if text
    )
    lines.append(say("department.one_stop", place=one_stop))
    hours = profile.working_hours
    if hours.days:
        lines.append(say("department.hours", days=hours.days, sessions=", ".join(hours.sessions)))
    if profile.online_portal:
        lines.append(say("department.portal", portal=profile.online_portal))
    if not (profile.address and profile.phone):
        lines.append(say("department.missing"))
    return "\n".join(lines)
