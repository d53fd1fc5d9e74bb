"""Signs an administrator in at Zalo: the consent link, the code that comes back, the tokens stored."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.channels.zalo.api import ZaloApi
from bot.channels.zalo.errors import ApiCallError, NoAnswerError
from knowledge.settings.zalo import ZaloSettings
from knowledge.tokens.store import TokenStore
from tthc.errors import ExpectedError, UsageError

ACCESS_LIFE = timedelta(hours=25)
"""How long a pasted access token lasts at most; when it was made is not known."""


@dataclass(frozen=True)
class Account:
    """The Official Account as Zalo names it."""

    oa_id: str
    name: str
    verified: bool


def code_challenge(verifier: str) -> str:
    """Return the challenge for a code verifier (RFC 7636, S256)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def new_verifier() -> str:
    """Return a code verifier of 43 characters."""
    return secrets.token_urlsafe(32)


def consent_link(settings: ZaloSettings, verifier: str, state: str) -> str:
    """Return the address at which an administrator of the account consents."""
    query = {
        "app_id": settings.app_id,
        "redirect_uri": settings.redirect_url,
        "code_challenge": code_challenge(verifier),
        "state": state,
    }
    return f"{settings.oauth_url}/v4/oa/permission?{urlencode(query)}"


def read_code(pasted: str, state: str) -> str:
    """Return the code from what was pasted: the whole address Zalo led to, or the code alone.

    Raises:
        UsageError: there is no code, or the address belongs to another sign-in.
    """
    pasted = pasted.strip()
    if not pasted.startswith(("http://", "https://")):
        if not pasted or any(char.isspace() for char in pasted):
            raise UsageError("Chưa có mã. Dán cả địa chỉ mà Zalo chuyển tới, hoặc riêng giá trị của code=")
        return pasted
    query = parse_qs(urlsplit(pasted).query)
    if query.get("state", [state])[0] != state:
        raise UsageError("Địa chỉ này của một lần đăng nhập khác. Chạy lại lệnh và mở liên kết mới.")
    codes = query.get("code")
    if not codes:
        raise UsageError("Địa chỉ không có code=. Kiểm tra lại bước đồng ý trên Zalo.")
    return codes[0]


async def exchange_code(settings: ZaloSettings, store: TokenStore, code: str, verifier: str) -> Account:
    """Get tokens for a code, store them, and ask Zalo whose they are.

    Raises:
        ExpectedError: Zalo refused or did not answer; the message says what to check.
    """
    fields = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    async with ZaloApi(settings) as api:
        try:
            access, refresh, expires = await api.exchange(fields)
        except (ApiCallError, NoAnswerError) as error:
            raise ExpectedError(f"{_what_to_check(error)} ({error})") from error
        store.write(access, refresh, expires, datetime.now(timezone.utc))
        return await account(settings, api, access)


async def keep_pasted(settings: ZaloSettings, store: TokenStore, access: str, refresh: str) -> Account:
    """Store a pair taken from Zalo's API Explorer, once Zalo has said whose it is.

    Raises:
        ExpectedError: Zalo does not take the access token.
    """
    now = datetime.now(timezone.utc)
    async with ZaloApi(settings) as api:
        found = await account(settings, api, access)
    store.write(access, refresh, now + ACCESS_LIFE, now)
    return found


async def account(settings: ZaloSettings, api: ZaloApi, access: str) -> Account:
    """Ask Zalo which account the token is for.

    Raises:
        ExpectedError: Zalo refused or did not answer.
    """
    try:
        data = await api.get(f"{settings.api_url}/v2.0/oa/getoa", access)
    except (ApiCallError, NoAnswerError) as error:
        raise ExpectedError(f"{_what_to_check(error)} ({error})") from error
    return Account(str(data.get("oaid", "")), str(data.get("name", "")), bool(data.get("is_verified")))


_HINTS = {
    -14002: "Mã ứng dụng sai hoặc ứng dụng chưa kích hoạt: xem TTHC_ZALO_APP_ID và trang ứng dụng.",
    -14003: "Địa chỉ chuyển hướng chưa lưu trên Zalo: TTHC_ZALO_REDIRECT_URL phải giống hệt.",
    -14004: "Khóa bí mật của ứng dụng sai: xem TTHC_ZALO_APP_SECRET.",
    -14005: "Mã đã dùng hoặc quá 10 phút: chạy lại lệnh.",
    -14014: "Refresh token đã dùng hoặc hết hạn: chạy lại `tthc zalo login`.",
    -209: "Ứng dụng chưa kích hoạt trên Zalo for Developers.",
    -212: "Ứng dụng chưa đăng ký sản phẩm Official Account API.",
    -223: "Quản trị viên OA chưa cấp quyền này cho ứng dụng.",
    -216: "Access token không đúng: lấy lại token.",
    -221: "OA chưa xác thực.",
    -224: "Gói dịch vụ của OA chưa cho dùng API: nâng gói trong OA Manager.",
}


def _what_to_check(error: ApiCallError | NoAnswerError) -> str:
    if isinstance(error, NoAnswerError):
        return "Không kết nối được Zalo: kiểm tra mạng của máy chủ."
    return _HINTS.get(error.code, "Zalo từ chối yêu cầu.")
