"""docs/graphql.md: its examples are run, its tables are compared with the code."""

import asyncio
import contextlib
import json
import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from domain.cards import SCENARIOS
from domain.drafts import MOST_ITEMS
from domain.payment_wishes import Deadlines
from domain.sessions import MOST_LIVE
from domain.webhooks import MOST_ENDPOINTS, MOST_IN_FLIGHT
from graph import connections, documents
from graph.faults import Code
from graph.limits import Limits
from tests.docs.pages import ROOT, code, rows, section
from tests.docs.reader import run_examples
from tests.docs.shell import run_shell
from tests.support.client import Client
from tests.support.processes import EmbeddedStack, Stack
from tests.support.waiting import PATIENCE
from web import demo_data, graphql, requests
from web.outlets import TRY_AGAIN_LATER
from web.settings import Settings

PAGE = "graphql"


async def test_every_example_answers_what_the_page_says(shop: Stack) -> None:
    assert await run_examples(PAGE, shop.url) >= 12


async def test_every_command_prints_what_the_page_says(shop: Stack) -> None:
    await run_shell(PAGE, shop)


def test_the_codes_of_errors_are_all_there() -> None:
    told = [row[0] for row in rows(section(PAGE, "## How the shop says no"))]
    assert told == [code.value for code in Code]


def test_the_statuses_are_those_of_the_code() -> None:
    told = {int(row[0]) for row in rows(section(PAGE, "## One address"))}
    written = "".join(Path(module.__file__).read_text() for module in (graphql, requests))
    assert told == {200, 204} | {int(status) for status in re.findall(r"(?:Refusal\(|status_code=)(\d{3})", written)}


def test_the_limits_are_those_of_the_code() -> None:
    settings, limits = Settings.model_fields, Limits()
    served = re.search(r"ws_max_size=([\d_]+)", (ROOT / "web/serving.py").read_text())
    assert served
    assert {row[0]: int(row[1].replace(",", "")) for row in rows(section(PAGE, "## Limits"))} == {
        "bytes of a request over HTTP": settings["most_body"].default,
        "levels of JSON in a request": requests.DEPTH,
        "values in a request": requests.VALUES,
        "bytes of a document": documents.BYTES,
        "tokens of a document": documents.TOKENS,
        "depth of a document": limits.depth,
        "fields of a document": limits.fields,
        "fields at its root": limits.root_fields,
        "aliases": limits.aliases,
        "operations of a document": limits.operations,
        "directives on one field": limits.directives,
        "cost": limits.cost,
        "entries of a page": connections.MOST,
        "operations at a time on one websocket": settings["most_operations"].default,
        "websockets of one user at a time on one API": settings["most_sockets"].default,
        "messages a second on one websocket": settings["most_messages"].default,
        "bytes of a message on a websocket": int(served[1]),
        "items of an order": MOST_ITEMS,
        "entries of a list in a filter, ids to mark as read": connections.MOST,
        "sessions of a user": MOST_LIVE,
        "webhook endpoints of a user": MOST_ENDPOINTS,
        "deliveries on their way to one webhook endpoint": MOST_IN_FLIGHT,
    }


def test_the_numbers_of_cards_are_those_of_the_code() -> None:
    """And what is said of how long somebody waits."""
    text = section(PAGE, "## Paying")
    told = {code(row[0])[0].replace(" ", ""): code(row[1])[0] for row in rows(text) if row[0].startswith("`4")}
    assert told == SCENARIOS
    waits, day = Deadlines(), timedelta(days=1)
    assert (waits.answer, waits.card, waits.transfer) == (timedelta(minutes=5), timedelta(minutes=30), 5 * day)
    assert all(words in text.replace("\n", " ") for words in ("in 5 minutes", "30 minutes", "for 5 days"))


INIT = {"type": "connection_init"}
BAD_INIT = {**INIT, "payload": {"authorization": "Bearer not.a.token"}}
FOLLOW = {"id": "1", "type": "subscribe", "payload": {"query": "subscription { events { cursor } }"}}
MISTAKES: dict[int, tuple[object, ...]] = {
    1009: ("x" * 65_537,),
    4400: ({"type": "no such"},),
    4401: (FOLLOW,),
    4403: (BAD_INIT,),
    4408: (),
    4409: ("signed in", FOLLOW, FOLLOW),
    4429: (INIT, INIT),
}


async def test_the_close_codes_are_what_the_shop_closes_with(shop: Stack) -> None:
    told = {int(row[0]) for row in rows(section(PAGE, "#### Close codes"))}
    async with Client(shop.url) as client:
        await client.login("customer@swapshop.test", demo_data.PASSWORD)
        signed_in = {**INIT, "payload": {"authorization": f"Bearer {client.token}"}}
    found = await asyncio.gather(
        *(closed(shop, [signed_in if one == "signed in" else one for one in said]) for said in MISTAKES.values()),
        closed(shop, [], protocol="graphql-ws"),
    )
    assert found == [*MISTAKES, 4406]
    assert told == {*found, 1012, TRY_AGAIN_LATER}


async def test_a_shop_that_stops_closes_with_1012(tmp_path: Path) -> None:
    shop = EmbeddedStack(tmp_path).start()
    async with dialled(shop, "graphql-transport-ws") as socket:
        await asyncio.to_thread(shop.stop)
        assert await code_of(socket) == 1012


async def closed(shop: Stack, said: Sequence[object], *, protocol: str = "graphql-transport-ws") -> int:
    """The code that the socket is closed with after what was said on it."""
    async with dialled(shop, protocol) as socket:
        for message in said:
            await socket.send(message if isinstance(message, str) else json.dumps(message))
        return await code_of(socket)


def dialled(shop: Stack, protocol: str) -> connect:
    return connect(f"{shop.url.replace('http', 'ws', 1)}/graphql", subprotocols=[Subprotocol(protocol)], proxy=None)


async def code_of(socket: ClientConnection) -> int:
    async with asyncio.timeout(PATIENCE):
        with contextlib.suppress(ConnectionClosed):
            async for _ in socket:
                pass
    assert socket.close_code
    return socket.close_code
