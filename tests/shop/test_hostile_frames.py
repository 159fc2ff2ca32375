"""Hostile frames: each closes its socket with the code that the protocol has for it, or ends its operation, no more."""

import asyncio
import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.support.client import Client
from tests.support.hostile import assert_answers, raw_frame, unharmed
from tests.support.processes import Stack
from tests.support.waiting import PATIENCE

INIT = '{"type": "connection_init"}'
ID, PAYLOAD = '"id": "1"', '"payload": {"query": "{ me { id } }"}'
ALIVE = "{ __schema { queryType { name } } }"
FOLLOWING = "subscription { events { cursor } }"


@pytest.fixture(scope="module")
async def member(stack: Stack) -> AsyncIterator[Client]:
    async with Client(stack.url) as client:
        yield await client.register()


@pytest.fixture(scope="module", autouse=True)
async def nothing_happens(stack: Stack, member: Client) -> AsyncIterator[None]:
    async with unharmed(stack):
        yield


@asynccontextmanager
async def opened(stack: Stack, *subprotocols: str) -> AsyncIterator[ClientConnection]:
    url = f"{stack.url.replace('http', 'ws', 1)}/graphql"
    protocols = subprotocols or ("graphql-transport-ws",)
    async with connect(url, subprotocols=protocols, proxy=None, max_size=None) as connection:
        yield connection


async def received(connection: ClientConnection) -> AsyncIterator[str]:
    """All that comes before the connection is closed."""
    with suppress(ConnectionClosed):
        while True:
            yield str(await connection.recv())


async def code_after(connection: ClientConnection) -> int:
    """The code that the shop closes the socket with."""
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(ConnectionClosed) as closed:
            await anything_but_messages(connection)
    assert closed.value.rcvd, "it was closed without a close frame: 1006"
    assert len(closed.value.rcvd.reason.encode()) <= 123
    return int(closed.value.rcvd.code)


async def anything_but_messages(connection: ClientConnection) -> None:
    while True:
        await connection.recv()


MALFORMED: dict[str, str | bytes] = {
    "nothing": "",
    "binary": b"\x00\x01",
    "binary JSON": INIT.encode(),
    "no JSON": "hello",
    "half an object": '{"type": "ping"',
    "null": "null",
    "an array": "[]",
    "an array of messages": '[{"type": "ping"}]',
    "a number": "1e999",
    "text": '"ping"',
    "NaN": '{"type": "ping", "payload": {"a": NaN}}',
    "an array 30,000 deep": "[" * 30_000,
    "objects 9,000 deep": '{"a":' * 9_000 + "1" + "}" * 9_000,
    "a payload 40 deep": '{"type": "ping", "payload": {"a": ' + "[" * 40 + "]" * 40 + "}}",
    "a number of 30,000 digits": "9" * 30_000,
    "an id of 30,000 digits": '{"type": "complete", "id": ' + "9" * 30_000 + "}",
    "half of a surrogate pair": '{"type": "\\ud800"}',
    "half of a surrogate pair as an id": '{"type": "complete", "id": "\\ud800"}',
    "20,000 values": json.dumps({"type": "ping", "payload": {"a": [0] * 20_000}}),
    "no type": "{}",
    "a type that is null": '{"type": null}',
    "a type that is a number": '{"type": 5}',
    "a type that is an array": '{"type": ["ping"]}',
    "a type that is an object": '{"type": {}}',
    "a type that there is not": '{"type": "start"}',
    "a type of 500 characters": '{"type": "' + "ñ" * 500 + '"}',
    "a type of the server's": '{"type": "connection_ack"}',
    "next": '{"type": "next", "id": "1", "payload": {"data": null}}',
    "subscribe without an id": f'{{"type": "subscribe", {PAYLOAD}}}',
    "an id that is null": f'{{"type": "subscribe", "id": null, {PAYLOAD}}}',
    "an id that is a number": f'{{"type": "subscribe", "id": 1, {PAYLOAD}}}',
    "an id that is an object": f'{{"type": "subscribe", "id": {{}}, {PAYLOAD}}}',
    "an empty id": f'{{"type": "subscribe", "id": "", {PAYLOAD}}}',
    "an id of 1,000 characters": f'{{"type": "subscribe", "id": "{"x" * 1_000}", {PAYLOAD}}}',
    "subscribe without a payload": f'{{"type": "subscribe", {ID}}}',
    "a payload that is null": f'{{"type": "subscribe", {ID}, "payload": null}}',
    "a payload that is text": f'{{"type": "subscribe", {ID}, "payload": "x"}}',
    "a payload that is an array": f'{{"type": "subscribe", {ID}, "payload": []}}',
    "no query": f'{{"type": "subscribe", {ID}, "payload": {{}}}}',
    "a query that is null": f'{{"type": "subscribe", {ID}, "payload": {{"query": null}}}}',
    "a query that is a number": f'{{"type": "subscribe", {ID}, "payload": {{"query": 1}}}}',
    "a query that is an object": f'{{"type": "subscribe", {ID}, "payload": {{"query": {{}}}}}}',
    "variables that are an array": f'{{"type": "subscribe", {ID}, "payload": {{"query": "x", "variables": []}}}}',
    "variables that are text": f'{{"type": "subscribe", {ID}, "payload": {{"query": "x", "variables": "x"}}}}',
    "a name that is a number": f'{{"type": "subscribe", {ID}, "payload": {{"query": "x", "operationName": 1}}}}',
    "extensions that are text": f'{{"type": "subscribe", {ID}, "payload": {{"query": "x", "extensions": "x"}}}}',
    "complete without an id": '{"type": "complete"}',
    "complete with an array": '{"type": "complete", "id": ["1"]}',
    "a ping with text": '{"type": "ping", "payload": "x"}',
    "a pong with an array": '{"type": "pong", "payload": []}',
}


