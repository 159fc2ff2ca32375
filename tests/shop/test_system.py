"""The system: staff are told how the shop is, and nobody else is."""

from typing import Any

import pytest

from tests.support.client import Client
from tests.support.processes import ServerStack, Stack

SYSTEM = """{ system { head openSockets dependencies { name ok latencyMs detail } readers { name position lag } } }"""
HEAD = "{ events(first: 1) { head } }"
CREATE = """mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { __typename } }"""


def dependencies(system: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one.pop("name"): one for one in system["dependencies"]}


def readers(system: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one.pop("name"): one for one in system["readers"]}


async def test_staff_see_how_the_shop_is(stack: Stack, operator: Client, staff: Client) -> None:
    for viewer in (operator, staff):
        found = dependencies(await viewer.run(SYSTEM))
        assert list(found) == ["database", "redis", "bus", "broker"]
        assert all(one["ok"] for one in found.values()), found
        assert found["database"]["latencyMs"] > 0
        assert found["database"]["detail"] is None
        assert found["broker"] == {"ok": True, "latencyMs": None, "detail": "not used"}
        if isinstance(stack, ServerStack):
            assert found["redis"]["latencyMs"] > 0
        else:
            assert found["redis"] == {"ok": True, "latencyMs": None, "detail": "not used"}


async def test_the_readers_come_to_the_head_of_the_log(stack: Stack, staff: Client, customer: Client) -> None:
    await customer.order()

    def all_there(system: dict[str, Any]) -> bool:
        """They are not read at one moment, and other customers' orders go on."""
        return all(one["position"] == system["head"] and one["lag"] == 0 for one in system["readers"])

    assert list(readers(await staff.until(all_there, SYSTEM))) == ["tail", "webhooks", "payments"]


async def test_customers_and_sellers_are_not_told(customer: Client, seller: Client, nobody: Client) -> None:
    assert await customer.code(SYSTEM) == "FORBIDDEN"
    assert await seller.code(SYSTEM) == "FORBIDDEN"
    assert await nobody.code(SYSTEM) == "UNAUTHENTICATED"


async def test_every_process_counts_its_own_sockets(unhurried: Stack, clerk: Client) -> None:
    """Nobody else has a socket to this shop while the test runs."""
    await clerk.until(lambda found: found["openSockets"] == 0, SYSTEM)
    async with clerk.socket(), clerk.socket():
        assert (await clerk.run(SYSTEM))["openSockets"] == 2
        for api in unhurried.apis[1:]:
            assert (await clerk.at(api.url).run(SYSTEM))["openSockets"] == 0
    await clerk.until(lambda found: found["openSockets"] == 0, SYSTEM)


@pytest.mark.parametrize("unhurried", ["servers"], indirect=True)
async def test_a_reader_that_does_nothing_falls_behind(unhurried: Stack, clerk: Client, buyer: Client) -> None:
    """No worker runs here, so nobody turns events into deliveries."""
    url = "http://127.0.0.1:1/hook"
    made = await clerk.run(CREATE, input={"name": "Depot", "url": url, "types": ["ORDER_READY"]})
    assert made["__typename"] == "WebhookSecretIssued"
    before = readers(await clerk.run(SYSTEM))["webhooks"]
    for _ in range(3):
        await buyer.order()
    after = await clerk.until(lambda found: found["readers"][0]["lag"] == 0, SYSTEM)
    webhooks = readers(after)["webhooks"]
    assert webhooks == {"position": before["position"], "lag": before["lag"] + 3}
    assert after["head"] == (await clerk.run(HEAD))["head"]


@pytest.mark.parametrize("unhurried", ["servers"], indirect=True)
async def test_a_redis_that_is_gone_is_named(unhurried: Stack, clerk: Client) -> None:
    assert isinstance(unhurried, ServerStack)
    unhurried.redis.kill()
    try:
        system = await clerk.until(lambda found: not found["dependencies"][2]["ok"], SYSTEM)
    finally:
        unhurried.redis.start()
    found = dependencies(system)
    assert [name for name, one in found.items() if not one["ok"]] == ["redis", "bus"]
    assert "does not answer" in found["redis"]["detail"]
    assert found["redis"]["latencyMs"] is None
    back = await clerk.until(lambda found: all(one["ok"] for one in found["dependencies"]), SYSTEM)
    assert dependencies(back)["redis"]["detail"] is None
