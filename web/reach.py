"""Where webhooks may go: addresses that strangers chose, judged by what they resolve to."""

import asyncio
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

import httpcore

MAX_URL = 2048
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
