"""What a route asks of who calls it, declared beside its handler and checked by one middleware."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from knowledge.staff.roles import load_roles

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
PUBLIC = "public"
"""Permission of what is open to everybody: signing in and the console's own files."""
_ATTRIBUTE = "staff_access"


@dataclass(frozen=True)
class Access:
    """``permission`` of ``roles.yml`` or `PUBLIC`; ``takes_file``: the form may carry an upload."""

    permission: str
    takes_file: bool = False

    @property
    def is_public(self) -> bool:
        """Whether nobody has to be signed in."""
        return self.permission == PUBLIC

    @property
    def is_personal(self) -> bool:
        """Whether what is shown is personal data."""
        return not self.is_public and load_roles().permissions[self.permission].is_personal


def needs(permission: str, *, takes_file: bool = False) -> Callable[[Handler], Handler]:
    """Declare the permission of a handler.

    Raises:
        KeyError: ``roles.yml`` has no such permission.
    """
    if permission != PUBLIC:
        load_roles().permissions[permission]

    def mark(handler: Handler) -> Handler:
        setattr(handler, _ATTRIBUTE, Access(permission, takes_file))
        return handler

    return mark


def access_of(handler: object) -> Access | None:
    """Return what a handler declares; None: nothing."""
    access = getattr(handler, _ATTRIBUTE, None)
    return access if isinstance(access, Access) else None


class UndeclaredRouteError(RuntimeError):
    """A route has no permission: the console does not start."""


def check_routes(app: web.Application) -> None:
    """Refuse to start with a route that declares no permission.

    Raises:
        UndeclaredRouteError: there is one; the message names it.
    """
    for route in app.router.routes():
        if access_of(route.handler) is None:
            raise UndeclaredRouteError(f"{route.method} {route.resource} declares no permission")
