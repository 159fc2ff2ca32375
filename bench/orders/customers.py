"""The customers: connections that order one after the other. Only what HTTP needs, so that little is spent on them."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from uuid import UUID

from bench.orders.shops import PRICE

CREATE = """mutation CreateOrder($input: CreateOrderInput!) { createOrder(input: $input) {
  __typename ... on Order { id number status version total { amount currency } } ... on Refusal { message } } }"""
PLACED = b'"__typename":"Order"'
Bodies = Iterator[bytes]


class Refused(Exception):
    """The shop has not taken an order; the message is its answer."""


@dataclass(slots=True)
class Tally:
    """Seconds that each order took, and whether more are to be placed."""

    took: list[float] = field(default_factory=list)
    over: bool = False


def by_hand(customer: int, _articles: list[UUID], *, cash: bool) -> Bodies:
    """Orders of two articles each, described by hand."""
    for n in count():
        lines = [
            {"custom": {"product": name, "size": "M", "color": "verde", "quantity": 1, "unitPrice": str(PRICE)}}
            for name in (f"COMPLICATED-LAMP {n % 100}", f"COMPLICATED-LAMP {(n + 1) % 100}")
        ]
        yield _body(customer, n, lines, cash=cash)


def from_the_catalogue(customer: int, articles: list[UUID], *, cash: bool = True) -> Bodies:
    """Orders of two articles each, which are listed; one customer begins elsewhere than the next."""
    for n in count(7 * customer):
        chosen = (articles[n % len(articles)], articles[(n + 37) % len(articles)])
        lines = [{"listed": {"productId": str(id), "quantity": 1, "expectedPrice": str(PRICE)}} for id in chosen]
        yield _body(customer, n, lines, cash=cash)


def _body(customer: int, number: int, lines: list[dict[str, object]], *, cash: bool) -> bytes:
    key = f"{time.monotonic_ns()}-{customer}-{number}"
    order = {"idempotencyKey": key, "items": lines, **({"payment": {"cash": True}} if cash else {})}
    return json.dumps({"query": CREATE, "variables": {"input": order}}).encode()


async def order_on(port: int, token: str, bodies: Bodies, tally: Tally) -> None:
    """One connection, until it is over. Raises Refused."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = (
        f"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {token}\r\n"
        "content-type: application/json\r\naccept: application/json\r\ncontent-length: "
    ).encode()
    try:
        for body in bodies:
            if tally.over:
                return
            began = time.perf_counter()
            writer.write(b"%s%d\r\n\r\n%s" % (head, len(body), body))
            answer = await _answer(reader)
            tally.took.append(time.perf_counter() - began)
            if PLACED not in answer:
                raise Refused(answer[:500].decode(errors="replace"))
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
    return await reader.readexactly(length)


Workload = Callable[[int, list[UUID]], Bodies]
