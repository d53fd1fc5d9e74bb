"""How the supervisor asks the gateway."""

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tthc.serve.readiness import QUESTION, Answer, Gateway, not_ready, outcome_of


@pytest.fixture
def server():
    """A server that answers from ``answers[path]`` = (status, body) and keeps what it was sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self._reply(None)

        def do_POST(self):
            self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, body):
            self.server.received.append((self.path, body))
            status, content = self.server.answers[self.path]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as running:
        running.answers, running.received = {}, []
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def gateway(server):
    return Gateway("127.0.0.1", server.server_port)


def test_asks_a_question_in_a_new_conversation(server):
    reply = {"text": "…", "answer": {"outcome": "answered"}}
    server.answers = {
        "/api/conversations": (201, b'{"conversation": "token"}'),
        "/api/chat": (200, json.dumps({"replies": [{"text": "chào"}, reply]}).encode()),
    }
    assert outcome_of(gateway(server).ask(timeout=5)) == "answered"
    assert server.received[1] == ("/api/chat", {"conversation": "token", "text": QUESTION})


def test_a_refused_conversation_is_no_answer(server):
    server.answers = {"/api/conversations": (503, b'{"error": {"code": "starting"}}')}
    answer = gateway(server).ask(timeout=5)
    assert answer.status == 503
    assert outcome_of(answer) is None


@pytest.mark.parametrize("content", [b"<html>", b"", b"\xff", b"[]", b'{"replies": [{"text": "x"}]}'])
def test_other_bodies_are_no_proper_answer(server, content):
    server.answers = {"/api/conversations": (201, b'{"conversation": "t"}'), "/api/chat": (200, content)}
    assert outcome_of(gateway(server).ask(timeout=5)) is None


def test_nobody_there_is_status_0():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    answer = Gateway("127.0.0.1", port).readiness()
    assert answer.status == 0
    assert not_ready(answer).startswith("gateway (")


def test_says_which_part_is_not_ready(server):
    body = {"status": "not_ready", "checks": {"database": True, "rasa": False, "actions": False}}
    server.answers = {"/readyz": (503, json.dumps(body).encode())}
    assert not_ready(gateway(server).readiness()) == "rasa, actions"
    assert not_ready(Answer(500, "oops")) == "gateway (status 500)"


@pytest.mark.parametrize(
    ("host", "url", "open_to_network"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080", False),
        ("0.0.0.0", "http://127.0.0.1:8080", True),
        ("::", "http://[::1]:8080", True),
        ("::1", "http://[::1]:8080", False),
        ("10.1.2.3", "http://10.1.2.3:8080", False),
    ],
)
def test_the_address_to_open(host, url, open_to_network):
    assert (Gateway(host, 8080).url, Gateway(host, 8080).open_to_network) == (url, open_to_network)
