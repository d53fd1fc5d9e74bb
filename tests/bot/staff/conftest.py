"""A running gateway with the console, accounts of every role, and HTTP clients that act like browsers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timezone

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar

from knowledge.catalogue.records import Level, Procedure
from knowledge.catalogue.releases import create_release, publish
from knowledge.database.engine import SessionFactory
from knowledge.staff import passwords
from knowledge.staff.audit import AuditFilter, entries
from knowledge.staff.models import Account, AuditEntry
from knowledge.staff.roles import load_roles
from tests.bot.staff.records import CODE
from tests.fixtures.gateway import RunningGateway, StartGateway

PASSWORD = "mua-thu-ha-noi-2026"
ROLES = tuple(load_roles().titles)
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class Browser:
    """A browser's cookies and the form token of the page it last saw."""

    url: str
    http: ClientSession
    csrf: str = ""

    async def get(self, path: str, **options: object) -> ClientResponse:
        response = await self.http.get(f"{self.url}/staff{path}", allow_redirects=False, **options)
        self._remember(await response.text())
        return response

    async def post(self, path: str, fields: object = (), **options: object) -> ClientResponse:
        """Send a form with the token, as a page of ours does."""
        data = [("csrf", self.csrf), *(fields.items() if isinstance(fields, dict) else fields)]
        response = await self.http.post(
            f"{self.url}/staff{path}", data=data, allow_redirects=False, **options
        )
        self._remember(await response.text())
        return response

    async def sign_in(self, name: str, password: str = PASSWORD) -> ClientResponse:
        await self.get("/sign-in")
        response = await self.post("/sign-in", {"name": name, "password": password})
        if response.status == 303:
            await self.get("/account")
        return response

    def _remember(self, page: str) -> None:
        found = TOKEN.search(page)
        if found:
            self.csrf = found.group(1)

    @property
    def cookie(self) -> str:
        return {cookie.key: cookie.value for cookie in self.http.cookie_jar}.get("tthc_staff", "")


class Console:
    """The console under test."""

    def __init__(self, gateway: RunningGateway, sessions: SessionFactory) -> None:
        self.gateway = gateway
        self.url = gateway.url
        self.sessions = sessions
        self._opened: list[ClientSession] = []

    def browser(self) -> Browser:
        http = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self._opened.append(http)
        return Browser(self.url, http)

    async def as_(self, role: str) -> Browser:
        browser = self.browser()
        response = await browser.sign_in(role)
        assert response.status == 303, await response.text()
        return browser

    def log(self, action: str = "") -> list[AuditEntry]:
        with self.sessions() as session:
            return list(entries(session, AuditFilter(action=action), rows=500).rows)

    async def close(self) -> None:
        for http in self._opened:
            await http.close()


def add_accounts(sessions: SessionFactory) -> dict[str, int]:
    """Make an account named like each role."""
    hashed = passwords.hash_password(PASSWORD)
    with sessions.begin() as session:
        accounts = [
            Account(
                name=role,
                full_name=f"Cán bộ {title}",
                role=role,
                password_hash=hashed,
                must_change_password=False,
                created_at=datetime.now(timezone.utc),
            )
            for role, title in load_roles().titles.items()
        ]
        session.add_all(accounts)
        session.flush()
        return {account.name: account.id for account in accounts}


@pytest.fixture
def accounts(quick_hashing: None, sqlite_sessions: SessionFactory) -> dict[str, int]:
    """Ids of accounts by role."""
    return add_accounts(sqlite_sessions)


@pytest.fixture
async def console(
    start_gateway: StartGateway, sqlite_sessions: SessionFactory, accounts: dict[str, int]
) -> AsyncIterator[Console]:
    """A console with an account of every role and wide limits."""
    started = Console(await start_gateway(TTHC_STAFF_SIGN_INS_PER_MINUTE="500"), sqlite_sessions)
    yield started
    await started.close()


@pytest.fixture
def published(sqlite_sessions: SessionFactory) -> None:
    """A catalogue of one procedure."""
    petrol = Procedure(CODE, "Cấp giấy chứng nhận bán lẻ xăng dầu", "Xăng dầu", (Level.PROVINCE,))
    with sqlite_sessions.begin() as session:
        publish(session, create_release(session, [petrol], source="t", as_of=date(2026, 1, 1)).id)