@pytest.mark.parametrize("frame", MALFORMED.values(), ids=MALFORMED.keys())
@pytest.mark.parametrize("known", [True, False], ids=["after the ack", "as the first"])
async def test_a_message_that_is_none_closes_with_4400(stack: Stack, frame: str | bytes, known: bool) -> None:
    async with opened(stack) as connection:
        if known:
            await connection.send(INIT)
            assert json.loads(await connection.recv()) == {"type": "connection_ack"}
        await connection.send(frame)
        assert await code_after(connection) == 4400
    await assert_answers(stack)


OUT_OF_TURN: dict[str, tuple[list[str], int]] = {
    "subscribe before the init": ([f'{{"type": "subscribe", {ID}, {PAYLOAD}}}'], 4401),
    "two inits": ([INIT, INIT], 4429),
    "a thousand inits": ([INIT] * 1_000, 4429),
    "an init with an array": (['{"type": "connection_init", "payload": []}'], 4400),
    "an init with text": (['{"type": "connection_init", "payload": "Bearer x"}'], 4400),
    "an init with a number": (['{"type": "connection_init", "payload": 1}'], 4400),
    "a token that is none": (['{"type": "connection_init", "payload": {"authorization": "Bearer x"}}'], 4403),
    "a token without its scheme": (['{"type": "connection_init", "payload": {"authorization": "x"}}'], 4403),
    "a token that is a number": (['{"type": "connection_init", "payload": {"authorization": 1}}'], 4403),
    "a token that is an object": (['{"type": "connection_init", "payload": {"authorization": {}}}'], 4403),
    "a token that is empty": (['{"type": "connection_init", "payload": {"authorization": ""}}'], 4403),
    "a frame of more than 64 KiB": ([INIT, "x" * 65_537], 1009),
    "a frame of 5 MiB": ([INIT, "x" * 5 * 2**20], 1009),
}


@pytest.mark.parametrize(("frames", "code"), OUT_OF_TURN.values(), ids=OUT_OF_TURN.keys())
async def test_a_message_out_of_turn_closes_with_its_code(stack: Stack, frames: list[str], code: int) -> None:
    async with opened(stack) as connection:
        try:
            for frame in frames:
                await connection.send(frame)
        except ConnectionClosed:
            pass  # it was closed before the last was sent
        assert await code_after(connection) == code
    await assert_answers(stack)


BROKEN: dict[str, tuple[bytes, int]] = {
    "text that is not UTF-8": (raw_frame(1, b"\xff\xfe\xfa"), 1007),
    "text that ends in the middle of a character": (raw_frame(1, "ñ".encode()[:1]), 1007),
    "text that is not UTF-8, in pieces": (raw_frame(1, b"\xc3", fin=False) + raw_frame(0, b"\x28"), 1007),
    "without a mask": (raw_frame(1, b"{}", mask=False), 1002),
    "an opcode that there is not": (raw_frame(3, b"{}"), 1002),
    "a reserved bit": (raw_frame(0x41, b"{}"), 1002),
    "a continuation of nothing": (raw_frame(0, b"{}"), 1002),
    "a new message within another": (raw_frame(1, b"{", fin=False) + raw_frame(1, b"}"), 1002),
    "a ping in pieces": (raw_frame(9, b"", fin=False), 1002),
    "a ping of 126 bytes": (raw_frame(9, b"x" * 126), 1002),
    "a length of 2^63 - 1": (raw_frame(1, b"x", length=2**63 - 1), 1009),
    "pieces of more than 64 KiB": (raw_frame(1, b"x" * 40_000, fin=False) + raw_frame(0, b"x" * 40_000), 1009),
    "a close with a code that may not be sent": (raw_frame(8, struct.pack("!H", 1005)), 1002),
    "a close of one byte": (raw_frame(8, b"\x03"), 1002),
    "a close whose reason is not UTF-8": (raw_frame(8, struct.pack("!H", 1000) + b"\xff"), 1007),
    "HTTP": (b"GET / HTTP/1.1\r\nHost: shop\r\n\r\n", 1002),
}


