"""The webhook HTTP client against real servers on this machine, and against urls that mean harm."""

import asyncio
import datetime
import gzip
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.waiting import PATIENCE
from web.outbound import MAX_ANSWER, Outbound
from web.reach import Reach, read_target, system_resolver

LOOPBACK = Reach(loopback=True)
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nthanks"
PUBLIC, PUBLIC_IPV6 = "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"


@dataclass
class Site:
    """A web server that keeps what came and answers what it is told to."""

    answer: bytes = OK
    then: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None
    requests: list[tuple[str, bytes]] = field(default_factory=list)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        try:
            while True:
                await self._answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.left.set()
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().split("content-length: ")[1].split("\r\n")[0])
        self.requests.append((head, await reader.readexactly(length)))
        self.asked.set()
        writer.write(self.answer)
        if self.then is not None:
            await self.then(writer)
        await writer.drain()


@asynccontextmanager
async def running(site: Site, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


class Names:
    """A name server that gives another answer each time it is asked; the last one stays."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture(scope="module")
async def strict() -> AsyncIterator[Outbound]:
    """Only the public internet, by the operating system's own reading of names and numbers."""
    async with Outbound(Reach()) as outbound:
        yield outbound


@pytest.fixture(scope="module")
async def gullible() -> AsyncIterator[Outbound]:
    """Only the public internet, where every name is."""
    async with Outbound(Reach(), resolve=Names([PUBLIC, PUBLIC_IPV6])) as outbound:
        yield outbound


@pytest.fixture(scope="module")
async def embedded() -> AsyncIterator[Outbound]:
    """The public internet and this machine."""
    async with Outbound(LOOPBACK) as outbound:
        yield outbound


async def has_left(site: Site) -> bool:
    async with asyncio.timeout(PATIENCE):
        return await site.left.wait()


async def test_a_post_arrives_as_it_was_sent() -> None:
    site = Site()
    async with running(site) as port, Outbound(LOOPBACK) as outbound:
        headers = {"Webhook-Id": "evt_1", "content-type": "application/json"}
        answer = await outbound.post(f"http://127.0.0.1:{port}/hook?shop=1", headers, b'{"a":1}')
    head, body = site.requests[0]
    assert (answer.status, answer.error, answer.body, answer.ok) == (200, None, "thanks", True)
    assert head.startswith("POST /hook?shop=1 HTTP/1.1\r\n")
    assert {"webhook-id: evt_1", "accept-encoding: identity", f"host: 127.0.0.1:{port}"} <= set(head.split("\r\n"))
    assert body == b'{"a":1}'
    assert answer.duration_ms >= 0


async def test_a_redirect_is_not_followed() -> None:
    inside = Site()
    async with running(inside) as secret, Outbound(LOOPBACK) as outbound:
        moved = f"HTTP/1.1 307 Moved\r\nlocation: http://127.0.0.1:{secret}/\r\ncontent-length: 0\r\n\r\n"
        async with running(Site(answer=moved.encode())) as port:
            answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert (answer.status, answer.ok, answer.error) == (307, False, None)
    assert inside.requests == []


@pytest.mark.parametrize(
    "beginning",
    [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"],
    ids=["nothing", "half a head", "half a body"],
)
async def test_a_slow_answer_ends_at_the_deadline_and_closes_the_connection(beginning: bytes) -> None:
    site = Site(answer=beginning)
    async with running(site) as port, Outbound(LOOPBACK, deadline=0.2) as outbound:
        answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
        assert await has_left(site)
    assert (answer.status, answer.error) == (None, "No complete answer within 0.2 s.")
    assert 150 <= answer.duration_ms < 3000


async def test_an_endless_body_is_cut_and_the_connection_dropped() -> None:
    async def pour(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()

    site = Site(answer=b"HTTP/1.1 200 OK\r\n\r\n", then=pour)
    async with running(site) as port, Outbound(LOOPBACK) as outbound:
        answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
        assert await has_left(site)
    assert answer.ok
    assert answer.body == "x" * MAX_ANSWER


async def test_a_gzip_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b"\0" * 20_000_000)
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(bomb)}\r\n\r\n"
    async with running(Site(answer=head.encode() + bomb)) as port, Outbound(LOOPBACK) as outbound:
        answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert answer.body == bomb.decode(errors="replace")


async def test_a_refused_connection_is_an_answer() -> None:
    async with running(Site()) as port:
        pass
    async with Outbound(LOOPBACK) as outbound:
        answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert answer.status is None
    assert answer.error == f"No connection to 127.0.0.1:{port}: Connection refused."


@pytest.mark.parametrize("garbage", [b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 99_999])
async def test_what_is_not_http_is_an_error(garbage: bytes) -> None:
    async with running(Site(answer=garbage)) as port, Outbound(LOOPBACK) as outbound:
        answer = await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")
    assert answer.status is None
    assert (answer.error or "").startswith("The exchange broke off: ")


async def test_many_posts_run_at_once_and_share_connections() -> None:
    site = Site()
    async with running(site) as port, Outbound(LOOPBACK) as outbound:
        url = f"http://127.0.0.1:{port}/"
        for _ in range(2):
            answers = await asyncio.gather(*(outbound.post(url, {}, b"%d" % n) for n in range(150)))
            assert all(answer.ok for answer in answers)
    assert {body for _, body in site.requests} == {b"%d" % n for n in range(150)}
    assert len(site.writers) <= 150


async def test_a_connection_that_the_receiver_closed_is_not_used_again() -> None:
    site = Site()
    async with running(site) as port, Outbound(LOOPBACK) as outbound:
        for _ in range(3):
            assert (await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")).error is None
            site.writers[-1].close()
            await site.writers[-1].wait_closed()
    assert len(site.writers) == 3


async def test_a_cancelled_post_lets_go_of_its_connection() -> None:
    site = Site(answer=b"")
    async with running(site) as port, Outbound(LOOPBACK) as outbound:
        post = asyncio.create_task(outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}"))
        async with asyncio.timeout(PATIENCE):
            await site.asked.wait()
        post.cancel()
        with pytest.raises(asyncio.CancelledError):
            await post
        assert await has_left(site)


async def test_proxies_from_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    async with running(Site()) as port, Outbound(LOOPBACK) as outbound:
        assert (await outbound.post(f"http://127.0.0.1:{port}/", {}, b"{}")).ok


async def test_a_name_is_resolved_once_for_all_posts_of_a_connection() -> None:
    site, names = Site(), Names(["127.0.0.1"])
    async with running(site) as port, Outbound(LOOPBACK, resolve=names) as outbound:
        for _ in range(3):
            assert (await outbound.post(f"http://shop.test:{port}/", {}, b"{}")).ok
    assert names.asked == ["shop.test"]
    assert f"host: shop.test:{port}" in site.requests[0][0]


async def test_the_next_address_is_tried_when_one_refuses() -> None:
    names = Names(["127.0.0.2", "127.0.0.1"])
    async with running(Site()) as port, Outbound(LOOPBACK, resolve=names) as outbound:
        assert (await outbound.post(f"http://shop.test:{port}/", {}, b"{}")).ok


async def test_a_name_that_moves_inside_after_the_check_is_not_followed() -> None:
    site = Site()
    async with running(site), Outbound(Reach(), resolve=Names([PUBLIC], ["127.0.0.1"])) as outbound:
        assert await outbound.refusal("https://evil.test/hook") is None
        answer = await outbound.post("https://evil.test/hook", {}, b"{}")
    assert answer.status is None
    assert "is not on the public internet" in (answer.error or "")
    assert site.writers == []


async def test_a_name_that_moves_outside_is_not_sent_to_without_tls() -> None:
    async with Outbound(LOOPBACK, resolve=Names(["127.0.0.1"], [PUBLIC])) as outbound:
        assert await outbound.refusal("http://evil.test/hook") is None
        answer = await outbound.post("http://evil.test/hook", {}, b"{}")
    assert answer.error == "The url's scheme is http; use https."


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "fd00::7"])
async def test_one_private_address_among_public_ones_refuses_the_name(inside: str) -> None:
    async with Outbound(Reach(), resolve=Names([PUBLIC, inside])) as outbound:
        assert "not on the public internet" in (await outbound.refusal("https://evil.test/") or "")
        assert (await outbound.post("https://evil.test/", {}, b"{}")).status is None


