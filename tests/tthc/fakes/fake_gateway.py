"""A gateway that is ready at once and answers every question: ``fake_gateway.py PORT [OUTCOME]``.

With the outcome ``late`` it answers the second question only, with ``never`` none.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

OUTCOME = sys.argv[2] if len(sys.argv) > 2 else "answered"


asked = 0


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, {"status": "ready"})

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/api/conversations":
            self.answer(201, {"conversation": "c"})
            return
        global asked  # noqa: PLW0603 - a handler is made anew for every request
        asked += 1
        if OUTCOME == "never" or (OUTCOME == "late" and asked == 1):
            self.answer(503, {"error": {"code": "unavailable"}})
        else:
            outcome = "answered" if OUTCOME == "late" else OUTCOME
            self.answer(200, {"replies": [{"text": "Cần 5 giấy tờ.", "answer": {"outcome": outcome}}]})

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
