"""Asks the gateway whether the service is ready, and a question as a citizen would.

Blocking calls of the standard library's HTTP client: a full client would cost the supervisor more
memory than all else it does.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

LARGEST_ANSWER = 1_000_000
QUESTION = "Mở cửa hàng xăng dầu cần giấy tờ gì?"
ANSWERED = {"answered", "clarify", "listed"}
"""Outcomes that show catalogue, search and wording at work, whatever a department's catalogue holds."""

NO_CONNECTION = (OSError, http.client.HTTPException, ValueError)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer with its JSON body; status 0 when nobody answered."""

    status: int
    body: Any


class Gateway:
    """The gateway as seen from this machine."""

    def __init__(self, host: str, port: int) -> None:
        unspecified = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not bound
        self._host = unspecified.get(host, host)
        self._port = port
        self.open_to_network = host in unspecified

    @property
    def url(self) -> str:
        """Address to open in a browser on this machine."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    def readiness(self) -> Answer:
        """Ask ``/readyz``: status 200 when all parts are ready, 503 with what is not."""
        return self._request("GET", "/readyz", None, timeout=5)

    def ask(self, timeout: float) -> Answer:
        """Ask a real question through the chat API and return the answer to it."""
        opened = self._request("POST", "/api/conversations", {}, timeout=5)
        if opened.status != http.client.CREATED:
            return opened
        question = {"conversation": opened.body["conversation"], "text": QUESTION}
        return self._request("POST", "/api/chat", question, timeout=timeout)

    def _request(self, method: str, path: str, body: object, timeout: float) -> Answer:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=timeout)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return Answer(response.status, json.loads(response.read(LARGEST_ANSWER)))
        except NO_CONNECTION as error:
            return Answer(0, str(error))
        finally:
            connection.close()


def outcome_of(answer: Answer) -> str | None:
    """Return the outcome that the replies of a turn carry, None when it was no proper answer."""
    if answer.status != http.client.OK or not isinstance(answer.body, dict):
        return None
    for reply in answer.body.get("replies", []):
        if isinstance(reply.get("answer"), dict):
            return str(reply["answer"].get("outcome"))
    return None


def not_ready(answer: Answer) -> str:
    """Say in words what keeps the service from being ready."""
    if answer.status == 0:
        return f"gateway ({answer.body})"
    if isinstance(answer.body, dict):
        waiting = [str(name) for name, ready in answer.body.get("checks", {}).items() if not ready]
        if waiting:
            return ", ".join(waiting)
    return f"gateway (status {answer.status})"
