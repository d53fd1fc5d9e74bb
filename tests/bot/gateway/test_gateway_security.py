"""Headers of every answer, logs without contents, metrics and health for whom they are meant."""

from __future__ import annotations

import logging

import pytest

from tests.fixtures.gateway import RasaSwitch, RunningGateway, StartGateway

PATHS = ["/", "/chat", "/embed.js", "/healthz", "/readyz", "/api/openapi.json", "/nowhere", "/metrics"]


def directives(policy: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}


@pytest.mark.parametrize("path", PATHS)
async def test_every_answer_has_the_strict_policy(gateway: RunningGateway, path: str) -> None:
    response = await gateway.client.get(path)
    policy = directives(response.headers["Content-Security-Policy"])

    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert policy["base-uri"] == ["'none'"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Server"] == "tthc"


async def test_an_event_stream_has_the_headers_too(gateway: RunningGateway) -> None:
    response = await gateway.client.get(f"/api/conversations/{await gateway.open()}/events")

    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    response.close()


async def test_only_named_origins_may_frame_the_page(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(
        TTHC_EMBED_ORIGINS="https://sct.example.gov.vn, https://tinh.example.gov.vn/"
    )
    policy = directives((await gateway.client.get("/chat")).headers["Content-Security-Policy"])

    assert policy["frame-ancestors"] == [
        "'self'",
        "https://sct.example.gov.vn",
        "https://tinh.example.gov.vn",
    ]


async def test_other_origins_may_load_the_embed_script_only(gateway: RunningGateway) -> None:
    script, page = await gateway.client.get("/embed.js"), await gateway.client.get("/")

    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert page.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_logs_hold_neither_texts_nor_tokens(
    gateway: RunningGateway, rasa: RasaSwitch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = await gateway.open()
    await gateway.say(token, "câu hỏi bí mật")
    await gateway.turns(token)
    await rasa.stop()
    assert (await gateway.post(token, text="câu hỏi bí mật khác")).status == 503

    assert "POST /api/chat 200" in caplog.text
    assert "/api/conversations/{token}/messages 200" in caplog.text
    assert token not in caplog.text
    assert "bí mật" not in caplog.text


async def test_metrics_without_a_token_are_for_loopback_only(gateway: RunningGateway) -> None:
    direct = await gateway.client.get("/metrics")
    through_a_proxy = await gateway.client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})

    assert direct.status == 200
    assert "tthc_http_requests_total" in await direct.text()
    assert through_a_proxy.status == 403


async def test_metrics_with_a_token_are_for_its_bearer(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(TTHC_METRICS_TOKEN="rất-kín")

    async def status(headers: dict[str, str]) -> int:
        return (await gateway.client.get("/metrics", headers=headers)).status

    assert await status({"Authorization": "Bearer rất-kín"}) == 200
    assert await status({"Authorization": "Bearer khác"}) == 403
    assert await status({}) == 403


async def test_metric_labels_do_not_grow_with_what_clients_invent(gateway: RunningGateway) -> None:
    for number in range(3):
        await gateway.client.get(f"/invented-{number}")
        await gateway.client.request(f"INVENT{number}", "/")
    text = await (await gateway.client.get("/metrics")).text()

    assert "invent" not in text.lower()
    assert 'route="unknown",status="404"} 3.0' in text


async def test_healthz_answers_whatever_the_others_do(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    await rasa.stop()
    response = await gateway.client.get("/healthz")

    assert response.status == 200
    assert await response.json() == {"status": "ok"}


async def test_readyz_tells_who_does_not_answer(gateway: RunningGateway, rasa: RasaSwitch) -> None:
    ready = await gateway.client.get("/readyz")
    assert ready.status == 200
    assert await ready.json() == {
        "status": "ready",
        "checks": {"database": True, "rasa": True, "actions": True},
    }

    rasa.fake.healthy = False
    assert (await gateway.client.get("/readyz")).status == 503
    await rasa.stop()
    broken = await gateway.client.get("/readyz")
    assert broken.status == 503
    assert (await broken.json())["checks"] == {"database": True, "rasa": False, "actions": False}
