"""`tthc zalo` against the simulated Zalo: signing in, pasting tokens, how the connection stands."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from aiohttp.test_utils import TestServer

from tests.simulators.zalo.platform import ZaloPlatform
from tests.simulators.zalo.server import zalo_app
from tthc.cli import main
from tthc.errors import UsageError
from tthc.zalo.signing_in import code_challenge, read_code

VERIFIER = "A" * 43


@pytest.fixture
def platform() -> ZaloPlatform:
    return ZaloPlatform()


@pytest.fixture
def zalo_url(platform: ZaloPlatform) -> Iterator[str]:
    """The simulator on a loop of its own: the command runs one too."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = TestServer(zalo_app(platform))
    asyncio.run_coroutine_threadsafe(server.start_server(access_log=None), loop).result()
    yield f"http://127.0.0.1:{server.port}"
    asyncio.run_coroutine_threadsafe(server.close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(autouse=True)
def _environment(
    platform: ZaloPlatform, zalo_url: str, sqlite_url: str, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "DATABASE_URL": sqlite_url,
        "TTHC_DATA_DIR": str(tmp_path / "data"),
        "TTHC_ZALO_APP_ID": platform.app_id,
        "TTHC_ZALO_APP_SECRET": platform.app_secret,
        "TTHC_ZALO_REDIRECT_URL": "https://tro-ly.example.gov.vn/zalo",
        "TTHC_ZALO_PKCE_VERIFIER": VERIFIER,
        "TTHC_ZALO_API_URL": zalo_url,
        "TTHC_ZALO_OAUTH_URL": zalo_url,
    }.items():
        monkeypatch.setenv(name, value)


def type_in(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    given = list(lines)
    monkeypatch.setattr("builtins.input", lambda _prompt: given.pop(0))


def test_signing_in_stores_tokens_that_work(platform, monkeypatch, capsys) -> None:
    platform.codes["c0de"] = VERIFIER
    type_in(monkeypatch, "https://tro-ly.example.gov.vn/zalo?code=c0de&oa_id=388613280878808645")
    assert main(["zalo", "login"]) == 0
    said = capsys.readouterr().out
    assert f"code_challenge={code_challenge(VERIFIER)}" in said
    assert "Đã kết nối: Sở Công Thương (mô phỏng) (388613280878808645, đã xác thực)" in said
    assert platform.access not in said
    assert main(["zalo", "status"]) == 0
    assert "Official Account: Sở Công Thương" in capsys.readouterr().out


def test_a_code_that_was_used_says_what_to_do(monkeypatch, capsys) -> None:
    type_in(monkeypatch, "c0de")
    assert main(["zalo", "login"]) == 1
    assert "Mã đã dùng hoặc quá 10 phút: chạy lại lệnh." in capsys.readouterr().err


def test_a_pasted_pair_is_kept_once_zalo_knows_it(platform, monkeypatch, capsys) -> None:
    pair = platform.new_pair()
    type_in(monkeypatch, "wrong", pair["refresh_token"])
    assert main(["zalo", "login", "--paste"]) == 1
    assert "Access token không đúng" in capsys.readouterr().err
    assert main(["zalo", "status"]) == 1
    assert "Chưa đăng nhập Zalo: chạy `tthc zalo login`." in capsys.readouterr().err
    type_in(monkeypatch, pair["access_token"], pair["refresh_token"])
    assert main(["zalo", "login", "--paste"]) == 0


def test_without_an_application_it_says_what_is_missing(monkeypatch, capsys) -> None:
    monkeypatch.setenv("TTHC_ZALO_APP_ID", "")
    assert main(["zalo", "status"]) == 2
    assert "Chưa đặt TTHC_ZALO_APP_ID" in capsys.readouterr().err


def test_the_challenge_is_that_of_the_protocol() -> None:
    assert code_challenge(VERIFIER) == "DwBzhbb51LfusnSGBa_hqYSgo7-j8BTQnip4TOnlzRo"


def test_only_the_code_of_this_sign_in_is_taken() -> None:
    assert read_code(" abc ", "s") == "abc"
    assert read_code("https://a.vn/z?code=abc", "s") == "abc"
    assert read_code("https://a.vn/z?state=s&code=abc", "s") == "abc"
    for pasted in ("", "https://a.vn/z?state=s", "https://a.vn/z?code=abc&state=other", "a b"):
        with pytest.raises(UsageError):
            read_code(pasted, "s")
