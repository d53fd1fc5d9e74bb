"""Strict servers that speak as the dossier systems do, with the troubles they are known for.

One application has the three protocols behind one gateway: the national portal's (``/dvcqg``), iGate's
(``/igate``) and the simple GET (``/simple``). They refuse what the real ones refuse. ``trouble`` names what
goes wrong next; ``times`` how often (None: until it is changed).
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

CLIENT, SECRET = "sct", "s3cret"
USERNAME, PASSWORD, UNIT, DESTINATION = "sct", "mat-khau", "H27.12", "VN:GOV:000.00.00.G22:vpcp"
SLOW_SECONDS = 30.0
XML_FAULT = (
    '<ams:fault xmlns:ams="http://wso2.org/apimanager/security"><ams:code>{code}</ams:code>'
    "<ams:message>{message}</ams:message></ams:fault>"
)
TROUBLES = frozenset(
    {
        "expired_json",
        "expired_xml",
        "forbidden",
        "throttled",
        "backend_down",
        "bad_gateway",
        "html_page",
        "invalid_json",
        "no_list",
        "slow",
        "trickle",
        "huge",
        "redirect",
        "error_500",
        "session_over",
        "refused_code",
    }
)


@dataclass
class DossierSystems:
    """State of the simulated systems; ``dossiers`` maps a code to the rows a system has for it."""

    national: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    igate: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    simple: dict[str, Any] = field(default_factory=dict)
    trouble: str | None = None
    times: int | None = None
    token_seconds: int = 300
    codes_as_text: bool = False
    """Whether ``error_code`` comes as a text."""
    with_bom: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    tokens: set[str] = field(default_factory=set)

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/token", self._token)
        app.router.add_get("/igate/pa/dossier/search", self._search)
        app.router.add_post("/dvcqg/login", self._log_in)
        app.router.add_post("/dvcqg/services", self._services)
        app.router.add_get("/simple", self._simple)
        return app

    def has_trouble(self, name: str, times: int | None = None) -> None:
        assert name in TROUBLES, name
        self.trouble, self.times = name, times

    def revoke(self) -> None:
        """Let every token and session end now."""
        self.tokens.clear()

    async def _token(self, request: web.Request) -> web.StreamResponse:
        self.calls["token"] += 1
        form = await request.post()
        expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {expected}":
            return web.json_response({"error": "invalid_client"}, status=401)
        if form.get("grant_type") != "client_credentials":
            return web.json_response({"error": "unsupported_grant_type"}, status=400)
        token = f"token-{self.calls['token']}"
        self.tokens.add(token)
        return web.json_response(
            {"access_token": token, "token_type": "Bearer", "expires_in": self.token_seconds}
        )

    async def _search(self, request: web.Request) -> web.StreamResponse:
        self.calls["igate"] += 1
        given = request.headers.get("Authorization", "")
        if given.removeprefix("Bearer ") not in self.tokens or not given.startswith("Bearer "):
            return _fault(401, 900901, "Invalid Credentials", xml=False)
        if {"code", "page", "size", "spec", "sort"} - set(request.query):
            return web.json_response({"message": "missing parameter"}, status=400)
        trouble = await self._troubled(request)
        if trouble is not None:
            return trouble
        rows = self.igate.get(request.query["code"], [])
        return self._json({"content": rows, "last": True, "number": 0, "size": 10})

    async def _log_in(self, request: web.Request) -> web.StreamResponse:
        self.calls["login"] += 1
        body = await request.json()
        if request.headers.get("dstcode") != DESTINATION:
            return _fault(404, 101503, "Error connecting to the back end", xml=True)
        if (body.get("username"), body.get("password")) != (USERNAME, PASSWORD):
            return self._json({"error_code": self._code(-1), "message": "Sai tài khoản"})
        session = f"session-{self.calls['login']}"
        self.tokens.add(session)
        return self._json({"error_code": self._code(0), "session": session})

    async def _services(self, request: web.Request) -> web.StreamResponse:
        self.calls["national"] += 1
        body = await request.json()
        if body.get("session") not in self.tokens:
            return self._json(
                {"error_code": self._code(-1), "message": "Phiên làm việc (session) không hợp lệ"}
            )
        if body.get("service") != "TraCuuHoSo" or body.get("madonvi") != UNIT or "mahoso" not in body:
            return self._json({"error_code": self._code(-1), "message": "Thiếu tham số"})
        trouble = await self._troubled(request)
        if trouble is not None:
            return trouble
        return self._json({"error_code": self._code(0), "result": self.national.get(body["mahoso"], [])})

    async def _simple(self, request: web.Request) -> web.StreamResponse:
        self.calls["simple"] += 1
        trouble = await self._troubled(request)
        if trouble is not None:
            return trouble
        return self._json(self.simple.get(request.query["tukhoa"]))

    def _code(self, number: int) -> int | str:
        return str(number) if self.codes_as_text else number

    def _json(self, content: object) -> web.Response:
        text = json.dumps(content, ensure_ascii=False).encode()
        return web.Response(
            body=(b"\xef\xbb\xbf" if self.with_bom else b"") + text, content_type="application/json"
        )

    async def _troubled(self, request: web.Request) -> web.StreamResponse | None:
        name = self.trouble
        if name is None:
            return None
        if self.times is not None:
            self.times -= 1
            if self.times <= 0:
                self.trouble = None
        if name in {"slow", "trickle"}:
            return await _slowly(request, trickle=name == "trickle")
        return self._answers()[name]()

    def _answers(self) -> dict[str, Any]:
        return {
            "expired_json": lambda: self._expired(xml=False),
            "expired_xml": lambda: self._expired(xml=True),
            "forbidden": lambda: _fault(403, 900908, "Resource forbidden", xml=True),
            "throttled": lambda: _fault(429, 900800, "Message throttled out", xml=False),
            "backend_down": lambda: _fault(500, 101503, "Error connecting to the back end", xml=True),
            "bad_gateway": lambda: web.Response(status=502, text="<html>502 Bad Gateway</html>"),
            "html_page": lambda: web.Response(
                text="<!DOCTYPE html><p>Hệ thống bảo trì</p>", content_type="text/html"
            ),
            "invalid_json": lambda: web.Response(text='{"content": [', content_type="application/json"),
            "no_list": lambda: web.json_response({"content": "none", "result": "none", "error_code": 0}),
            "huge": lambda: web.Response(
                body=b'"' + b"x" * 3_000_000 + b'"', content_type="application/json"
            ),
            "redirect": lambda: web.Response(
                status=302, headers={"Location": "http://127.0.0.1:1/elsewhere"}
            ),
            "error_500": lambda: web.json_response({"message": "NullPointerException"}, status=500),
            "session_over": self._session_over,
            "refused_code": lambda: self._json({"error_code": self._code(-1), "message": "Không có quyền"}),
        }

    def _expired(self, *, xml: bool) -> web.Response:
        self.revoke()
        return _fault(401, 900901, "Invalid Credentials", xml=xml)

    def _session_over(self) -> web.Response:
        self.revoke()
        return self._json({"error_code": self._code(-1), "message": "Session hết hạn"})


async def _slowly(request: web.Request, *, trickle: bool) -> web.StreamResponse:
    """Answer only after a long time, or send a byte now and then for as long."""
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    if trickle:
        await response.prepare(request)
    for _ in range(int(SLOW_SECONDS * 10)):
        await asyncio.sleep(0.1)
        if trickle:
            await response.write(b" ")
    return response


def _fault(status: int, code: int, message: str, *, xml: bool) -> web.Response:
    if xml:
        text = XML_FAULT.format(code=code, message=message)
        return web.Response(status=status, text=text, content_type="application/xml")
    fault = {"code": code, "message": message, "description": message}
    return web.json_response({"fault": fault}, status=status)


def national_row(code: str, status: str = "4", **fields: object) -> dict[str, Any]:
    """A dossier as the national portal sends it."""
    row = {
        "MaHoSo": code,
        "MaTTHC": "2.000648",
        "TenTTHC": "Cấp giấy chứng nhận cửa hàng đủ điều kiện bán lẻ xăng dầu",
        "ChuHoSo": "Nguyễn Văn A",
        "SoDienThoai": "0912345678",
        "SoGiayToChuHoSo": "079123456789",
        "NgayTiepNhan": "20261102083000",
        "NgayHenTra": "20261120170000",
        "NgayTra": "",
        "TrangThaiHoSo": status,
        "HinhThuc": "1",
        "DonViXuLy": "Phòng Quản lý thương mại",
        "DanhSachHoSoBoSung": [],
    }
    return {**row, **fields}


def igate_row(code: str, status: int = 2, **fields: object) -> dict[str, Any]:
    """A dossier as iGate sends it."""
    row = {
        "id": "64b0",
        "code": code,
        "dossierStatus": {"id": status, "name": "Đang xử lý"},
        "dossierTaskStatus": {"name": ""},
        "procedure": {"id": "1", "code": "2.000648", "translate": {"name": "Cấp giấy chứng nhận"}},
        "applicant": {"data": {"fullname": "Nguyễn Văn A", "phoneNumber": "0912345678"}},
        "agency": {"name": "Sở Công Thương"},
        "acceptedDate": "2026-11-02T08:30:00.000+0700",
        "appointmentDate": "2026-11-20T17:00:00.000+0700",
        "completedDate": None,
    }
    return {**row, **fields}


def simple_row(status: str = "Đang xử lý", **fields: object) -> dict[str, Any]:
    """A dossier as the simple look-up sends it."""
    row = {
        "tenhoso": "Cấp giấy chứng nhận",
        "ngaynhan": "02/11/2026 08:30",
        "ngayhen": "20/11/2026",
        "ngayxulyxong": None,
        "ngaytraketqua": "",
        "tinhtrang_hoso": status,
        "tccn_ten": "Nguyễn Văn A",
        "tccn_diachi": "1 Lê Lợi",
        "tccn_phone": "0912345678",
        "socmnd": "079123456789",
    }
    return {**row, **fields}
