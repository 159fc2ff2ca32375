"""Cards: the number and the code end in the request that brings them. All that is kept or said is looked through."""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis as RedisClient
from sqlalchemy import select
from sqlmodel import SQLModel

from domain.cards import passes_luhn
from tests.conftest import STACKS
from tests.support.client import Client
from tests.support.payments import PAY, PLACE, card, look, pay, place, placed
from tests.support.processes import EmbeddedStack, ServerStack, Stack

CANCEL = "mutation($id: ID!) { cancelOrder(id: $id) { __typename } }"
EVENTS = "{ events(first: 100) { edges { node { id type ... on PaymentEvent { payment { card { last4 } } } } } } }"


@pytest.fixture(params=STACKS)
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """A running shop that logs all it can."""
    loud = {"SWAPSHOP_LOG_LEVEL": "DEBUG", "SWAPSHOP_PROMOTE_AFTER": "60s"}
    if request.param == "embedded":
        started: Stack = EmbeddedStack(tmp_path, settings=loud).start()
    else:
        servers = request.getfixturevalue("mariadb"), request.getfixturevalue("redis")
        started = ServerStack(tmp_path, *servers, settings=loud).start()
    yield started
    started.stop()


def canary() -> str:
    """The number of an American Express card that nobody has: its code has four digits, which are rarer than three."""
    first = f"3782{random.randrange(10**10):010}"
    return next(f"{first}{last}" for last in range(10) if passes_luhn(f"{first}{last}"))


async def test_the_number_and_the_code_are_nowhere(shop: Stack, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    number, code = canary(), f"{random.randrange(2_000, 10_000)}"
    holder = f"Holder {random.randrange(10**9):09}"
    async with Client(shop.url) as buyer, monitored(shop) as heard:
        await buyer.register()
        answers = await use(buyer, number, code, holder)
        assert (await buyer.run(EVENTS))["edges"]
    said = {"answers": answers, "logs": shop.logs(), "Redis": "\n".join(heard), "tables": await tables(shop)}
    assert number[-4:] in said["tables"], "the last four digits are kept"
    for place_, text in said.items():
        assert number not in re.sub(r"[ -]", "", text), f"the number is in the {place_}"
        assert holder not in text, f"the holder is in the {place_}"
        assert not re.search(rf"(?<![\w.-]){code}(?![\w.-])", text), f"the code is in the {place_}"
    shop.stop()  # what is only in memory is written by now
    folders = [tmp_path, *([request.getfixturevalue("mariadb").folder] if isinstance(shop, ServerStack) else [])]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert files
    assert [str(path) for path in files if holds(path, number, holder)] == []


async def use(buyer: Client, number: str, code: str, holder: str) -> str:
    """A card that is taken, refused, mistyped, and sent in every wrong way; all that was answered."""
    answers: list[Any] = []
    spaced = f"{number[:4]} {number[4:10]} {number[10:]}"
    good = card(spaced, cvc=code, holder=holder)["card"]
    order = await placed(buyer, {"card": good}, idempotencyKey="k")
    answers += [order, await placed(buyer, {"card": good}, idempotencyKey="k"), await look(buyer, order["id"])]
    await buyer.run(CANCEL, id=order["id"])
    for wrong in ({"expYear": 2020}, {"cvc": f"{code}1"}, {"number": number[::-1]}, {"holder": ""}):
        method = {"card": {**good, **wrong}}
        answers += [await place(buyer, method), await pay(buyer, order["id"], method)]
    broken: list[Any] = [
        {**good, "number": int(number)},
        {**good, "expMonth": number},
        {**good, "cvc": int(code)},
        {**good, "more": number},
        {name: value for name, value in good.items() if name != "expYear"},
        f"{number} {code}",
    ]
    for one in broken:
        wanted = {"orderId": order["id"], "idempotencyKey": "b", "method": {"card": one}}
        answers += [await buyer.post(PAY, input=wanted), await buyer.post(PLACE, input={"items": [], "payment": one})]
        async with buyer.socket() as socket:
            subscribed = {"query": PAY, "variables": {"input": wanted}}
            await socket.send({"id": "1", "type": "subscribe", "payload": subscribed})
            answers.append(await socket.receive())
    literal = f'number: "{number}", expMonth: 1, expYear: 2031, cvc: "{code}", holder: "{holder}"'
    for text in (literal, literal.replace("2031", number), literal.replace(f'"{number}"', number), literal + ' "'):
        document = PAY_LITERAL.replace("CARD", text).replace("ORDER", order["id"])
        answers.append(await buyer.post(document))
    for body in (f'{{"query": "{{", "variables": {{"number": "{number}"', f'["{number}"]'):
        authorization = {"authorization": f"Bearer {buyer.token}", "content-type": "application/json"}
        answers.append((await buyer.http.post("/graphql", content=body, headers=authorization)).text)
    return str(answers)


PAY_LITERAL = """mutation { payOrder(input: { orderId: "ORDER", idempotencyKey: "l", method: { card: { CARD } } }) {
  __typename ... on Refusal { message } } }"""


@asynccontextmanager
async def monitored(shop: Stack) -> AsyncIterator[list[str]]:
    """All that Redis is told meanwhile."""
    heard: list[str] = []
    if not isinstance(shop, ServerStack):
        yield heard
        return
    client = RedisClient.from_url(shop.redis.url)
    async with client, client.monitor() as monitor:

        async def listen() -> None:
            async for command in monitor.listen():
                heard.append(str(command["command"]))

        listening = asyncio.create_task(listen())
        yield heard
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
    assert heard, "Redis was told something"


async def tables(shop: Stack) -> str:
    async with shop.looking() as database, database.reading() as rows:
        found = [
            str(row)
            for table in SQLModel.metadata.sorted_tables
            for row in (await rows.connection.execute(select(table))).all()
        ]
    return "\n".join(found)


def holds(path: Path, *secrets: str) -> bool:
    content = path.read_bytes()
    return any(secret.encode() in content for secret in secrets)


def test_a_canary_would_be_found(tmp_path: Path) -> None:
    """In a file, with other bytes around it."""
    number = canary()
    (tmp_path / "some.ibd").write_bytes(b"\x00\xff" + number.encode() + b"\x00")
    assert holds(tmp_path / "some.ibd", number)
    assert not holds(tmp_path / "some.ibd", "378200000000000")
