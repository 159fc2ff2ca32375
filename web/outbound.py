"""The webhook HTTP client: posts to addresses that strangers chose, without being led anywhere else."""

import asyncio
import os
import re
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urlsplit

import httpcore

from domain.webhooks import Answer

MAX_URL = 2048
MAX_ANSWER = 64 * 1024
MAX_CONNECTIONS = 1_000
KEEPALIVE_SECONDS = 30.0
PUBLIC_PORTS = (443, 8443)
DEFAULT_PORTS = {"http": 80, "https": 443}

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

GLOBAL_UNICAST = ip_network("2000::/3")
# Global by their number, not by what answers there: relays and tunnels hide another address, and one cloud
# keeps its machines' control service on a public number.
NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments
        "192.88.99.0/24",  # 6to4 relays
        "168.63.129.16/32",  # Azure's machine control service
        "2001::/23",  # Teredo and other protocol assignments
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)
LIKE = "write it like https://example.com/hook"
HOST_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_.])?")
NETWORK_FAULTS = (
    OSError,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
)


class UrlRefused(Exception):
    """This url cannot be an endpoint; the message says which part of it and what to do instead."""


class Unreachable(Exception):
    """No connection could be made; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A url that has been read once, so that the check and the connection cannot read it differently."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> httpcore.URL:
        return httpcore.URL(scheme=self.scheme, host=self.host, port=self.port, target=self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Which addresses we may send to; by default https on the public internet."""

    private: bool = False
    loopback: bool = False

    def check(self, scheme: str, host: str, port: int, address: Address) -> None:
        """Raises UrlRefused with the sentence for the owner of the url."""
        if self.private or (self.loopback and address.is_loopback):
            return
        # The address stays unsaid: it would let strangers read the names of our own network.
        if not is_public(address):
            raise UrlRefused(
                f"The url's host {host} is not on the public internet; use a public host, "
                "or set SWAPSHOP_WEBHOOK_ALLOW_PRIVATE on a network that you trust."
            )
        if scheme != "https":
            raise UrlRefused(f"The url's scheme is {scheme}; use https.")
        if port not in PUBLIC_PORTS:
            raise UrlRefused(f"The url's port is {port}; use 443 or 8443.")


def is_public(address: Address) -> bool:
    """IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4, Teredo) are never public."""
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    if address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    return address.is_global and not any(address in network for network in NOT_PUBLIC)


def read_target(url: str) -> Target:
    """Raises UrlRefused for what no setting allows."""
    if len(url) > MAX_URL:
        raise UrlRefused(f"The url is {len(url)} characters long; use at most {MAX_URL}.")
    # urlsplit drops tabs and line ends and keeps backslashes: what it would read is not what is written.
    if not re.fullmatch(r"[!-\[\]-~]*", url):
        raise UrlRefused("The url has a space, a backslash or a character beyond ASCII; percent-encode it.")
    parts = _split(url)
    return Target(
        scheme=parts.scheme,
        host=_host(parts),
        port=_port(parts),
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UrlRefused(f"The url's host is not well formed; {LIKE}.") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise UrlRefused(f"The url's scheme is {parts.scheme or 'missing'}; use https.")
    if "@" in parts.netloc:
        raise UrlRefused("The url has a user name or a password; remove it and verify the signature instead.")
    if "#" in url:
        raise UrlRefused("The url has a fragment; remove the # and what follows it.")
    return parts


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not host:
        raise UrlRefused(f"The url has no host; {LIKE}.")
    if not (_is_ipv6(host) if "[" in parts.netloc else HOST_NAME.fullmatch(host)):
        raise UrlRefused(f"The url's host {host} is not a host name; {LIKE}.")
    return host


def _is_ipv6(host: str) -> bool:
    try:
        return isinstance(ip_address(host), IPv6Address)
    except ValueError:
        return False


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise UrlRefused("The url's port is not between 1 and 65535; leave it out or use 443 or 8443.")
    return port or DEFAULT_PORTS[parts.scheme]


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Every address of the host, best first, as the operating system resolves it.

    Each name is looked up in a thread of its own: a few silent name servers would fill a pool that all share.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[Sequence[str]] = loop.create_future()

    def look() -> None:
        try:
            addresses = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
            answer = partial(_give, found, addresses)
        except (OSError, UnicodeError) as fault:
            answer = partial(_give, found, fault)
        with suppress(RuntimeError):  # the loop was closed while we waited
            loop.call_soon_threadsafe(answer)

    threading.Thread(target=look, name=f"looks up {host}", daemon=True).start()
    return await found


def _give(future: "asyncio.Future[Sequence[str]]", answer: Sequence[str] | Exception) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The one way from a name to addresses we may connect to."""

    reach: Reach
    resolve: Resolver

    async def addresses(self, scheme: str, host: str, port: int) -> list[Address]:
        """One refused address refuses the name: a server could choose which one we are given next time."""
        found = await self._resolved(host, port)
        for address in found:
            self.reach.check(scheme, host, port, address)
        return found

    async def _resolved(self, host: str, port: int) -> list[Address]:
        try:
            found = [ip_address(address) for address in await self.resolve(host, port)]
        except (OSError, UnicodeError):
            found = []
        if not found:
            raise UrlRefused(f"The url's host {host} does not resolve; check its name in the DNS.")
        return list(dict.fromkeys(found))


class Stream(httpcore.AsyncNetworkStream):
    """A connection that a TLS handshake cut short closes too: httpcore's own would stay open for ever."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
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
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
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
        status, error, text = None, None, ""
        try:
            async with asyncio.timeout(self._deadline):
                status, text = await self._exchange(read_target(url), headers, body)
        except TimeoutError:
            error = f"No complete answer within {self._deadline:g} s."
        except (UrlRefused, Unreachable) as fault:
            error = str(fault)
        except NETWORK_FAULTS as fault:
            error = f"The exchange broke off: {_reason(fault)}."
        duration_ms = round((time.perf_counter() - started) * 1000)
        return Answer(status=status, error=error, body=text, duration_ms=duration_ms)

    async def _exchange(self, target: Target, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        # Compressed answers are neither asked for nor unpacked: a few bytes could become gigabytes.
        ours = {"host": target.authority, "accept-encoding": "identity"}
        sent = {name.lower(): value for name, value in headers.items()} | ours
        async with (
            self._connections.to(target) as connection,
            connection.stream("POST", target.url, headers=list(sent.items()), content=body) as response,
        ):
            return response.status, await _beginning(response.aiter_stream())


async def _beginning(stream: AsyncIterable[bytes]) -> str:
    """At most MAX_ANSWER bytes; leaving before the end makes httpcore drop the connection."""
    read = bytearray()
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
