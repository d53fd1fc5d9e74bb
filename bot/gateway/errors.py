"""Errors of the chat API: a stable code for programs, a Vietnamese sentence for people."""

from __future__ import annotations

import math
from typing import Any

from aiohttp import web

from bot.gateway.json_response import json_response
from bot.gateway.wordings import error_message

STATUS = {
    "bad_json": 400,
    "bad_field": 400,
    "text_or_payload": 400,
    "bad_request": 400,
    "bad_picture": 400,
    "forbidden": 403,
    "unknown_conversation": 404,
    "not_found": 404,
    "method_not_allowed": 405,
    "too_many_pictures": 409,
    "too_large": 413,
    "picture_too_large": 413,
    "bad_content_type": 415,
    "too_many_requests": 429,
    "too_many_waiting": 429,
    "internal": 500,
    "assistant_unavailable": 503,
    "storage_unavailable": 503,
    "busy": 503,
    "stopping": 503,
}
"""Code -> HTTP status of every error that the gateway gives."""

RETRY_AFTER_SECONDS = 3
"""What a 503 tells the client to wait."""


class ApiError(Exception):
    """An error to be told to the caller as ``{"error": {"code", "message"}}``."""

    def __init__(self, code: str, *, retry_after: float | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = STATUS[code]
        self.retry_after = RETRY_AFTER_SECONDS if retry_after is None and self.status == 503 else retry_after
        self._values = values

    @property
    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        return {"error": {"code": self.code, "message": error_message(self.code, **self._values)}}

    def response(self) -> web.Response:
        """The HTTP answer."""
        headers = {}
        if self.retry_after is not None:
            headers["Retry-After"] = str(max(1, math.ceil(self.retry_after)))
        return json_response(self.body, status=self.status, headers=headers)


def too_many_requests(wait_seconds: float) -> ApiError:
    """The error for a caller who has to slow down."""
    seconds = max(1, math.ceil(wait_seconds))
    return ApiError("too_many_requests", retry_after=seconds, seconds=seconds)