HOSTILE = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0x7f000001",
    "0X7F.0.0.1",
    "017700000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "localhost",
    "LOCALHOST",
    "0.0.0.0",
    "0",
    "10.0.0.1",
    "0xa.1",
    "172.16.0.1",
    "192.168.1.1",
    "3232235777",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:8.8.8.8]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::8.8.8.8]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2002:808:808::]",
    "[2001:0:7f00:1::]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[100::1]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fec0::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "[5f00::1]",
    "[4000::1]",
]


@pytest.mark.parametrize("host", HOSTILE)
async def test_a_hostile_address_is_refused_before_and_while_sending(strict: Outbound, host: str) -> None:
    reason = await strict.refusal(f"https://{host}/hook")
    answer = await strict.post(f"https://{host}/hook", {}, b"{}")
    assert reason is not None
    assert reason.startswith("The url's host ")
    assert (answer.status, answer.error) == (None, reason)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "The url's scheme is missing; use https."),
        ("example.com/hook", "The url's scheme is missing; use https."),
        ("file:///etc/passwd", "The url's scheme is file; use https."),
        ("gopher://example.com/_x", "The url's scheme is gopher; use https."),
        ("http://example.com/", "The url's scheme is http; use https."),
        ("https:///hook", "The url has no host; write it like https://example.com/hook."),
        ("https://:443/", "The url has no host; write it like https://example.com/hook."),
        ("https://[::1/", "The url's host is not well formed; write it like https://example.com/hook."),
        ("https://a!b.com/", "The url's host a!b.com is not a host name; write it like https://example.com"),
        ("https://%31%32%37.0.0.1/", "The url's host %31%32%37.0.0.1 is not a host name; write it like "),
        ("https://me:pw@example.com/", "The url has a user name or a password; remove it"),
        ("https://example.com@127.0.0.1/", "The url has a user name or a password; remove it"),
        ("https://example.com/#top", "The url has a fragment; remove the # and what follows it."),
        ("https://example.com/#", "The url has a fragment; remove the # and what follows it."),
        ("https://example.com:22/", "The url's port is 22; use 443 or 8443."),
        ("https://example.com:0/", "The url's port is not between 1 and 65535;"),
        ("https://example.com:99999/", "The url's port is not between 1 and 65535;"),
        ("https://example.com:x/", "The url's port is not between 1 and 65535;"),
        ("https://exa\tmple.com/", "The url has a space, a backslash or a character beyond ASCII;"),
        (" https://example.com/", "The url has a space, a backslash or a character beyond ASCII;"),
        ("https://example.com/\r\nx: y", "The url has a space, a backslash or a character beyond ASCII;"),
        ("https://example.com\\@127.0.0.1/", "The url has a space, a backslash or a character beyond ASCII;"),
        ("https://ⓛocalhost/", "The url has a space, a backslash or a character beyond ASCII;"),
        ("https://127。0。0。1/", "The url has a space, a backslash or a character beyond ASCII;"),
        ("https://example.com/" + "a" * 2048, "The url is 2068 characters long; use at most 2048."),
    ],
)
async def test_a_malformed_url_is_refused_with_the_part_and_the_next_step(
    gullible: Outbound, url: str, sentence: str
) -> None:
    assert (await gullible.refusal(url) or "").startswith(sentence)
    assert (await gullible.post(url, {}, b"{}")).status is None


