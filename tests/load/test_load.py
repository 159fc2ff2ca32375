"""The load scripts: they pass on a shop that keeps its word, and fail on one that does not."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from domain.users import Role
from tests.load.lying import (
    ChargesMore,
    Doubles,
    ForgetsTheFirstMessage,
    ForgetsToTakeTheMoney,
    ForgetsWhoAsks,
    HasNoCache,
    IsSlow,
    Lies,
    Loses,
    RefusesOrders,
    RefusesPayments,
    ShowsAnotherOrder,
    ShowsAnotherPrice,
    lying,
)
from tests.support.client import PASSWORD
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.web.test_cli import Ended, swapshop

THRESHOLD_CROSSED, SCRIPT_FAILED = 99, 107
BRIEFLY = ("--vus", "1", "--iterations", "1")
ONE = pytest.mark.parametrize("stack", ["embedded"], indirect=True)  # what lies stands before whatever shop there is

pytestmark = pytest.mark.slow


async def load(name: str, *arguments: str, url: str) -> Ended:
    return await swapshop("load", name, "--url", url, "--quiet", *arguments, settings={"SMOKE": "1"})


async def run(name: str, *arguments: str, url: str, folder: Path) -> tuple[int, dict[str, Any]]:
    """The status, and the metrics as k6 sums them up: which thresholds were crossed among them."""
    summary = folder / f"{name}.json"
    ended = await load(name, *arguments, "--summary-export", str(summary), url=url)
    return ended.status, json.loads(summary.read_text())["metrics"]


def crossed(metrics: dict[str, Any]) -> set[str]:
    return {name for name, metric in metrics.items() if any(metric.get("thresholds", {}).values())}


async def test_customers_who_order_and_look(stack: Stack, tmp_path: Path) -> None:
    status, metrics = await run("orders", url=stack.url, folder=tmp_path)
    assert (status, crossed(metrics)) == (0, set())
    rounds = metrics["iterations"]["count"]
    assert rounds >= 10
    assert metrics["failed"]["fails"] == 7 * rounds  # operations that did not fail: one order, three reads, three lists
    assert metrics["cache_hits"]["passes"] >= 0.9 * 3 * rounds


async def test_customers_who_watch(stack: Stack, tmp_path: Path) -> None:
    status, metrics = await run("subscribe", url=stack.url, folder=tmp_path)
    assert (status, crossed(metrics)) == (0, set())
    assert {name: metrics[name]["count"] for name in ("processed", "lost", "doubled")} == {
        "processed": 9,
        "lost": 0,
        "doubled": 0,
    }


@ONE
@pytest.mark.parametrize(
    ("lies", "noticed"),
    [
        (RefusesOrders, "failed"),
        (ShowsAnotherOrder, "failed"),
        (HasNoCache, "cache_hits"),
        (ForgetsWhoAsks, "failed"),
        (IsSlow, "cached_read"),
    ],
)
async def test_orders_fails_on_a_shop_that_does_not_keep_its_word(
    stack: Stack, tmp_path: Path, lies: type[Lies], noticed: str
) -> None:
    async with lying(stack.url, lies()) as url:
        status, metrics = await run("orders", *BRIEFLY, url=url, folder=tmp_path)
    assert status == THRESHOLD_CROSSED
    assert noticed in crossed(metrics)


@ONE
@pytest.mark.parametrize(
    ("lies", "noticed"),
    [
        (Loses, "lost"),
        (Doubles, "doubled"),
        (RefusesOrders, "failed"),
        (ForgetsTheFirstMessage, "failed"),
        (ForgetsWhoAsks, "failed"),
    ],
)
async def test_subscribe_fails_on_a_shop_that_does_not_keep_its_word(
    stack: Stack, tmp_path: Path, lies: type[Lies], noticed: str
) -> None:
    async with lying(stack.url, lies()) as url:
        status, metrics = await run("subscribe", url=url, folder=tmp_path)
    assert status == THRESHOLD_CROSSED
    assert noticed in crossed(metrics)


@pytest.fixture
async def seller(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of this shop, and known to the script."""
    async with await signed_in(stack, Role.SELLER) as client:
        given = {"SELLER_EMAIL": (await client.run("{ me { email } }"))["email"], "SELLER_PASSWORD": PASSWORD}
    for name, value in given.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("seller")
async def test_customers_who_buy(stack: Stack, tmp_path: Path) -> None:
    status, metrics = await run("checkout", url=stack.url, folder=tmp_path)
    assert (status, crossed(metrics)) == (0, set())
    assert {name: metrics[name]["count"] for name in ("ready", "lost", "doubled")} == {
        "ready": 6,
        "lost": 0,
        "doubled": 0,
    }
    async with await signed_in(stack, Role.ADMIN) as admin:
        left = await admin.run('{ products(filter: {category: "Load test"}) { totalCount } }')
    assert left["totalCount"] == 0, "what was listed for the run is archived"


@ONE
@pytest.mark.usefixtures("seller")
@pytest.mark.parametrize(
    ("lies", "noticed"),
    [
        (Loses, "lost"),
        (Doubles, "doubled"),
        (RefusesOrders, "failed"),
        (RefusesPayments, "failed"),
        (ChargesMore, "failed"),
        (ShowsAnotherPrice, "failed"),
        (ForgetsToTakeTheMoney, "failed"),
        (ForgetsTheFirstMessage, "failed"),
    ],
)
async def test_checkout_fails_on_a_shop_that_does_not_keep_its_word(
    stack: Stack, tmp_path: Path, lies: type[Lies], noticed: str
) -> None:
    async with lying(stack.url, lies()) as url:
        status, metrics = await run("checkout", url=url, folder=tmp_path)
    assert status == THRESHOLD_CROSSED
    assert noticed in crossed(metrics)


@pytest.mark.parametrize("name", ["checkout", "orders", "subscribe"])
async def test_where_no_shop_answers_the_script_says_so(name: str) -> None:
    ended = await load(name, url="http://127.0.0.1:1")
    assert ended.status == SCRIPT_FAILED
    assert "Does the shop run there?" in ended.complained


async def test_a_script_that_is_not_there_and_a_shop_that_does_not_run_are_named(tmp_path: Path) -> None:
    unknown, nowhere = await asyncio.gather(
        swapshop("load", "order", "--url", "http://127.0.0.1:1"),
        swapshop("load", "orders", "--data", str(tmp_path)),
    )
    assert unknown.status == nowhere.status == 1
    assert "There is no load script 'order'. There are: checkout, orders, subscribe." in unknown.complained
    assert f"No shop runs on {tmp_path}" in nowhere.complained
