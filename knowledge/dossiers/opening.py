"""The desk of this installation, from its settings."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from knowledge.dossiers.connectors.base import Connector
from knowledge.dossiers.connectors.http import HttpClient
from knowledge.dossiers.connectors.igate import IgateConnector
from knowledge.dossiers.connectors.national import NationalConnector
from knowledge.dossiers.connectors.register import RegisterConnector
from knowledge.dossiers.connectors.simple import SimpleConnector
from knowledge.dossiers.desk import DossierDesk
from knowledge.dossiers.guard import GuardedSource
from knowledge.dossiers.policy import Policy, load_policy
from knowledge.dossiers.register import Register
from knowledge.privacy.sealing import Sealer
from knowledge.settings import Settings, SettingsError
from knowledge.settings.dossiers import DossierSettings

NEEDED = {
    "igate": ("igate_url", "igate_token_url", "igate_client_id", "igate_client_secret"),
    "national": (
        "national_url",
        "national_login_url",
        "national_username",
        "national_password",
        "national_unit",
    ),
    "simple": ("simple_url",),
}
"""Settings without which a source cannot be asked."""


def check_settings(settings: DossierSettings) -> None:
    """Refuse sources that lack a setting.

    Raises:
        SettingsError: names the variable.
    """
    for source in settings.sources:
        for field in NEEDED.get(source, ()):
            if not getattr(settings, field):
                name = f"TTHC_DOSSIER_{field.upper()}"
                raise SettingsError(f"{name} is empty, but TTHC_DOSSIER_SOURCES names {source}")


def open_desk(
    settings: Settings, engine: Engine, sealer: Sealer, policy: Policy | None = None
) -> DossierDesk:
    """Make the desk with the sources that the settings name.

    Raises:
        SettingsError: a source lacks a setting.
        DataError: the policy is malformed.
    """
    check_settings(settings.dossiers)
    policy = policy or load_policy()
    timeout = settings.dossiers.timeout_seconds
    connectors = [
        _MAKERS[name](settings.dossiers, engine, sealer, policy) for name in settings.dossiers.sources
    ]
    return DossierDesk(engine, sealer, policy, [GuardedSource(one, policy, timeout) for one in connectors])


def _http(settings: DossierSettings, policy: Policy) -> HttpClient:
    return HttpClient(settings.timeout_seconds, policy.parallel + 1)


def _register(_settings: DossierSettings, engine: Engine, _sealer: Sealer, _policy: Policy) -> Connector:
    return RegisterConnector(Register(engine))


def _igate(settings: DossierSettings, _engine: Engine, sealer: Sealer, policy: Policy) -> Connector:
    return IgateConnector(
        _http(settings, policy),
        sealer,
        settings.igate_url,
        settings.igate_token_url,
        settings.igate_client_id,
        settings.igate_client_secret,
    )


def _national(settings: DossierSettings, _engine: Engine, sealer: Sealer, policy: Policy) -> Connector:
    return NationalConnector(
        _http(settings, policy),
        sealer,
        settings.national_url,
        settings.national_login_url,
        (settings.national_username, settings.national_password),
        settings.national_unit,
        settings.national_destination,
    )


def _simple(settings: DossierSettings, _engine: Engine, sealer: Sealer, policy: Policy) -> Connector:
    return SimpleConnector(_http(settings, policy), sealer, settings.simple_url)


_MAKERS: dict[str, Callable[[DossierSettings, Engine, Sealer, Policy], Connector]] = {
    "register": _register,
    "igate": _igate,
    "national": _national,
    "simple": _simple,
}
