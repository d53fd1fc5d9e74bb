"""The description of the API is valid and says what the application does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate_spec

from bot.gateway.errors import STATUS
from bot.gateway.openapi import load_document
from bot.gateway.replies import OUTCOMES
from tests.fixtures.gateway import RunningGateway

UNDESCRIBED = {"/", "/chat", "/embed.js", "/assets/{version}/{name}", "/metrics"}


def schema(name: str) -> OAS31Validator:
    document = load_document()
    return OAS31Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def test_the_document_is_valid() -> None:
    validate_spec(load_document())


async def test_it_is_served_as_it_is_written(gateway: RunningGateway) -> None:
    response = await gateway.client.get("/api/openapi.json")

    assert response.status == 200
    assert await response.json() == load_document()


async def test_it_names_exactly_the_routes_served(gateway: RunningGateway) -> None:
    served = {
        (route.resource.canonical, route.method)
        for route in gateway.app.router.routes()
        if route.resource is not None
        and route.method != "HEAD"
        and route.resource.canonical not in UNDESCRIBED
        and not route.resource.canonical.startswith("/staff")
    }
    described = {(path, method.upper()) for path, item in load_document()["paths"].items() for method in item}

    assert served == described


def test_it_names_every_outcome_and_error() -> None:
    document = load_document()

    assert set(document["components"]["schemas"]["Answer"]["properties"]["outcome"]["enum"]) == OUTCOMES
    told = " ".join(response["description"] for response in document["components"]["responses"].values())
    for code in set(STATUS) - {"not_found", "method_not_allowed", "forbidden", "internal"}:
        assert re.search(rf"\b{code}\b", told), code


async def test_answers_have_the_described_form(gateway: RunningGateway) -> None:
    opened = await (await gateway.client.post("/api/conversations")).json()
    token = opened["conversation"]
    asked: dict[str, Any] = {"conversation": token, "text": "phí?", "message_id": "m1"}
    answered = await (await gateway.client.post("/api/chat", json=asked)).json()
    gateway.push(token, "Cán bộ trả lời")
    past = await (await gateway.client.get(f"/api/conversations/{token}/messages")).json()
    refused = await (await gateway.client.post("/api/chat", json={})).json()
    ready = await (await gateway.client.get("/readyz")).json()

    for name, content in {
        "Conversation": opened,
        "ChatRequest": asked,
        "ChatResponse": answered,
        "History": past,
        "Error": refused,
        "Readiness": ready,
    }.items():
        schema(name).validate(content)
        assert set(content) <= set(load_document()["components"]["schemas"][name]["properties"]), name


@pytest.mark.parametrize("fields", [{}, {"text": "x", "payload": "/x"}, {"text": "x", "message_id": "a b"}])
async def test_what_the_document_refuses_the_application_refuses(
    gateway: RunningGateway, fields: dict[str, str]
) -> None:
    token = await gateway.open()

    assert not schema("ChatRequest").is_valid({"conversation": token, **fields})
    assert (await gateway.post(token, **fields)).status == 400
