"""Tokens that expire, errors of every class, closed windows and templates."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.channels.zalo.api import ZaloApi
from bot.channels.zalo.errors import ApiCallError, ErrorClass
from bot.channels.zalo.templates import TemplateFileError, read_templates
from bot.channels.zalo.tokens import NoTokenError, TokenKeeper
from bot.gateway.keys import INBOX, SETTINGS
from knowledge.messaging.events import append_event
from knowledge.messaging.models import DEAD, Conversation, OutboxMessage
from knowledge.messaging.notices import CASE_CHANGED, DOSSIER_CHANGED, notice
from tests.bot.channels.zalo.conftest import AN, StartZalo, Zalo

WEEK = 7 * 86_400
TEMPLATES = """
dossier_changed:
  template_id: "7895417a"
  params:
    ma_ho_so: {from: dossier, max: 12}
    trang_thai: {from: status, max: 30}
"""


def outbox(zalo: Zalo) -> list[sa.Row]:
    with zalo.gateway.app[INBOX].engine.connect() as connection:
        return list(connection.execute(sa.select(*OutboxMessage.__table__.c).order_by(OutboxMessage.id)))


def notify(zalo: Zalo) -> None:
    """Say something outside a turn, as a poller does."""
    values = {"dossier": "…-0001 " * 4, "status": "Đã có kết quả", "procedure": "", "unit": "", "due": ""}
    body = {
        "author": "system",
        "text": "Hồ sơ của bạn đã có kết quả.",
        "notice": notice(DOSSIER_CHANGED, **values),
    }
    with zalo.gateway.app[INBOX].engine.begin() as connection:
        row = connection.execute(sa.select(Conversation.id)).scalar_one()
        append_event(connection, row, body)


async def test_an_expired_token_is_renewed_once_and_the_message_goes_out(zalo: Zalo) -> None:
    zalo.platform.expires_at = 0
    await zalo.caller.say(AN, "phí?")
    assert await zalo.texts(1) == ["Đã nghe: phí?"]
    assert zalo.platform.renewals == 1
    assert zalo.tokens().read().access == zalo.platform.access


async def test_a_token_is_renewed_before_it_expires(zalo: Zalo) -> None:
    pair = zalo.tokens().read()
    early = pair.obtained_at.replace(year=pair.obtained_at.year - 1)
    zalo.tokens().write(pair.access, pair.refresh, pair.expires_at, early)
    await zalo.caller.say(AN, "phí?")
    await zalo.texts(1)
    assert zalo.platform.renewals == 1


async def test_many_who_are_refused_at_once_renew_once(zalo: Zalo) -> None:
    """As many keepers as processes: a refresh token that is used twice would lock the account out."""
    settings = zalo.gateway.app[SETTINGS].zalo
    refused = zalo.platform.access
    async with ZaloApi(settings) as api:
        keepers = [TokenKeeper(zalo.tokens(), api) for _ in range(6)]
        got = await asyncio.gather(*(keeper.access_token(refused=refused) for keeper in keepers * 3))
    assert set(got) == {zalo.platform.access}
    assert zalo.platform.renewals == 1


async def test_a_renewal_that_fails_for_good_asks_for_a_person(zalo: Zalo) -> None:
    settings = zalo.gateway.app[SETTINGS].zalo
    zalo.platform.refresh = "another"
    async with ZaloApi(settings) as api:
        keeper = TokenKeeper(zalo.tokens(), api)
        with pytest.raises(NoTokenError, match="-14014"):
            await keeper.access_token(refused=zalo.platform.access)
    assert "-14014" in (zalo.tokens().read().failure or "")


async def test_a_lease_that_nobody_ended_runs_out(zalo: Zalo) -> None:
    store = zalo.tokens()
    pair = store.read()
    assert store.lease("crashed", pair.access, pair.obtained_at) is not None
    assert store.lease("other", pair.access, pair.obtained_at) is None
    later = pair.obtained_at.replace(year=pair.obtained_at.year + 1)
    assert store.lease("other", pair.access, later) == pair
    assert store.lease("third", "a token of yesterday", later.replace(year=later.year + 1)) is None


@pytest.mark.parametrize("code", [-32, -200, -99999])
async def test_what_may_pass_later_is_tried_again(
    zalo: Zalo, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.gateway.outbox.FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr("bot.channels.zalo.sender.OPERATOR_PAUSE_SECONDS", 0.05)
    zalo.platform.refuse_next.append(code)
    if code == -32:
        monkeypatch.setattr("bot.channels.zalo.api.RATE_PAUSE_SECONDS", 0.05)
    await zalo.caller.say(AN, "phí?")
    assert await zalo.texts(1) == ["Đã nghe: phí?"]
    assert len(zalo.platform.phone(AN).received()) == 1


@pytest.mark.parametrize("code", [-201, -210])
async def test_what_can_never_pass_is_given_up_with_its_reason(zalo: Zalo, code: int) -> None:
    zalo.platform.refuse_next.append(code)
    await zalo.caller.say(AN, "phí?")
    await zalo.until(lambda: bool(outbox(zalo)) and outbox(zalo)[0].state == DEAD)
    assert f"zalo error {code}" in outbox(zalo)[0].reason
    await zalo.caller.say(AN, "còn đó không?")
    assert await zalo.texts(1) == ["Đã nghe: còn đó không?"]


async def test_what_a_person_must_mend_waits_and_is_told(
    zalo: Zalo, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.channels.zalo.sender.OPERATOR_PAUSE_SECONDS", 0.05)
    zalo.platform.refuse_next.append(-224)
    await zalo.caller.say(AN, "phí?")
    assert await zalo.texts(1) == ["Đã nghe: phí?"]
    assert any("until somebody acts" in record.message for record in caplog.records)


async def test_a_person_who_blocked_us_is_left_alone(zalo: Zalo) -> None:
    zalo.platform.phone(AN).blocked = True
    await zalo.caller.say(AN, "phí?")
    await zalo.until(lambda: bool(outbox(zalo)) and outbox(zalo)[0].state == DEAD)
    zalo.platform.phone(AN).blocked = False
    await zalo.caller.say(AN, "tôi quay lại")
    assert await zalo.texts(1) == ["Đã nghe: tôi quay lại"]


async def test_after_a_week_a_notice_goes_by_its_template(start_zalo: StartZalo, tmp_path: Path) -> None:
    file = tmp_path / "templates.yml"
    file.write_text(TEMPLATES, encoding="utf-8")
    zalo = await start_zalo(TTHC_ZALO_TEMPLATES_FILE=str(file))
    zalo.platform.templates["7895417a"] = {"ma_ho_so": 12, "trang_thai": 30}
    await zalo.caller.say(AN, "phí?")
    await zalo.texts(1)
    notify(zalo)
    assert (await zalo.texts(2))[1] == "Hồ sơ của bạn đã có kết quả."
    zalo.platform.phone(AN).seen_at -= WEEK + 1
    notify(zalo)
    assert (await zalo.texts(3))[2] == "[mẫu] ma_ho_so: …-0001 …-00…; trang_thai: Đã có kết quả"


async def test_without_a_template_the_closed_window_is_the_reason(
    start_zalo: StartZalo, tmp_path: Path
) -> None:
    file = tmp_path / "templates.yml"
    file.write_text(
        TEMPLATES.partition("params")[0].replace(DOSSIER_CHANGED, CASE_CHANGED) + "params: {}",
        encoding="utf-8",
    )
    zalo = await start_zalo(TTHC_ZALO_TEMPLATES_FILE=str(file))
    await zalo.caller.say(AN, "phí?")
    await zalo.texts(1)
    zalo.platform.phone(AN).seen_at -= WEEK + 1
    notify(zalo)
    await zalo.until(lambda: outbox(zalo)[-1].state == DEAD)
    assert "zalo error -230" in outbox(zalo)[-1].reason
    with zalo.gateway.app[INBOX].engine.connect() as connection:
        assert connection.execute(sa.select(Conversation.gone_at)).scalar_one() is None, "a template may pass"


@pytest.mark.parametrize(
    "content",
    [
        "- a",
        "dossier_changed: 7",
        "dossier_changed: {template_id: 1}",
        "dossier_changed: {template_id: 1, params: {a: b}}",
    ],
)
def test_a_malformed_file_of_templates_says_what_is_expected(tmp_path: Path, content: str) -> None:
    file = tmp_path / "templates.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(TemplateFileError, match=r"templates\.yml: .*such as dossier_changed"):
        read_templates(file)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            "dosier_changed: {template_id: 1, params: {}}",
            "dosier_changed: no such notice; there are case_changed",
        ),
        (
            "dossier_changed: {template_id: 1, params: {a: {from: phone, max: 9}}}",
            "from: phone; there are dossier",
        ),
    ],
)
def test_a_template_of_what_no_notice_has_is_refused(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "templates.yml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(TemplateFileError, match=told):
        read_templates(file)


def test_every_code_has_one_class_and_unknown_ones_are_tried_later() -> None:
    assert ApiCallError(-216, "").kind is ErrorClass.REFRESH
    assert ApiCallError(-230, "").kind is ErrorClass.WINDOW
    assert ApiCallError(-213, "").kind is ErrorClass.GONE
    assert ApiCallError(-4711, "").kind is ErrorClass.LATER
    assert ApiCallError(-233, "").only_form
    assert not ApiCallError(-210, "").only_form