@pytest.mark.parametrize("host", ["a..example.com", "x" * 64 + ".com", "nothing-here.invalid"])
async def test_a_name_that_does_not_resolve_is_refused(host: str) -> None:
    async def fails(host: str, port: int) -> Sequence[str]:
        if host.endswith(".invalid"):
            raise OSError("Name or service not known")
        return await system_resolver(host, port)

    async with Outbound(Reach(), resolve=fails) as outbound:
        reason = await outbound.refusal(f"https://{host}/")
    assert reason == f"The url's host {host} does not resolve; check its name in the DNS."


async def test_a_name_server_that_stays_silent_is_given_up() -> None:
    async def silent(host: str, port: int) -> Sequence[str]:
        return await asyncio.Future()

    async with Outbound(Reach(), deadline=0.05, resolve=silent) as outbound:
        assert "could not be resolved in time" in (await outbound.refusal("https://example.com/") or "")
        assert (await outbound.post("https://example.com/", {}, b"")).error is not None


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com/",
        "HTTPS://EXAMPLE.COM:443/a?b=c%20d",
        "https://example.com:8443/",
        "https://my_host.example.com./",
        "https://xn--bcher-kva.example/",
    ],
)
async def test_a_public_https_url_may_be_an_endpoint(gullible: Outbound, url: str) -> None:
    assert await gullible.refusal(url) is None


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8001/webhook", True),
        ("http://localhost:8001/webhook", True),
        ("https://[::1]:9999/", True),
        ("http://10.0.0.1/", False),
        ("http://0.0.0.0:8001/", False),
        ("http://169.254.169.254/", False),
        ("http://8.8.8.8/", False),
        ("https://8.8.8.8:22/", False),
        ("https://8.8.8.8/", True),
    ],
)
async def test_the_embedded_reach_is_loopback_beside_the_public_internet(
    embedded: Outbound, url: str, allowed: bool
) -> None:
    assert (await embedded.refusal(url) is None) is allowed


