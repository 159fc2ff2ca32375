"""The webhook HTTP client: posts to addresses that strangers chose, without being led anywhere else."""

import asyncio
import os
import ssl
import time
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import httpcore

from domain.clock import now
from domain.deliveries import Answer
from web.reach import Gate, Reach, Resolver, Target, Unreachable, UrlRefused, read_target, system_resolver

MAX_ANSWER = 64 * 1024
MAX_WIRE = 2 * MAX_ANSWER
"""Bytes of an answer with heads and chunk marks: an endless row of either costs no more than this."""
AT_ONCE = 4 * 1024
"""Bytes that are looked at before others have their turn: in small chunks, 64 KiB took 0.4 s."""
MAX_CONNECTIONS = 1_000
KEEPALIVE_SECONDS = 30.0
NETWORK_FAULTS = (
    OSError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
)


class TooLong(httpcore.ReadError):
    """The answer has more bytes than anybody needs to say yes or no."""


class Stream(httpcore.AsyncNetworkStream):
    """A connection that a TLS handshake cut short closes too: httpcore's own would stay open for ever.

    It reads no more than MAX_WIRE after each write, and raises TooLong for what follows.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._left = MAX_WIRE

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._left <= 0:
            raise TooLong(f"the answer is longer than {MAX_WIRE} bytes")
        read = await self._stream.read(min(max_bytes, AT_ONCE), timeout)
        self._left -= len(read)
        return read

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._left = MAX_WIRE
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return Stream(await self._stream.start_tls(ssl_context, server_hostname, timeout))
        except BaseException:
            await self.aclose()
            raise

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to the very addresses that were checked: a name cannot point elsewhere a moment later."""

    def __init__(self, *, scheme: str, gate: Gate, patience: float) -> None:
        self._scheme = scheme
        self._gate = gate
        self._patience = patience
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(self, host: str, port: int, *_: object, **_options: object) -> httpcore.AsyncNetworkStream:
        addresses = await self._gate.addresses(self._scheme, host, port)
        # One silent address must leave time for the next: a broken IPv6 route is the usual case.
        share = self._patience / (len(addresses) + 1)
        fault: Exception | None = None
        for address in addresses:
            try:
                return Stream(await self._network.connect_tcp(str(address), port, timeout=share))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                fault = error
        raise Unreachable(f"No connection to {host}:{port}: {_reason(fault)}.")


