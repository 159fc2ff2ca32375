"""Answers that never end, or would be enormous: each ends within the deadline, and memory stays what it was."""

import asyncio
import gzip
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.web.test_outbound import LOOPBACK, Names, Site, has_left, issue, running
from web.outbound import MAX_ANSWER, MAX_WIRE, Outbound

DEADLINE = 0.4
MOST_SECONDS = 8.0
MOST_MEMORY = 4 * 2**20
"""Bytes, for buffers of both ends: the site is in this process too."""
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"transfer-encoding: chunked\r\n\r\n"
DROP = 0.02  # seconds between the bytes of a drip
BOMB = 50 * 2**20

Then = Callable[[asyncio.StreamWriter], Awaitable[None]]


def pours(piece: bytes) -> Then:
    """As fast as they are taken."""

    async def pour(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(piece)
            await writer.drain()

    return pour


def drips(piece: bytes) -> Then:
    """Never silent for long, and never at an end."""

    async def drip(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(DROP)  # a slow-loris is slow

    return drip


@contextmanager
def memory_watched() -> Iterator[None]:
    """Fails when more than a little was allocated at a time."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY, f"{peak:,} bytes"


async def seconds(of: Awaitable[object]) -> float:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    await of
    return loop.time() - begun


@pytest.mark.parametrize(
    ("beginning", "then"),
    [
        (b"", drips(b"H")),
        (b"HTTP/1.1 200 ", drips(b"O")),
        (HEAD, drips(b"x: y\r\n")),
        (HEAD + b"x: ", drips(b"y")),
        (HEAD + b"content-length: 1000000\r\n\r\n", drips(b"x")),
        (HEAD + b"\r\n", drips(b"x")),
        (CHUNKED, drips(b"1\r\nx\r\n")),
        (CHUNKED + b"1;", drips(b"e")),
        (CHUNKED + b"0\r\n", drips(b"x: y\r\n")),
        (b"", drips(b"HTTP/1.1 100 Continue\r\n\r\n")),
        (b"", drips(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n")),
    ],
    ids=[
        "the first line",
        "the reason",
        "heads",
        "a head",
        "a body",
        "a body without length",
        "chunks",
        "a chunk's head",
        "trailers",
        "100 Continue",
        "103 Early Hints",
    ],
)
async def test_a_drip_ends_at_the_deadline(beginning: bytes, then: Then) -> None:
    site = Site(answer=beginning, then=then)
    async with running(site) as port, Outbound(LOOPBACK, deadline=DEADLINE) as outbound:
        with memory_watched():
            answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
        assert await has_left(site)
    assert answer.status is None
    assert answer.error is not None
    assert answer.duration_ms < MOST_SECONDS * 1000


@pytest.mark.parametrize(
    ("beginning", "then"),
    [
        (b"", pours(b"x" * 10_000)),
        (HEAD, pours(b"x: y\r\n" * 1_000)),
        (HEAD + b"x: ", pours(b"y" * 10_000)),
        (CHUNKED, pours(b"2710\r\n" + b"x" * 10_000 + b"\r\n")),
        (CHUNKED, pours(b"1\r\nx\r\n" * 1_000)),
        (CHUNKED + b"1;", pours(b"e" * 10_000)),
        (CHUNKED + b"0\r\n", pours(b"x: y\r\n" * 1_000)),
        (HEAD + b"content-length: 99999999999999\r\n\r\n", pours(b"x" * 10_000)),
        (b"", pours(b"HTTP/1.1 100 Continue\r\n\r\n" * 400)),
        (b"", pours(b"HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n" * 400)),
    ],
    ids=[
        "the first line",
        "heads",
        "a head",
        "chunks",
        "small chunks",
        "a chunk's head",
        "trailers",
        "a body",
        "100 Continue",
        "103 Early Hints",
    ],
)
async def test_a_flood_ends_long_before_the_deadline_and_is_not_kept(beginning: bytes, then: Then) -> None:
    """Reading until the deadline would keep the process from all else that it does."""
    site = Site(answer=beginning, then=then)
    async with running(site) as port, Outbound(LOOPBACK) as outbound:
        with memory_watched():
            answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
        assert await has_left(site)
    assert len(answer.body) <= MAX_ANSWER
    assert answer.duration_ms < MOST_SECONDS * 1000


async def test_a_flood_ends_over_tls_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate, tls = issue("shop.test", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    site = Site(answer=b"", then=pours(b"HTTP/1.1 100 Continue\r\n\r\n" * 400))
    async with running(site, tls) as port, Outbound(LOOPBACK, resolve=Names(["127.0.0.1"])) as outbound:
        answer = await outbound.post(f"https://shop.test:{port}/", {}, b"{}")
    assert answer.error == f"The exchange broke off: the answer is longer than {MAX_WIRE} bytes."


async def test_a_connection_is_good_for_many_answers() -> None:
    """What is too long is one answer, not all of them together."""
    body = b"x" * MAX_ANSWER
    site = Site(answer=HEAD + b"content-length: %d\r\n\r\n" % len(body) + body)
    async with running(site) as port, Outbound(LOOPBACK) as outbound:
        answers = [await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}") for _ in range(5)]
    assert [answer.body for answer in answers] == [body.decode()] * 5
    assert len(site.writers) == 1


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br, gzip", "gzip, gzip"])
async def test_a_bomb_is_kept_as_it_came(coding: str) -> None:
    packed = zlib.compress(bytes(BOMB)) if coding == "deflate" else gzip.compress(bytes(BOMB))
    packed = gzip.compress(packed) if coding == "gzip, gzip" else packed
    head = f"content-encoding: {coding}\r\ncontent-length: {len(packed)}\r\n\r\n".encode()
    async with running(Site(answer=HEAD + head + packed)) as port, Outbound(LOOPBACK) as outbound:
        with memory_watched():
            answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert answer.ok
    assert answer.body == packed[:MAX_ANSWER].decode(errors="replace")


async def test_many_that_drip_take_no_longer_than_one() -> None:
    site = Site(answer=CHUNKED, then=drips(b"1\r\nx\r\n"))
    async with running(site) as port, Outbound(LOOPBACK, deadline=DEADLINE) as outbound:
        posts = (outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}") for _ in range(100))
        assert await seconds(asyncio.gather(*posts)) < MOST_SECONDS
