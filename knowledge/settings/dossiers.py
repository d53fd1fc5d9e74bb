"""Settings of dossier look-ups: which systems are asked, in which order, with which credentials."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.settings.parsers import Variable, between, https_url

SOURCES = ("register", "igate", "national", "simple")
CODE_PLACE = "{code}"


@dataclass(frozen=True)
class DossierSettings:
    """The systems that know dossiers; what each needs besides its address is in ``data/policy.yml``."""

    sources: tuple[str, ...]
    timeout_seconds: int
    igate_url: str
    igate_token_url: str
    igate_client_id: str
    igate_client_secret: str
    national_url: str
    national_login_url: str
    national_username: str
    national_password: str
    national_unit: str
    national_destination: str
    simple_url: str


def _sources(text: str) -> tuple[str, ...]:
    names = tuple(part.strip().lower() for part in text.split(",") if part.strip())
    if not names or len(set(names)) != len(names) or not set(names) <= set(SOURCES):
        raise ValueError("expected different names out of " + ", ".join(SOURCES) + ", separated by commas")
    return names


def _url_with_code(text: str) -> str:
    if text and CODE_PLACE not in text:
        raise ValueError(f"expected an address with {CODE_PLACE} where the dossier code goes")
    return https_url(text)


VARIABLES: dict[str, Variable] = {
    "TTHC_DOSSIER_SOURCES": ("dossiers.sources", "register", _sources),
    "TTHC_DOSSIER_TIMEOUT_SECONDS": ("dossiers.timeout_seconds", "4", between(1, 10)),
    "TTHC_DOSSIER_IGATE_URL": ("dossiers.igate_url", "", https_url),
    "TTHC_DOSSIER_IGATE_TOKEN_URL": ("dossiers.igate_token_url", "", https_url),
    "TTHC_DOSSIER_IGATE_CLIENT_ID": ("dossiers.igate_client_id", "", str),
    "TTHC_DOSSIER_IGATE_CLIENT_SECRET": ("dossiers.igate_client_secret", "", str),
    "TTHC_DOSSIER_NATIONAL_URL": ("dossiers.national_url", "", https_url),
    "TTHC_DOSSIER_NATIONAL_LOGIN_URL": ("dossiers.national_login_url", "", https_url),
    "TTHC_DOSSIER_NATIONAL_USERNAME": ("dossiers.national_username", "", str),
    "TTHC_DOSSIER_NATIONAL_PASSWORD": ("dossiers.national_password", "", str),
    "TTHC_DOSSIER_NATIONAL_UNIT": ("dossiers.national_unit", "", str),
    "TTHC_DOSSIER_NATIONAL_DESTINATION": ("dossiers.national_destination", "", str),
    "TTHC_DOSSIER_SIMPLE_URL": ("dossiers.simple_url", "", _url_with_code),
}
