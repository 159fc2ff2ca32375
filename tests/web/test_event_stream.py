"""What a client of server-sent events is still to be sent: little of it waits, and silence is broken."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from domain.events import Place
from graph.faults import Code
from graph.scalars import write_cursor
from tests.support.waiting import PATIENCE
from web import sse
from web.sse import EventStream

HERE, NEXT = Place(position=7, mark=b"here"), Place(position=8, mark=b"next")
BIG = b'{"data":"%b"}' % (b"x" * 40_000)


async def taken(chunks: AsyncIterator[bytes]) -> str:
    async with asyncio.timeout(PATIENCE):
        return (await anext(chunks)).decode()


async def test_a_message_is_an_event_with_its_cursor_as_id() -> None:
    stream = EventStream()
    assert stream.push(b'{"data":1}', HERE)
    assert stream.push(b'{"data":2}', NEXT)
    said = [f'event: next\nid: {write_cursor(place)}\ndata: {{"data":{n}}}\n\n' for n, place in ((1, HERE), (2, NEXT))]
    assert await taken(stream.chunks()) == "".join(said)


async def test_silence_is_broken_by_a_comment_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT", 0.02)
    stream = EventStream()
    chunks = stream.chunks()
    assert [await taken(chunks) for _ in range(3)] == [":\n\n"] * 3
    stream.push(b"{}", HERE)
    assert "data: {}" in await taken(chunks)
    assert await taken(chunks) == ":\n\n"


async def test_what_is_not_taken_makes_no_room_until_it_is() -> None:
    stream = EventStream()
    assert stream.push(BIG, HERE)
    assert stream.push(BIG, HERE)  # the one with which it is full
    assert not stream.push(b"{}", NEXT)
    waiting = asyncio.create_task(stream.room())
    chunks = stream.chunks()
    assert (await taken(chunks)).count("event: next") == 2  # and what was refused is not among them
    async with asyncio.timeout(PATIENCE):
        await waiting
    assert stream.push(b"{}", NEXT)
    assert write_cursor(NEXT) in await taken(chunks)


async def test_one_that_is_given_up_is_told_from_where_to_go_on_and_nothing_after() -> None:
    stream = EventStream()
    stream.push(b"{}", HERE)
    stream.give_up(HERE)
    await stream.end(Code.SESSION_REVOKED, "once is enough")
    async with asyncio.timeout(PATIENCE):
        said = b"".join([chunk async for chunk in stream.chunks()]).decode()
    _, error, complete = said.strip("\n").split("\n\n")
    [told] = json.loads(error.partition("data: ")[2])["errors"]
    assert told["extensions"] == {"code": "SLOW_CONSUMER", "cursor": write_cursor(HERE)}
    assert complete == "event: complete\ndata:"
