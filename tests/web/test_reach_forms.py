"""More of what strangers write to get inside: other spellings of addresses, and names that move."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address

import pytest

from tests.web.test_outbound import HOSTILE, LOOPBACK, OK, PUBLIC, Names, Site, has_left, running
from web.outbound import Outbound
from web.reach import Reach, is_public

CLOSING = OK.replace(b"content-length", b"connection: close\r\ncontent-length")
MORE = [
    "127.0.1",
    "127.0.0.01",
    "0177.1",
    "00000177.0.0.1",
    "0x7f.0x0.0x0.0x1",
    "0x7F000001",
    "0x0000007f000001",
    "127.255.255.254",
    "127.0.0.1.nip.test",  # what the resolver says is below
    "localhost.",
    "localhost.localdomain",
    "ip6-localhost",
    "0.0",
    "0x0",
    "00",
    "0.1.2.3",
    "10.1",
    "012.1.2.3",
    "0xA000001",
    "167772161",
    "172.31.255.255",
    "0xac.0x10.1",
    "2886729729",
    "192.168.257",
    "0300.0250.1.1",
    "100.127.255.254",
    "169.254.170.2",
    "169.254.43518",
    "0251.0376.0251.0376",
    "192.0.0.170",
    "198.19.255.255",
    "198.51.100.7",
    "239.255.255.250",
    "233.252.0.1",
    "250.1.1.1",
    "4294967295",
    "[::2]",
    "[::ffff:10.0.0.1]",
    "[::ffff:0a00:0001]",
    "[::ffff:169.254.169.254]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::10.0.0.1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1:a9fe:a9fe::]",
    "[2002:a00:1::]",
    "[2002:a9fe:a9fe::1]",
    "[2001::1]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[2001:db8:ffff::1]",
    "[fe80::a9fe:a9fe]",
    "[febf::1]",
    "[fd00::1]",
    "[fdff:ffff::1]",
    "[ff01::1]",
    "[ff05::2]",
    "[ff0e::1]",
    "[100:0:0:1::1]",
]
"""Beside those of test_outbound."""
PUBLIC_ADDRESSES = ["8.8.8.8", "93.184.216.34", "172.15.0.1", "172.32.0.1", "100.63.0.1", "2606:4700::1111", "2a00::1"]


class Resolving:
    """Names of ours, and the operating system's reading of numbers; nothing goes to a name server."""

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        if host.endswith((".test", "localdomain", "ip6-localhost")):
            return ["127.0.0.1"]
        loop = asyncio.get_running_loop()
        return [str(one[4][0]) for one in await loop.getaddrinfo(host, port)]


@pytest.fixture(scope="module")
async def strict() -> AsyncIterator[Outbound]:
    async with Outbound(Reach(), resolve=Resolving()) as outbound:
        yield outbound


def test_there_are_at_least_eighty_forms() -> None:
    assert len({*HOSTILE, *MORE}) >= 80
    assert not set(HOSTILE) & set(MORE)


@pytest.mark.parametrize("host", MORE)
async def test_another_form_of_a_hostile_address_is_refused_before_and_while_sending(
    strict: Outbound, host: str
) -> None:
    reason = await strict.refusal(f"https://{host}/hook")
    answer = await strict.post(f"https://{host}/hook", {}, b"{}")
    assert reason is not None
    assert reason.startswith("The url's host ")
    assert (answer.status, answer.error) == (None, reason)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_what_lies_beside_a_private_network_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("inside", ["10.0.0.7", "169.254.169.254", "192.168.1.1", "fd00::7", "::ffff:10.0.0.1"])
async def test_a_name_that_moves_between_two_posts_is_looked_at_again(inside: str) -> None:
    site, names = Site(answer=CLOSING), Names(["127.0.0.1"], [inside])
    async with running(site) as port, Outbound(LOOPBACK, resolve=names) as outbound:
        first = await outbound.post(f"http://evil.test:{port}/", {}, b"{}")
        second = await outbound.post(f"http://evil.test:{port}/", {}, b"{}")
    assert (first.error, first.status) == (None, 200)
    assert "is not on the public internet" in (second.error or "")
    assert names.asked == ["evil.test", "evil.test"]
    assert len(site.requests) == 1


async def test_a_name_that_moves_after_the_check_is_refused_at_each_send() -> None:
    """And what it is refused for is the address that is connected to: the name is not resolved a second time."""
    site, names = Site(), Names([PUBLIC], ["127.0.0.1"])
    async with running(site), Outbound(Reach(), resolve=names) as outbound:
        assert await outbound.refusal("https://evil.test/hook") is None
        for _ in range(3):
            assert "is not on the public internet" in ((await outbound.post("https://evil.test/", {}, b"")).error or "")
    assert names.asked == ["evil.test"] * 4
    assert site.writers == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 300])
async def test_no_kind_of_redirect_is_followed(status: int) -> None:
    inside = Site()
    async with running(inside) as secret, Outbound(LOOPBACK) as outbound:
        moved = f"HTTP/1.1 {status} Moved\r\nlocation: http://127.0.0.1:{secret}/\r\ncontent-length: 0\r\n\r\n"
        async with running(Site(answer=moved.encode())) as port:
            answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert (answer.status, answer.ok) == (status, False)
    assert inside.writers == []


async def test_an_upgrade_to_another_protocol_is_no_success_and_closes_the_connection() -> None:
    site = Site(answer=b"HTTP/1.1 101 Switching\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n")
    async with running(site) as port, Outbound(LOOPBACK, deadline=1) as outbound:
        answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
        assert await has_left(site)
    assert not answer.ok
