"""What holds for every request: errors in one form, security headers, an access log without contents."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.gateway.errors import ApiError
from bot.gateway.inbox import StorageUnavailableError
from bot.gateway.keys import METRICS, SETTINGS

access_log = logging.getLogger("bot.gateway.access")
logger = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_HTTP_CODES = {403: "forbidden", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})  # asked by machines every few seconds


@web.middleware
async def log_access(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Log and count route, status and time. The route's template is logged: paths carry tokens."""
    started = time.perf_counter()
    status = 500
    try:
        response = await handler(request)
        status = response.status
    finally:
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else "unknown"
        method = request.method if request.method in _METHODS else "other"
        milliseconds = (time.perf_counter() - started) * 1000
        level = logging.DEBUG if route in _PROBES else logging.INFO
        access_log.log(level, "%s %s %d %.0f ms", method, route, status, milliseconds)
        request.app[METRICS].requests.labels(method, route, str(status)).inc()
    return response


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn every error into ``{"error": {"code", "message"}}`` with a Vietnamese sentence."""
    try:
        return await handler(request)
    except ApiError as error:
        return error.response()
    except StorageUnavailableError:
        logger.exception("the database failed")
        return ApiError("storage_unavailable").response()
    except web.HTTPRedirection:
        raise
    except web.HTTPException as error:
        default = "internal" if error.status >= 500 else "bad_request"
        response = ApiError(_HTTP_CODES.get(error.status, default)).response()
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except ConnectionResetError:
        raise
    except Exception:
        logger.exception("unexpected error in %s", request.match_info.handler.__name__)
        return ApiError("internal").response()


def content_security_policy(embed_origins: tuple[str, ...]) -> str:
    """The policy of every answer: own files only, nothing inline, framed only by the named origins."""
    ancestors = " ".join(("'self'", *embed_origins))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {ancestors}"
    )


async def secure(request: web.Request, response: web.StreamResponse) -> None:
    """Set the security headers (a signal on ``on_response_prepare``, so that streams have them too)."""
    headers = response.headers
    headers["Content-Security-Policy"] = content_security_policy(request.config_dict[SETTINGS].embed_origins)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers["Server"] = "tthc"
