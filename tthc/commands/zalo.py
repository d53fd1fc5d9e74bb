"""`tthc zalo`: connects a Zalo Official Account and shows how the connection stands."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tthc.errors import ExitCode, ExpectedError, UsageError

if TYPE_CHECKING:
    from knowledge.settings import Settings
    from knowledge.tokens.store import TokenStore
    from tthc.cli import Subparsers
    from tthc.zalo.signing_in import Account


def register(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "zalo",
        help="connect a Zalo Official Account",
        description="Connects a Zalo Official Account (docs/channels/zalo.md).",
    )
    parts = parser.add_subparsers(metavar="part", required=True)
    login = parts.add_parser(
        "login",
        help="sign in, so that the assistant may send messages",
        description="Shows the consent link, takes the code that comes back and stores the tokens.",
    )
    login.add_argument("--paste", action="store_true", help="paste a pair of tokens from Zalo's API Explorer")
    login.set_defaults(handler=_login)
    status = parts.add_parser(
        "status", help="how the connection stands", description="Shows account, tokens and last renewal."
    )
    status.set_defaults(handler=_status)


def _login(arguments: argparse.Namespace) -> ExitCode:
    import asyncio

    from tthc.zalo import signing_in

    settings, store = _open()
    zalo = settings.zalo
    if arguments.paste:
        access = input("Dán access token: ").strip()
        refresh = input("Dán refresh token: ").strip()
        if not access or not refresh:
            raise UsageError("Cần cả access token và refresh token.")
        found = asyncio.run(signing_in.keep_pasted(zalo, store, access, refresh))
    else:
        if not zalo.redirect_url:
            raise UsageError("Chưa đặt TTHC_ZALO_REDIRECT_URL: địa chỉ đã lưu trên Zalo for Developers.")
        verifier = zalo.pkce_verifier or signing_in.new_verifier()
        state = signing_in.new_verifier()[:16]
        print("1. Mở liên kết này bằng tài khoản quản trị OA, bấm đồng ý:")
        print(f"   {signing_in.consent_link(zalo, verifier, state)}")
        print("2. Zalo chuyển tới một địa chỉ có code=… Sao chép cả địa chỉ (dùng được trong 10 phút).")
        code = signing_in.read_code(input("3. Dán địa chỉ vào đây: "), state)
        found = asyncio.run(signing_in.exchange_code(zalo, store, code, verifier))
    print(f"Đã kết nối: {_named(found)}. Token đã cất, tự gia hạn.")
    return ExitCode.OK


def _status(_arguments: argparse.Namespace) -> ExitCode:
    import asyncio
    from datetime import datetime, timezone

    from bot.channels.zalo.api import ZaloApi
    from knowledge.deadlines.calendar import working_calendar
    from tthc.zalo import signing_in

    settings, store = _open()
    pair = store.read()
    if pair is None:
        raise ExpectedError("Chưa đăng nhập Zalo: chạy `tthc zalo login`.")
    now = datetime.now(timezone.utc)
    times = (moment.astimezone(working_calendar().timezone) for moment in (pair.obtained_at, pair.expires_at))
    obtained, expires = (f"{moment:%H:%M %d/%m/%Y}" for moment in times)
    print(f"Token lấy lúc {obtained}, hết hạn {expires} (giờ Việt Nam).")
    if pair.failure:
        raise ExpectedError(f"Lần gia hạn cuối không được: chạy lại `tthc zalo login` ({pair.failure}).")
    if pair.expires_at <= now:
        raise ExpectedError("Token đã hết hạn: trợ lý đang không chạy, hoặc chạy lại `tthc zalo login`.")

    async def ask() -> Account:
        async with ZaloApi(settings.zalo) as api:
            return await signing_in.account(settings.zalo, api, pair.access)

    print(f"Official Account: {_named(asyncio.run(ask()))}.")
    return ExitCode.OK


def _open() -> tuple[Settings, TokenStore]:
    from knowledge.database.engine import open_engine, session_factory
    from knowledge.database.migrate import upgrade
    from knowledge.privacy.sealing import open_sealer
    from knowledge.settings import read_settings
    from knowledge.tokens.store import TokenStore

    settings = read_settings()
    if not settings.zalo.enabled or not settings.zalo.app_secret:
        raise UsageError("Chưa đặt TTHC_ZALO_APP_ID và TTHC_ZALO_APP_SECRET (xem docs/channels/zalo.md).")
    upgrade(settings.database_url)
    sessions = session_factory(open_engine(settings.database_url))
    return settings, TokenStore(sessions, open_sealer(settings), "zalo")


def _named(found: Account) -> str:
    verified = "đã xác thực" if found.verified else "CHƯA xác thực"
    return f"{found.name} ({found.oa_id}, {verified})"
