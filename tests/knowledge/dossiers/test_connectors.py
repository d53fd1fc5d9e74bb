"""Each protocol against a strict simulator: what is read, what is dropped, and every known trouble."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timezone

import pytest
from aiohttp.test_utils import TestServer

from knowledge.dossiers.codes import parse_code
from knowledge.dossiers.connectors.base import CredentialError, ForbiddenError, RemoteError
from knowledge.dossiers.connectors.http import HttpClient
from knowledge.dossiers.connectors.igate import IgateConnector
from knowledge.dossiers.connectors.national import NationalConnector
from knowledge.dossiers.connectors.simple import SimpleConnector
from knowledge.dossiers.records import Ambiguous, Found, NotFound
from knowledge.dossiers.statuses import Status
from knowledge.dossiers.verification import factor_hash, matches
from tests.simulators.dossier_systems import (
    CLIENT,
    DESTINATION,
    PASSWORD,
    SECRET,
    UNIT,
    USERNAME,
    DossierSystems,
    igate_row,
    national_row,
    simple_row,
)

TEXT = "H27.12-261102-0001"
CODE = parse_code(TEXT)
PROTOCOLS = ["igate", "national", "simple"]
TIMEOUT = 0.5


@pytest.fixture
async def systems():
    systems = DossierSystems()
    server = TestServer(systems.application())
    await server.start_server(access_log=None)
    systems.url = str(server.make_url("")).rstrip("/")
    yield systems
    await server.close()


@pytest.fixture
async def http():
    client = HttpClient(TIMEOUT, 4)
    yield client
    await client.close()


@pytest.fixture
def connect(systems, http, sealer):
    def make(protocol, *, secret=SECRET, password=PASSWORD):
        url = systems.url
        if protocol == "igate":
            return IgateConnector(http, sealer, f"{url}/igate", f"{url}/token", CLIENT, secret)
        if protocol == "national":
            account = (USERNAME, password)
            return NationalConnector(
                http, sealer, f"{url}/dvcqg/services", f"{url}/dvcqg/login", account, UNIT, DESTINATION
            )
        return SimpleConnector(http, sealer, f"{url}/simple?tukhoa={{code}}")

    return make


def put(systems, protocol, *rows):
    made = {
        "igate": lambda: systems.igate.update({TEXT: list(rows) or [igate_row(TEXT)]}),
        "national": lambda: systems.national.update({TEXT: list(rows) or [national_row(TEXT)]}),
        "simple": lambda: systems.simple.update({TEXT: rows[0] if rows else simple_row()}),
    }
    made[protocol]()


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_a_dossier_is_read_and_everything_personal_dropped(systems, connect, sealer, protocol):
    put(systems, protocol)

    found = await connect(protocol).lookup(CODE)

    assert isinstance(found, Found)
    view = found.view
    assert (view.code, view.status) == (CODE, Status.IN_PROGRESS)
    assert view.received_at == datetime(2026, 11, 2, 1, 30, tzinfo=timezone.utc)
    assert view.due_at.astimezone(timezone.utc).date().isoformat() == "2026-11-20"
    assert view.procedure_name.startswith("Cấp giấy chứng nhận")
    assert matches(factor_hash(sealer, CODE, "5678"), found.factors)
    assert not any(word in repr(found) for word in ("Nguyễn", "0912345678", "079123456789", "Lê Lợi"))


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_an_unknown_code_is_not_found(systems, connect, protocol):
    assert await connect(protocol).lookup(CODE) == NotFound()


@pytest.mark.parametrize("protocol", ["igate", "national"])
async def test_rows_that_stand_twice_are_one_and_the_newest_counts(systems, connect, protocol):
    make = igate_row if protocol == "igate" else national_row
    newest = {"igate": 5, "national": "10"}[protocol]
    put(systems, protocol, make(TEXT, newest), make(TEXT))
    assert (await connect(protocol).lookup(CODE)).view.status is Status.RETURNED


@pytest.mark.parametrize("protocol", ["igate", "national"])
async def test_rows_of_longer_codes_do_not_count_and_two_procedures_are_ambiguous(systems, connect, protocol):
    make = igate_row if protocol == "igate" else national_row
    other = {"procedure": {"code": "1.000665"}} if protocol == "igate" else {"MaTTHC": "1.000665"}
    put(systems, protocol, make(f"{TEXT}9"))
    assert await connect(protocol).lookup(CODE) == NotFound()
    put(systems, protocol, make(TEXT), make(TEXT, **other))
    assert isinstance(await connect(protocol).lookup(CODE), Ambiguous)


async def test_what_has_to_be_added_is_told_without_numbers_of_persons(systems, connect):
    rounds = [{"NoiDungBoSung": "Bản vẽ"}, {"NoiDungBoSung": "Giấy tờ đất, gọi 0987654321"}]
    put(systems, "national", national_row(TEXT, "5", DanhSachHoSoBoSung=rounds))
    view = (await connect("national").lookup(CODE)).view
    assert (view.status, view.supplement_note) == (Status.SUPPLEMENT, "Giấy tờ đất, gọi [số điện thoại]")


@pytest.mark.parametrize(
    ("protocol", "row", "status", "text"),
    [
        (
            "igate",
            igate_row(TEXT, 2, dossierTaskStatus={"name": "Chờ bổ sung"}),
            Status.SUPPLEMENT,
            "Chờ bổ sung",
        ),
        ("igate", igate_row(TEXT, 77, dossierStatus={"id": 77, "name": "Chờ họp"}), None, "Chờ họp"),
        ("national", national_row(TEXT, "19"), None, "19"),
        ("simple", simple_row("Đang bay"), None, "Đang bay"),
    ],
)
async def test_statuses_of_systems_are_mapped_and_unknown_ones_keep_their_words(
    systems, connect, protocol, row, status, text
):
    put(systems, protocol, row)
    view = (await connect(protocol).lookup(CODE)).view
    assert (view.status, view.status_text) == (status, text)


@pytest.mark.parametrize("as_text", [False, True])
async def test_error_codes_come_as_numbers_or_texts_and_a_mark_may_lead(systems, connect, as_text):
    systems.codes_as_text, systems.with_bom = as_text, True
    put(systems, "national")
    assert isinstance(await connect("national").lookup(CODE), Found)


@pytest.mark.parametrize(
    ("protocol", "trouble"),
    [
        ("igate", "expired_json"),
        ("igate", "expired_xml"),
        ("national", "expired_xml"),
        ("national", "session_over"),
    ],
)
async def test_a_token_that_ends_in_the_middle_is_renewed_once(systems, connect, protocol, trouble):
    put(systems, protocol)
    connector = connect(protocol)
    await connector.lookup(CODE)
    systems.has_trouble(trouble, times=1)
    assert isinstance(await connector.lookup(CODE), Found)
    assert systems.calls["token"] + systems.calls["login"] == 2
    systems.has_trouble(trouble)
    with pytest.raises(CredentialError):
        await connector.lookup(CODE)
    assert systems.calls["token"] + systems.calls["login"] == 3


async def test_many_at_once_share_one_token(systems, connect):
    put(systems, "igate")
    connector = connect("igate")
    found = await asyncio.gather(*(connector.lookup(CODE) for _ in range(10)))
    assert all(isinstance(one, Found) for one in found)
    assert (systems.calls["token"], systems.calls["igate"]) == (1, 10)


async def test_a_token_is_renewed_before_its_end(systems, connect):
    systems.token_seconds = 1
    put(systems, "igate")
    connector = connect("igate")
    await connector.lookup(CODE)
    await asyncio.sleep(0.6)
    await connector.lookup(CODE)
    assert systems.calls["token"] == 2


@pytest.mark.parametrize(("protocol", "wrong"), [("igate", {"secret": "x"}), ("national", {"password": "x"})])
async def test_wrong_credentials_are_a_trouble_of_the_system(systems, connect, protocol, wrong):
    with pytest.raises(RemoteError):
        await connect(protocol, **wrong).lookup(CODE)


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(
    ("trouble", "retry"),
    [
        ("backend_down", True),
        ("bad_gateway", True),
        ("throttled", False),
        ("html_page", False),
        ("invalid_json", False),
        ("no_list", False),
        ("huge", False),
        ("redirect", False),
        ("error_500", False),
        ("slow", False),
        ("trickle", False),
    ],
)
async def test_troubles_are_told_apart_from_no_dossier(systems, connect, protocol, trouble, retry):
    put(systems, protocol)
    systems.has_trouble(trouble)
    started = time.monotonic()
    with pytest.raises(RemoteError) as caught:
        await connect(protocol).lookup(CODE)
    assert caught.value.retry is retry
    assert time.monotonic() - started < TIMEOUT * 4
    assert TEXT not in str(caught.value)


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_what_we_may_not_ask_is_forbidden(systems, connect, protocol):
    systems.has_trouble("forbidden")
    with pytest.raises(ForbiddenError):
        await connect(protocol).lookup(CODE)


async def test_a_refusal_by_error_code_is_forbidden(systems, connect):
    systems.has_trouble("refused_code")
    with pytest.raises(ForbiddenError):
        await connect("national").lookup(CODE)


async def test_no_connection_may_be_tried_again(sealer, http):
    with pytest.raises(RemoteError) as caught:
        await SimpleConnector(http, sealer, "http://127.0.0.1:1/{code}").lookup(CODE)
    assert caught.value.retry
