"""VNPT iGate: OAuth 2 client credentials (Keycloak or a WSO2 gateway), then a search by code.

Known from open descriptions only; a province's own address and field names are confirmed with its vendor.
"""

from __future__ import annotations

from typing import Any

from aiohttp import encode_basic_auth

from knowledge.dossiers.codes import DossierCode
from knowledge.dossiers.connectors.base import RemoteError
from knowledge.dossiers.connectors.fields import factors, is_code, moment, objects, only_one, part, text
from knowledge.dossiers.connectors.http import HttpClient, JsonAnswer
from knowledge.dossiers.connectors.tokens import Token, TokenKeeper
from knowledge.dossiers.records import Answer, DossierView, Found
from knowledge.dossiers.statuses import vendor_status
from knowledge.privacy.sealing import Sealer
from knowledge.text.codes import find_procedure_codes

PAGE = 10


class IgateConnector:
    """Searches iGate for one code."""

    name = "igate"
    takes_ends = False

    def __init__(
        self, http: HttpClient, sealer: Sealer, url: str, token_url: str, client_id: str, client_secret: str
    ) -> None:
        self._http = http
        self._sealer = sealer
        self._url = f"{url}/pa/dossier/search"
        self._token_url = token_url
        self._client = {"Authorization": encode_basic_auth(client_id, client_secret)}
        self._tokens = TokenKeeper(self._fetch_token)

    async def lookup(self, code: DossierCode) -> Answer:
        """Search; the system may match parts of codes, so only the very code counts."""
        answer = await self._tokens.use(lambda token: self._search(code, token))
        content = answer.content
        if answer.status != 200 or not isinstance(content, dict) or "content" not in content:
            raise RemoteError(f"status {answer.status} without a list")
        rows = [row for row in objects(content["content"]) if is_code(row.get("code"), code)]
        return only_one([self._found(code, row) for row in rows])

    async def _search(self, code: DossierCode, token: str) -> JsonAnswer:
        query = {
            "code": code.text,
            "page": "0",
            "size": str(PAGE),
            "spec": "slice",
            "sort": "updatedDate,desc",
        }
        headers = {"Authorization": f"Bearer {token}"}
        return await self._http.request("GET", self._url, params=query, headers=headers)

    async def _fetch_token(self) -> Token:
        form = {"grant_type": "client_credentials"}
        answer = await self._http.request("POST", self._token_url, data=form, headers=self._client)
        content = answer.content if isinstance(answer.content, dict) else {}
        value, lifetime = content.get("access_token"), content.get("expires_in")
        if answer.status != 200 or not isinstance(value, str) or not value:
            raise RemoteError(f"no token: status {answer.status}")
        return Token(value, float(str(lifetime)) if str(lifetime).isdigit() else None)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    def _found(self, code: DossierCode, row: dict[str, Any]) -> Found:
        status, task, procedure = (
            part(row, "dossierStatus"),
            part(row, "dossierTaskStatus"),
            part(row, "procedure"),
        )
        applicant = part(part(row, "applicant"), "data")
        procedures = find_procedure_codes(text(procedure.get("code")))
        view = DossierView(
            code=code,
            status=vendor_status("igate", task.get("name"), status.get("id"), status.get("name")),
            status_text=text(task.get("name") or status.get("name")),
            procedure_code=procedures[0].code if procedures else None,
            procedure_name=text(procedure.get("name") or part(procedure, "translate").get("name")),
            received_at=moment(row.get("acceptedDate")),
            due_at=moment(row.get("appointmentDate"), ends_day=True),
            finished_at=moment(row.get("completedDate")),
            returned_at=moment(row.get("returnedDate")),
            unit=text(part(row, "agency").get("name")),
        )
        numbers = [applicant.get(name) for name in ("phoneNumber", "identityNumber", "ownerIdentityNumber")]
        return Found(view, factors(self._sealer, code, numbers))
