"""Roles and what they may do, as data in ``roles.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).with_name("roles.yml")


@dataclass(frozen=True)
class Permission:
    """What a route asks for."""

    name: str
    roles: frozenset[str]
    is_personal: bool
    """What it shows is personal data: views are written down."""


@dataclass(frozen=True)
class Roles:
    """The roles by name with their Vietnamese titles, and the permissions by name."""

    titles: Mapping[str, str]
    permissions: Mapping[str, Permission]

    def allows(self, role: str, permission: str) -> bool:
        """Tell whether ``role`` has ``permission``; an unknown role has none."""
        return role in self.permissions[permission].roles


@cache
def load_roles() -> Roles:
    """Read the table.

    Raises:
        ValueError: a permission names a role that does not exist.
    """
    content: dict[str, Any] = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    titles = {str(name): str(title) for name, title in content["roles"].items()}
    permissions = {}
    for name, entry in content["permissions"].items():
        roles = frozenset(entry["roles"])
        if not roles <= titles.keys():
            raise ValueError(f"{DATA.name}: {name} names an unknown role")
        permissions[name] = Permission(name, roles, bool(entry.get("personal", False)))
    return Roles(titles, permissions)
