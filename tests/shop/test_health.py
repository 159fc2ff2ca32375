"""Health: whether a process lives, and whether the shop can be used."""

import pytest

from tests.support.client import Client
from tests.support.processes import ServerStack, Stack


async def test_every_api_says_that_it_lives_and_is_ready(stack: Stack, nobody: Client) -> None:
    redis = "ok" if isinstance(stack, ServerStack) else "not used"
    for api in stack.apis:
        there = nobody.at(api.url)
        assert (await there.http.get("/healthz")).text == "ok"
        ready = await there.http.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"ready": True, "database": "ok", "redis": redis})


@pytest.mark.parametrize("unhurried", ["servers"], indirect=True)
async def test_without_redis_the_shop_stays_ready_and_says_so(unhurried: Stack, buyer: Client) -> None:
    assert isinstance(unhurried, ServerStack)
    unhurried.redis.kill()
    try:
        for api in unhurried.apis:
            there = buyer.at(api.url)
            ready = await there.http.get("/readyz")
            assert ready.status_code == 200
            assert (ready.json()["ready"], ready.json()["database"]) == (True, "ok")
            assert "does not answer" in ready.json()["redis"]
            assert (await there.http.get("/healthz")).text == "ok"
            order = await there.order()
            assert (await buyer.read(order["id"]))["status"] == "PENDING"
    finally:
        unhurried.redis.start()
    for api in unhurried.apis:
        assert (await buyer.at(api.url).http.get("/readyz")).json()["redis"] == "ok"
