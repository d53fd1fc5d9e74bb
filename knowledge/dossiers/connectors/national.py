"""The national portal's session protocol: log in, then every service by POST with the session in the body.

``error_code`` 0 with an empty list means that there is no such dossier; ``error_code`` comes as a number or a
text. How long a session lasts is not documented: it is used until it is refused.
"""

from __future__ import annotations

from typing import Any

from knowledge.dossiers.codes import DossierCode
from knowledge.dossiers.connectors.base import CredentialError, ForbiddenError, RemoteError
from knowledge.dossiers.connectors.fields import factors, is_code, moment, objects, only_one, text
from knowledge.dossiers.connectors.http import HttpClient
from knowledge.dossiers.connectors.tokens import Token, TokenKeeper
from knowledge.dossiers.records import Answer, DossierView, Found
from knowledge.dossiers.statuses import vendor_status
from knowledge.privacy.sealing import Sealer
from knowledge.text.codes import find_procedure_codes
from knowledge.text.normalise import fold

SERVICE = "TraCuuHoSo"
RETURNED_VIA = {"0": "direct", "1": "post"}
_SESSION_WORDS = ("session", "phien", "dang nhap", "token")
_FORBIDDEN_WORDS = ("quyen", "forbidden", "khong duoc phep", "permission")


class NationalConnector:
    """Asks the national portal (or an adapter of the same protocol) for one code."""

    name = "national"
    takes_ends = False

    def __init__(
        self,
        http: HttpClient,
        sealer: Sealer,
        url: str,
        login_url: str,
        credentials: tuple[str, str],
        unit: str,
        destination: str,
    ) -> None:
        self._http = http
        self._sealer = sealer
        self._url = url
        self._login_url = login_url
        self._credentials = credentials
        self._unit = unit
        self._headers = {"Charset": "utf-8", "dstcode": destination}
        self._sessions = TokenKeeper(self._log_in)

    async def lookup(self, code: DossierCode) -> Answer:
        """Ask ``TraCuuHoSo``."""
        rows = await self._sessions.use(lambda session: self._call(session, code))
        # Field names of the answer are not documented: a row without a code answers the question asked.
        rows = [row for row in rows if not row.get("MaHoSo") or is_code(row["MaHoSo"], code)]
        return only_one([self._found(code, row) for row in rows])

    async def _call(self, session: str, code: DossierCode) -> list[dict[str, Any]]:
        body = {"session": session, "madonvi": self._unit, "service": SERVICE, "mahoso": code.text}
        answer = await self._http.request("POST", self._url, json=body, headers=self._headers)
        return objects(_checked(answer.content).get("result"))

    async def _log_in(self) -> Token:
        username, password = self._credentials
        body = {"username": username, "password": password}
        answer = await self._http.request("POST", self._login_url, json=body, headers=self._headers)
        session = _checked(answer.content).get("session")
        if not isinstance(session, str) or not session:
            raise RemoteError("logged in without a session")
        return Token(session, None)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    def _found(self, code: DossierCode, row: dict[str, Any]) -> Found:
        procedures = find_procedure_codes(text(row.get("MaTTHC")))
        supplements = [one for one in row.get("DanhSachHoSoBoSung") or () if isinstance(one, dict)]
        identities = [one.get("SoDinhDanh") for one in row.get("DinhDanhCHS") or () if isinstance(one, dict)]
        status = row.get("TrangThaiHoSo")
        view = DossierView(
            code=code,
            status=vendor_status("national", status),
            status_text=text(row.get("TenTrangThaiHoSo") or status),
            procedure_code=procedures[0].code if procedures else None,
            procedure_name=text(row.get("TenTTHC")),
            received_at=moment(row.get("NgayTiepNhan")),
            due_at=moment(row.get("NgayHenTra"), ends_day=True),
            finished_at=moment(row.get("NgayKetThucXuLy")),
            returned_at=moment(row.get("NgayTra")),
            unit=text(row.get("DonViXuLy")),
            returned_via=RETURNED_VIA.get(str(row.get("HinhThuc"))),
            supplement_note=text(supplements[-1].get("NoiDungBoSung")) if supplements else "",
        )
        numbers = [row.get("SoDienThoai"), row.get("SoGiayToChuHoSo"), *identities]
        return Found(view, factors(self._sealer, code, numbers))


def _checked(content: object) -> dict[str, Any]:
    if not isinstance(content, dict) or "error_code" not in content:
        raise RemoteError("answer without error_code")
    if str(content["error_code"]).strip() == "0":
        return content
    said = fold(str(content.get("message") or ""))
    if any(word in said for word in _SESSION_WORDS):
        raise CredentialError("session refused")
    if any(word in said for word in _FORBIDDEN_WORDS):
        raise ForbiddenError("service refused")
    raise RemoteError("error_code is not 0")
