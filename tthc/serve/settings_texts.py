"""Settings as environment variables again.

Rasa reads no ``.env`` file and no defaults of ours, so every setting is passed on in full.
"""

from __future__ import annotations

from operator import attrgetter

from knowledge.settings import VARIABLES, Settings


def settings_as_texts(settings: Settings) -> dict[str, str]:
    """Write settings as environment variables; ``read_settings`` of the result gives them back."""
    return {name: _as_text(attrgetter(field)(settings)) for name, (field, _, _) in VARIABLES.items()}


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return ",".join(value)
    return "" if value is None else str(value)
