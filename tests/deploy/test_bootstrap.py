"""`swapshop bootstrap` and the receiver that it hands a secret to, as compose.yml runs them."""

import os
import stat
from pathlib import Path

import httpx

from tests.support.client import Client
from tests.support.processes import KEY, WEBHOOK_KEYS, Process, Stack
from tests.support.waiting import until
from tests.web.test_cli import Ended, swapshop
from web.folder import write_secret

PASSWORD = "tall-lamps-in-a-row"
ENDPOINTS = "query { webhookEndpoints(first: 10) { edges { node { id url owner { id } } } } }"


async def bootstrapped(stack: Stack, secret: Path, *, email: str, receiver: str, **settings: str) -> Ended:
    given = {
        "SWAPSHOP_DATABASE_URL": stack.database_url,
        "SWAPSHOP_SECRET_KEY": KEY,
        "SWAPSHOP_WEBHOOK_KEYS": WEBHOOK_KEYS,
        "SWAPSHOP_ADMIN_PASSWORD": PASSWORD,
        **settings,
    }
    options = {"receiver-url": receiver, "secret-file": str(secret), "admin-email": email}
    arguments = [f"--{name}={value}" for name, value in options.items()]
    return await swapshop("bootstrap", *arguments, settings={name: value for name, value in given.items() if value})


async def endpoints(client: Client) -> list[str]:
    """Those of the signed-in admin."""
    edges = (await client.run(ENDPOINTS))["edges"]
    return [edge["node"]["url"] for edge in edges if edge["node"]["owner"]["id"] == client.user["id"]]


def new_email() -> str:
    return f"{os.urandom(6).hex()}@example.test"


async def test_the_receiver_is_told_of_orders_with_the_secret_it_was_handed(stack: Stack, tmp_path: Path) -> None:
    secret = tmp_path / "receiver.secret"
    write_secret(secret, "whsec_bm90IHlldCBtYWRlLCBub3QgeWV0IG1hZGU=")  # of an earlier life
    receiver = Process(
        *("receiver", "--port", "0", "--data", str(tmp_path / "data")),
        log=tmp_path / "receiver.log",
        environment={"SWAPSHOP_RECEIVER_SECRETS_FILE": str(secret)},
    ).start()
    try:
        ended = await bootstrapped(stack, secret, email=new_email(), receiver=receiver.url)
        assert (ended.status, ended.complained) == (0, "")
        async with Client(stack.url) as customer, httpx.AsyncClient(base_url=receiver.url) as inbox:
            order = await (await customer.register()).order()

            async def told() -> bool:
                received = (await inbox.get("/notifications", params={"orderId": order["id"]})).json()
                return "order.ready" in [notification["type"] for notification in received]

            await until(told)
    finally:
        receiver.stop()
    printed = ended.said + receiver.log.read_text()
    assert secret.read_text().strip() not in printed
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600


async def test_it_may_be_run_before_every_start(stack: Stack, tmp_path: Path) -> None:
    secret, email = tmp_path / "receiver.secret", new_email()
    first = await bootstrapped(stack, secret, email=email, receiver="http://receiver:8100")
    kept = secret.read_text()
    again = await bootstrapped(stack, secret, email=email, receiver="http://elsewhere:8100/")
    assert (first.status, again.status) == (0, 0)
    assert secret.read_text() == kept
    async with await Client(stack.url).login(email, PASSWORD) as admin:
        assert await endpoints(admin) == ["http://elsewhere:8100/webhook"]


async def test_what_is_missing_or_wrong_is_named(stack: Stack, customer: Client, tmp_path: Path) -> None:
    secret, url = tmp_path / "receiver.secret", "http://receiver:8100"
    taken = customer.user["email"]
    cases = [
        (new_email(), url, {"SWAPSHOP_ADMIN_PASSWORD": ""}, "SWAPSHOP_ADMIN_PASSWORD is not set"),
        (new_email(), url, {"SWAPSHOP_ADMIN_PASSWORD": "short"}, "must have 12 to 256 bytes"),
        (new_email(), url, {"SWAPSHOP_DATABASE_URL": ""}, "SWAPSHOP_DATABASE_URL is not set"),
        (new_email(), "receiver:8100", {}, "write it like http://receiver:8100"),
        (taken, url, {}, f"{taken} belongs to a CUSTOMER"),
    ]
    for email, receiver, settings, words in cases:
        ended = await bootstrapped(stack, secret, email=email, receiver=receiver, **settings)
        assert ended.status == 1, words
        assert words in ended.complained, ended.complained
    assert not secret.exists()


async def test_a_receiver_whose_secret_is_not_there_says_who_makes_it(tmp_path: Path) -> None:
    missing = tmp_path / "receiver.secret"
    ended = await swapshop("receiver", "--port", "0", settings={"SWAPSHOP_RECEIVER_SECRETS_FILE": str(missing)})
    assert ended.status == 1
    assert str(missing) in ended.complained
    assert "swapshop bootstrap" in ended.complained
