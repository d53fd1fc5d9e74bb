"""Runs the gateway alone: ``python -m bot.gateway``. Settings come from the environment."""

from __future__ import annotations

import logging
import sys

import uvloop
from aiohttp import web

from bot.gateway.app import init_app
from bot.gateway.messaging import STOP_GRACE_SECONDS
from knowledge.database.migrate import MigrationError, upgrade
from knowledge.department.profile import ProfileError
from knowledge.settings import SettingsError, read_settings

log = logging.getLogger("bot.gateway")

CANNOT_START = 2
"""Exit code when a setting, the profile, the database or the port prevents the start."""


def main() -> int:
    """Serve until SIGINT or SIGTERM; return the exit code."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    try:
        settings = read_settings()
        logging.getLogger().setLevel(settings.log_level)
        upgrade(settings.database_url)
        app = init_app(settings)
        web.run_app(
            app,
            host=settings.host,
            port=settings.port,
            shutdown_timeout=STOP_GRACE_SECONDS,
            access_log=None,
            loop=uvloop.new_event_loop(),
            print=lambda _banner: log.info("listening on http://%s:%d", settings.host, settings.port),
        )
    except (SettingsError, ProfileError, MigrationError) as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"cannot listen on {settings.host}:{settings.port}: {error.strerror or error}")
    return 0


def _refuse(reason: str) -> int:
    sys.stderr.write(f"gateway: {reason}\n")
    return CANNOT_START


if __name__ == "__main__":
    sys.exit(main())
