"""How fast one conversation and one client may ask."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from hypothesis import given
from hypothesis import strategies as st

from bot.gateway.limits import TokenBuckets, client_address
from tests.fixtures.gateway import StartGateway


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_empties_and_fills_with_time() -> None:
    clock = Clock()
    buckets = TokenBuckets(6, clock=clock)

    assert [buckets.take("a") for _ in range(6)] == [0.0] * 6
    assert buckets.take("a") == pytest.approx(10)
    assert buckets.take("b") == 0.0
    clock.now = 10.0
    assert buckets.take("a") == 0.0
    assert buckets.take("a") > 0


@given(st.lists(st.floats(0, 30), max_size=80), st.integers(1, 60))
def test_never_more_than_the_rate_in_any_minute(pauses: list[float], rate: int) -> None:
    clock = Clock()
    buckets = TokenBuckets(rate, clock=clock)
    taken = []
    for pause in pauses:
        clock.now += pause
        if not buckets.take("a"):
            taken.append(clock.now)

    for start in taken:
        assert sum(start <= moment < start + 60 for moment in taken) <= 2 * rate


def test_the_bucket_unused_for_longest_is_forgotten_first() -> None:
    buckets = TokenBuckets(1, capacity=2, clock=Clock())
    for key in ("a", "b", "a", "c"):
        buckets.take(key)

    assert buckets.take("a") > 0
    assert buckets.take("b") == 0.0


@pytest.mark.parametrize(
    ("forwarded", "trusted", "expected"),
    [
        ("203.0.113.7", False, "198.51.100.1"),
        ("203.0.113.7", True, "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", True, "203.0.113.7"),
        ("", True, "198.51.100.1"),
        ("2001:db8::1:2:3:4", True, "2001:db8::/64"),
        ("::ffff:203.0.113.7", True, "203.0.113.7"),
        ("nonsense", True, "unknown"),
    ],
)
def test_the_client_is_who_our_own_proxy_says(forwarded: str, trusted: bool, expected: str) -> None:
    request = make_mocked_request("GET", "/", headers={"X-Forwarded-For": forwarded}).clone(
        remote="198.51.100.1"
    )

    assert client_address(request, trust_forwarded_for=trusted) == expected


async def test_a_conversation_that_asks_too_fast_is_told_to_wait(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(TTHC_CHAT_RATE_PER_MINUTE="3")
    token, other = await gateway.open(), await gateway.open()
    statuses = [(await gateway.post(token, text=f"câu {number}")).status for number in range(3)]
    refused = await gateway.post(token, text="câu nữa")
    content = (await refused.json())["error"]

    assert statuses == [200, 200, 200]
    assert refused.status == 429
    assert content["code"] == "too_many_requests"
    assert refused.headers["Retry-After"] in content["message"]
    assert (await gateway.post(other, text="người khác")).status == 200


async def test_an_address_may_not_open_conversations_without_end(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(TTHC_NEW_CONVERSATIONS_PER_MINUTE="2")
    statuses = [(await gateway.client.post("/api/conversations")).status for _ in range(3)]

    assert statuses == [201, 201, 429]


async def test_an_invented_forwarding_header_does_not_help(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(TTHC_NEW_CONVERSATIONS_PER_MINUTE="1")
    statuses = [
        (
            await gateway.client.post("/api/conversations", headers={"X-Forwarded-For": f"203.0.113.{n}"})
        ).status
        for n in range(3)
    ]

    assert statuses == [201, 429, 429]


async def test_many_conversations_of_one_address_share_its_limit(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(TTHC_CHAT_RATE_PER_MINUTE="1")
    statuses = [(await gateway.post(await gateway.open(), text="x")).status for _ in range(11)]

    assert statuses == [200] * 10 + [429]