@pytest.mark.parametrize(("sent", "code"), BROKEN.values(), ids=BROKEN.keys())
async def test_a_frame_that_breaks_the_websocket_protocol_closes_with_its_code(
    stack: Stack, sent: bytes, code: int
) -> None:
    """RFC 6455, 7.4.1."""
    async with opened(stack) as connection:
        connection.transport.write(sent)
        assert await code_after(connection) == code
    await assert_answers(stack)


DOCUMENTS = {
    "no document": "",
    "a syntax error": "{ me { id }",
    "a syntax error with a long name": "{ me " + "x" * 5_000,
    "an unknown field": "{ nothing }",
    "several operations": "query A { me { id } } query B { me { id } }",
    "nobody's subscription": FOLLOWING,
    "a variable that is missing": "query($id: ID!) { order(id: $id) { id } }",
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
async def test_a_document_that_cannot_be_run_ends_its_operation_only(stack: Stack, document: str) -> None:
    async with Client(stack.url) as client, client.socket() as socket:
        operation = await socket.subscribe(document)
        message = await socket.receive_for(operation.id)
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] in {"BAD_USER_INPUT", "UNAUTHENTICATED"}
        assert len(message["payload"][0]["message"]) <= 501
        assert await socket.run(ALIVE) == {"queryType": {"name": "Query"}}


async def test_an_operation_that_runs_keeps_its_id_to_itself(member: Client) -> None:
    async with member.socket() as socket:
        for _ in range(2):
            await socket.send({"type": "subscribe", "id": "1", "payload": {"query": FOLLOWING}})
        assert await code_after(socket.connection) == 4409


async def test_a_socket_has_at_most_twenty_operations(member: Client) -> None:
    async with member.socket() as socket:
        following = [await socket.subscribe(FOLLOWING) for _ in range(20)]
        for one in following:
            assert (await one.next())["cursor"]
        assert await (await socket.subscribe(FOLLOWING)).error() == "RATE_LIMITED"
        await following[0].stop()
        assert (await (await socket.subscribe(FOLLOWING)).next())["cursor"]


async def test_a_client_that_never_says_who_it_is_is_closed_with_4408(stack: Stack) -> None:
    async with opened(stack) as connection:
        await connection.send('{"type": "ping"}')
        assert json.loads(await connection.recv()) == {"type": "pong"}
        assert await code_after(connection) == 4408


@pytest.mark.parametrize("subprotocol", ["graphql-ws", "mqtt"])
async def test_another_subprotocol_is_closed_with_4406(stack: Stack, subprotocol: str) -> None:
    url = f"{stack.url.replace('http', 'ws', 1)}/graphql"
    async with connect(url, additional_headers={"Sec-WebSocket-Protocol": subprotocol}, proxy=None) as connection:
        assert await code_after(connection) == 4406


async def test_clients_may_vanish_while_they_are_told(stack: Stack, member: Client) -> None:
    for _ in range(10):
        async with member.socket() as socket:
            for _ in range(10):
                await socket.subscribe(FOLLOWING)
            socket.connection.transport.abort()
    await assert_answers(stack)


async def test_a_flood_of_messages_is_answered_one_by_one_and_then_no_more(stack: Stack) -> None:
    async with opened(stack) as connection:
        await connection.send(INIT)
        assert json.loads(await connection.recv()) == {"type": "connection_ack"}
        with suppress(ConnectionClosed):
            for _ in range(2_000):
                await connection.send('{"type": "ping"}')
        answers: list[Any] = [json.loads(text) async for text in received(connection)]
        assert connection.close_code == 4429
        assert 40 <= len(answers) < 1_000
        assert answers == [{"type": "pong"}] * len(answers)