@pytest.mark.parametrize("url", ["http://10.0.0.1:81/", "http://[::ffff:127.0.0.1]/", "http://169.254.1.2/"])
async def test_a_trusted_network_allows_any_address_and_port(url: str) -> None:
    async with Outbound(Reach(private=True)) as outbound:
        assert await outbound.refusal(url) is None


def test_an_ipv6_host_keeps_its_brackets_in_the_host_header() -> None:
    assert read_target("http://[::1]:8001/").authority == "[::1]:8001"
    assert read_target("https://[::1]/").authority == "[::1]"


# TLS


def issue(name: str, folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for the name: where it lies, and a server that shows it."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "public.pem", folder / "private.pem"
    public.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    no_password = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, pkcs8, no_password))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(public, private)
    return public, server


@pytest.fixture
def certified(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    public, server = issue("shop.test", tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    return server


async def test_the_certificate_and_the_server_name_are_those_of_the_url(certified: ssl.SSLContext) -> None:
    asked: list[str | None] = []
    certified.sni_callback = lambda _, name, __: asked.append(name)
    site = Site()
    async with running(site, certified) as port, Outbound(LOOPBACK, resolve=Names(["127.0.0.1"])) as outbound:
        answer = await outbound.post(f"https://shop.test:{port}/", {}, b"{}")
    assert (answer.error, answer.status) == (None, 200)
    assert asked == ["shop.test"]
    assert f"host: shop.test:{port}" in site.requests[0][0]


async def test_a_certificate_for_another_name_is_refused(certified: ssl.SSLContext) -> None:
    site = Site()
    async with running(site, certified) as port, Outbound(LOOPBACK, resolve=Names(["127.0.0.1"])) as outbound:
        answer = await outbound.post(f"https://other.test:{port}/", {}, b"{}")
    assert answer.status is None
    assert "certificate is not valid for 'other.test'" in (answer.error or "")
    assert site.requests == []


async def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    _, tls = issue("shop.test", tmp_path)
    async with running(Site(), tls) as port, Outbound(LOOPBACK, resolve=Names(["127.0.0.1"])) as outbound:
        answer = await outbound.post(f"https://shop.test:{port}/", {}, b"{}")
    assert answer.error == "The exchange broke off: self-signed certificate."


async def test_a_handshake_that_never_ends_is_closed_at_the_deadline() -> None:
    left = asyncio.Event()

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        left.set()
        writer.close()

    async with await asyncio.start_server(swallow, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with Outbound(LOOPBACK, deadline=0.2) as outbound:
            answer = await outbound.post(f"https://127.0.0.1:{port}/", {}, b"{}")
            async with asyncio.timeout(PATIENCE):
                await left.wait()
    assert answer.error == "No complete answer within 0.2 s."
