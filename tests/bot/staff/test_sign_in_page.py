"""Signing in by the page: fixation, brute force, second factor, sign-out, first passwords."""

import pyotp
import sqlalchemy as sa

from bot.staff.keys import SEALER
from knowledge.staff.models import Account, StaffSession
from knowledge.staff.second_factor import new_secret
from tests.bot.staff.conftest import PASSWORD


async def test_the_token_before_signing_in_is_not_the_one_after(console):
    browser = console.browser()
    await browser.get("/sign-in")
    before = browser.cookie
    await browser.post("/sign-in", {"name": "officer", "password": PASSWORD})
    assert "" not in {before, browser.cookie}
    assert browser.cookie != before
    thief = console.browser()
    response = await thief.get("/", headers={"Cookie": f"tthc_staff={before}"})
    assert response.status == 303


async def test_a_token_that_a_stranger_chose_is_not_taken_over(console):
    browser = console.browser()
    chosen = {"Cookie": "tthc_staff=chosen-by-a-stranger"}
    await browser.get("/sign-in", headers=chosen)
    response = await browser.post("/sign-in", {"name": "officer", "password": PASSWORD}, headers=chosen)
    assert response.status == 303
    assert response.cookies["tthc_staff"].value != "chosen-by-a-stranger"


async def test_the_cookie_is_for_this_site_and_no_script(console, start_gateway):
    response = await console.browser().get("/sign-in")
    cookie = response.cookies["tthc_staff"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/staff")
    assert not cookie["secure"]
    behind = await start_gateway(TTHC_TRUST_FORWARDED_FOR="on")
    response = await behind.client.get("/staff/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert response.cookies["tthc_staff"]["secure"]


async def test_guessing_locks_the_account(console):
    browser = console.browser()
    await browser.get("/sign-in")
    for _ in range(5):
        response = await browser.post("/sign-in", {"name": "officer", "password": "guess"})
        assert response.status == 422
    response = await browser.post("/sign-in", {"name": "officer", "password": PASSWORD})
    assert response.status == 422
    assert [entry.actor for entry in console.log("sign_in.locked")] == ["officer"]


async def test_guessing_is_slowed_down_per_address_and_per_name(start_gateway, accounts):
    from tests.bot.staff.conftest import Console

    gateway = await start_gateway(TTHC_STAFF_SIGN_INS_PER_MINUTE="3")
    console = Console(gateway, None)
    try:
        browser = console.browser()
        await browser.get("/sign-in")
        statuses = [
            (await browser.post("/sign-in", {"name": f"name{number}", "password": "x"})).status
            for number in range(5)
        ]
    finally:
        await console.close()
    assert statuses == [422, 422, 422, 429, 429]


async def test_unknown_names_and_wrong_passwords_get_the_same_page(console):
    browser = console.browser()
    await browser.get("/sign-in")
    pages = [
        (await (await browser.post("/sign-in", {"name": name, "password": "x"})).text())
        for name in ("officer", "nobody-of-this-name")
    ]
    assert pages[0] == pages[1]


async def test_the_second_factor(console):
    secret = new_secret()
    sealer = console.gateway.app._subapps[0][SEALER]
    with console.sessions.begin() as session:
        session.execute(
            sa.update(Account).where(Account.name == "officer").values(totp_sealed=sealer.seal(secret))
        )
    browser = console.browser()
    await browser.get("/sign-in")
    page = await (await browser.post("/sign-in", {"name": "officer", "password": PASSWORD})).text()
    ticket = page.split('name="ticket" value="')[1].split('"')[0]
    assert (await browser.get("/")).status == 303, "the password alone opens nothing"
    await browser.get("/sign-in")
    wrong = await browser.post("/sign-in", {"ticket": ticket, "code": "000000"})
    assert wrong.status == 422
    stolen = console.browser()
    await stolen.get("/sign-in")
    code = pyotp.TOTP(secret).now()
    assert (await stolen.post("/sign-in", {"ticket": ticket, "code": code})).status == 422
    assert (await browser.post("/sign-in", {"ticket": ticket, "code": code})).status == 303
    assert (await browser.get("/")).status == 200


async def test_signing_out_ends_the_session_at_the_server(console):
    browser = await console.as_("officer")
    kept = browser.cookie
    assert (await browser.post("/sign-out")).status == 303
    response = await console.browser().get("/", headers={"Cookie": f"tthc_staff={kept}"})
    assert response.status == 303
    with console.sessions() as session:
        assert session.scalars(sa.select(StaffSession.token_hash)).all() == []


async def test_nobody_is_led_elsewhere_after_signing_in(console):
    for wanted in ("//evil.example/staff/", "https://evil.example/staff/", "/staff/\\evil", "/chat"):
        browser = console.browser()
        await browser.get("/sign-in")
        response = await browser.post("/sign-in", {"name": "officer", "password": PASSWORD, "next": wanted})
        assert response.headers["Location"] == "/staff/", wanted
    browser = console.browser()
    await browser.get("/sign-in")
    response = await browser.post(
        "/sign-in", {"name": "officer", "password": PASSWORD, "next": "/staff/cases?due=1"}
    )
    assert response.headers["Location"] == "/staff/cases?due=1"


async def test_a_first_password_is_changed_before_anything_else(console):
    administrator = await console.as_("administrator")
    page = await (
        await administrator.post("/users", {"name": "hoa", "full_name": "Trần Hoa", "role": "officer"})
    ).text()
    first = page.split('class="secret">')[1].split("<")[0]
    browser = console.browser()
    await browser.sign_in("hoa", first)
    assert (await browser.get("/notices")).headers["Location"] == "/staff/account"
    await browser.get("/account")
    fields = {"present": first, "wanted": "mot-cau-dai-de-nho", "again": "mot-cau-dai-de-nho"}
    assert (await browser.post("/account/password", fields)).status == 303
    await browser.sign_in("hoa", "mot-cau-dai-de-nho")
    assert (await browser.get("/")).status == 200
    secrets = [first, "mot-cau-dai-de-nho"]
    assert not any(secret in str(entry.detail) for entry in console.log() for secret in secrets)
