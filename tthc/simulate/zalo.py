"""The Zalo Official Account, simulated."""

from __future__ import annotations

from importlib import import_module

from tthc.simulate.base import Simulation


def simulation(url: str, service: str) -> Simulation:
    """Make the Open API, the OAuth server and the caller of the webhook of ``service``."""
    platforms = import_module("tests.simulators.zalo.platform")
    callers = import_module("tests.simulators.zalo.caller")
    servers = import_module("tests.simulators.zalo.server")
    platform = platforms.ZaloPlatform()
    pair = platform.new_pair()
    caller = callers.WebhookCaller(platform, f"{service}/webhooks/zalo")
    caller.confirm_sent()
    settings = {
        "TTHC_ZALO_APP_ID": platform.app_id,
        "TTHC_ZALO_APP_SECRET": platform.app_secret,
        "TTHC_ZALO_OA_SECRET_KEY": platform.oa_secret,
        "TTHC_ZALO_API_URL": url,
        "TTHC_ZALO_BUSINESS_URL": url,
        "TTHC_ZALO_OAUTH_URL": url,
    }
    steps = (
        "Với các dòng trên trong .env, chạy `tthc zalo login --paste` và dán cặp token:",
        f"  access token:  {pair['access_token']}",
        f"  refresh token: {pair['refresh_token']}",
    )
    return Simulation(servers.zalo_app(platform, caller), settings, steps)
