"""Look-up by one GET with the code in the address and a flat object back.

Such services answer anybody who knows a code with name, address, phone and identity number. Ours takes the
last digits of the numbers, as keyed hashes, and drops the rest.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from knowledge.dossiers.codes import DossierCode
from knowledge.dossiers.connectors.base import RemoteError
from knowledge.dossiers.connectors.fields import factors, is_code, moment, objects, only_one, text
from knowledge.dossiers.connectors.http import HttpClient
from knowledge.dossiers.records import Answer, DossierView, Found, NotFound
from knowledge.dossiers.statuses import vendor_status
from knowledge.privacy.sealing import Sealer
from knowledge.settings.dossiers import CODE_PLACE

STATUS, CODE = "tinhtrang_hoso", "mahoso"


class SimpleConnector:
    """Asks for one code by GET."""

    name = "simple"
    takes_ends = False

    def __init__(self, http: HttpClient, sealer: Sealer, url: str) -> None:
        self._http = http
        self._sealer = sealer
        self._url = url

    async def lookup(self, code: DossierCode) -> Answer:
        """Ask; null, nothing, an empty list or 404 with JSON mean that there is no such dossier."""
        url = self._url.replace(CODE_PLACE, quote(code.text, safe=""))
        answer = await self._http.request("GET", url)
        content = answer.content
        if answer.status == 404 or content in (None, "", {}, []):
            return NotFound()
        if answer.status != 200:
            raise RemoteError(f"status {answer.status}")
        rows = objects(content if isinstance(content, list) else [content])
        if not all(STATUS in row for row in rows):
            raise RemoteError("answer without a status")
        rows = [row for row in rows if CODE not in row or is_code(row[CODE], code)]
        return only_one([self._found(code, row) for row in rows])

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    def _found(self, code: DossierCode, row: dict[str, Any]) -> Found:
        view = DossierView(
            code=code,
            status=vendor_status("simple", row[STATUS]),
            status_text=text(row[STATUS]),
            procedure_name=text(row.get("tenhoso")),
            received_at=moment(row.get("ngaynhan")),
            due_at=moment(row.get("ngayhen"), ends_day=True),
            finished_at=moment(row.get("ngayxulyxong")),
            returned_at=moment(row.get("ngaytraketqua")),
        )
        return Found(view, factors(self._sealer, code, [row.get("tccn_phone"), row.get("socmnd")]))