class Connections:
    """Connections that are kept for the next post to the same place.

    httpcore's own pool looks at all its connections many times for each request: with 100 posts at once it
    made 50 a second, and these make 2,500.
    """

    def __init__(self, *, gate: Gate, patience: float) -> None:
        self._gate = gate
        self._patience = patience
        self._tls = httpcore.default_ssl_context()
        self._room = asyncio.Semaphore(MAX_CONNECTIONS)
        self._kept: deque[httpcore.AsyncHTTPConnection] = deque()  # the longest unused first

    @asynccontextmanager
    async def to(self, target: Target) -> AsyncIterator[httpcore.AsyncHTTPConnection]:
        async with self._room:
            connection = await self._take(target.url.origin) or self._new(target)
            try:
                yield connection
            finally:
                await self._put_back(connection)

    async def _take(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection | None:
        while (connection := self._newest(origin)) is not None:
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return None

    def _newest(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection | None:
        for connection in reversed(self._kept):
            if connection.can_handle_request(origin):
                self._kept.remove(connection)
                return connection
        return None

    def _new(self, target: Target) -> httpcore.AsyncHTTPConnection:
        return httpcore.AsyncHTTPConnection(
            origin=target.url.origin,
            ssl_context=self._tls,
            keepalive_expiry=KEEPALIVE_SECONDS,
            network_backend=GuardedBackend(scheme=target.scheme, gate=self._gate, patience=self._patience),
        )

    async def _put_back(self, connection: httpcore.AsyncHTTPConnection) -> None:
        if not connection.is_available():
            await connection.aclose()
            return
        self._kept.append(connection)
        while self._kept and (len(self._kept) > MAX_CONNECTIONS or self._kept[0].has_expired()):
            await self._kept.popleft().aclose()

    async def aclose(self) -> None:
        while self._kept:
            await self._kept.pop().aclose()


class Outbound:
    """Use it as `async with Outbound(Reach()) as outbound`; any number of posts may run at once."""

    def __init__(self, reach: Reach, *, deadline: float = 15.0, resolve: Resolver = system_resolver) -> None:
        """`deadline` covers one post as a whole, the wait for a free connection included, in seconds."""
        self._deadline = deadline
        self._gate = Gate(reach=reach, resolve=resolve)
        self._connections = Connections(gate=self._gate, patience=deadline)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connections.aclose()

    async def refusal(self, url: str) -> str | None:
        """Why this url cannot be an endpoint and what to do about it, or None when it can."""
        try:
            target = read_target(url)
            async with asyncio.timeout(self._deadline):
                await self._gate.addresses(target.scheme, target.host, target.port)
        except UrlRefused as refused:
            return str(refused)
        except TimeoutError:
            return "The url's host could not be resolved in time; check its DNS servers and try again."
        return None

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Never raises for a fault of the url or the network: the answer's `error` says what went wrong."""
        started = time.perf_counter()
        status, error, text, wish = None, None, "", None
        try:
            async with asyncio.timeout(self._deadline):
                status, text, wish = await self._exchange(read_target(url), headers, body)
        except TimeoutError:
            error = f"No complete answer within {self._deadline:g} s."
        except (UrlRefused, Unreachable) as fault:
            error = str(fault)
        except NETWORK_FAULTS as fault:
            error = f"The exchange broke off: {_reason(fault)}."
        duration_ms = round((time.perf_counter() - started) * 1000)
        return Answer(status=status, error=error, body=text, duration_ms=duration_ms, retry_after=wish)

    async def _exchange(
        self, target: Target, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str, timedelta | None]:
        # Compressed answers are neither asked for nor unpacked: a few bytes could become gigabytes.
        ours = {"host": target.authority, "accept-encoding": "identity"}
        sent = {name.lower(): value for name, value in headers.items()} | ours
        async with (
            self._connections.to(target) as connection,
            connection.stream("POST", target.url, headers=list(sent.items()), content=body) as response,
        ):
            return response.status, await _beginning(response.aiter_stream()), retry_after(response.headers)


def retry_after(headers: Sequence[tuple[bytes, bytes]]) -> timedelta | None:
    """`Retry-After` (RFC 9110, 10.2.3): seconds, or a date; None for anything else, and for what has passed."""
    text = next((value.decode("latin-1").strip() for name, value in headers if name.lower() == b"retry-after"), "")
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
        left = at.astimezone(UTC) - now() if at.tzinfo else timedelta(0)
    except (ValueError, OverflowError):  # the latter for a zone, or a year, that there is not
        return None
    return left if left > timedelta(0) else None


async def _beginning(stream: AsyncIterable[bytes]) -> str:
    """At most MAX_ANSWER bytes; leaving before the end makes httpcore drop the connection."""
    read = bytearray()
    with suppress(TooLong):  # in small chunks, or with trailers: what there is of it is enough
        async for chunk in stream:
            read += chunk
            if len(read) > MAX_ANSWER:
                break
    return bytes(read[:MAX_ANSWER]).decode(errors="replace")


def _reason(fault: BaseException | None) -> str:
    """The operating system's or the TLS library's own words; the wrappers around them say less."""
    match _innermost(fault):
        case ssl.SSLCertVerificationError(verify_message=words):
            return str(words).rstrip(".")
        case TimeoutError() | httpcore.TimeoutException():
            return "timed out"
        case OSError(errno=int(number)) as error if not isinstance(error, ssl.SSLError):
            return os.strerror(number)
        case error:
            return str(error).rstrip(".") or type(error).__name__


def _innermost(fault: BaseException | None) -> BaseException | None:
    if fault is None:
        return None
    wrapped = next((arg for arg in fault.args if isinstance(arg, BaseException)), None)
    inner = fault.__cause__ or wrapped
    return _innermost(inner) if inner else fault
