"""Somebody on a real broker: through restarts, with certificates and passwords, and acknowledging only what it has."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from domain.ports import Unavailable
from tests.support.waiting import until
from web import mqtt
from web.broker import Broker, ping
from web.mosquitto import Mosquitto
from web.mqtt import Mqtt


class Kept:
    """What came, and how often it was tried."""

    def __init__(self, *, fails: int = 0) -> None:
        self.bodies: list[bytes] = []
        self.fails = fails
        self.tries = 0

    async def __call__(self, topic: str, body: bytes) -> None:
        self.tries += 1
        if self.tries <= self.fails:
            raise OSError("the disk is full")
        self.bodies.append(body)

    async def has(self, *bodies: bytes) -> None:
        async def all_there() -> bool:
            return set(self.bodies) >= set(bodies)

        await until(all_there)


@asynccontextmanager
async def somebody(
    broker: Broker, name: str, kept: Kept | None = None, topics: Sequence[str] = ("none",)
) -> AsyncIterator[Mqtt]:
    one = Mqtt(broker, client_id=name, topics=topics, receive=kept or Kept())
    one.start()
    try:
        yield one
    finally:
        await one.stop()


@asynccontextmanager
async def connected(
    broker: Broker, name: str, kept: Kept | None = None, topics: Sequence[str] = ("none",)
) -> AsyncIterator[Mqtt]:
    async with somebody(broker, name, kept, topics) as one:
        await asyncio.wait_for(one.wait_until_connected(), 10)
        yield one


async def test_it_connects_again_when_the_broker_is_back_and_has_what_came_meanwhile(mosquitto: Mosquitto) -> None:
    kept, broker = Kept(), Broker.at(mosquitto.url)
    async with connected(broker, "reader", kept, ["chairs/+"]) as reader, connected(broker, "writer") as writer:
        await writer.publish("chairs/1", b"REDWOOD")
        await asyncio.to_thread(mosquitto.stop)
        await until(lambda: _away(reader, writer))
        with pytest.raises(Unavailable):
            await writer.publish("chairs/1", b"lost")
        await asyncio.to_thread(mosquitto.start)
        for one in (reader, writer):
            await asyncio.wait_for(one.wait_until_connected(), 20)
        await writer.publish("chairs/1", b"OAK")
        await kept.has(b"REDWOOD", b"OAK")
    assert set(kept.bodies) == {b"REDWOOD", b"OAK"}


async def test_it_waits_for_a_broker_that_is_not_there_yet(mosquitto: Mosquitto) -> None:
    mosquitto.stop()
    async with somebody(Broker.at(mosquitto.url), "early") as early:
        with pytest.raises(Unavailable):
            await early.publish("chairs/1", b"REDWOOD")
        await asyncio.to_thread(mosquitto.start)
        await asyncio.wait_for(early.wait_until_connected(), 20)


async def test_a_message_is_acknowledged_only_when_it_was_taken(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is tried until it is taken; whoever stops before that finds it again on the next connection."""
    monkeypatch.setattr(mqtt, "AFTER_A_FAULT", 0.01)
    broker = Broker.at(mosquitto.url)
    stubborn = Kept(fails=10**6)
    async with connected(broker, "reader", stubborn, ["chairs/+"]), connected(broker, "writer") as writer:
        await writer.publish("chairs/1", b"REDWOOD")
        await until(lambda: _tried(stubborn, 3))
    for kept, expected in ((Kept(fails=2), [b"REDWOOD"]), (Kept(), [b"OAK"])):
        async with connected(broker, "reader", kept, ["chairs/+"]), connected(broker, "writer") as writer:
            if expected == [b"OAK"]:
                await writer.publish("chairs/1", b"OAK")
            await kept.has(*expected)
        assert kept.bodies == expected


async def test_what_nobody_has_ever_asked_for_is_not_taken_for_sent(mosquitto: Mosquitto) -> None:
    async with connected(Broker.at(mosquitto.url), "writer") as writer:
        with pytest.raises(Unavailable, match="No matching subscribers"):
            await writer.publish("chairs/1", b"REDWOOD")
        await writer.publish("chairs/1", b"REDWOOD", wanted=False)


async def test_who_comes_under_the_same_name_takes_over(mosquitto: Mosquitto) -> None:
    kept, broker = Kept(), Broker.at(mosquitto.url)
    async with (
        connected(broker, "bridge", Kept(), ["chairs/+"]) as first,
        connected(broker, "bridge", kept, ["chairs/+"]),
        connected(broker, "writer") as writer,
    ):
        await until(lambda: _away(first))
        await writer.publish("chairs/1", b"REDWOOD")
        await kept.has(b"REDWOOD")


async def test_a_thousand_messages_come_in_order_and_each_once(mosquitto: Mosquitto) -> None:
    kept, broker = Kept(), Broker.at(mosquitto.url)
    bodies = [b"%d" % number for number in range(1_000)]
    async with connected(broker, "reader", kept, ["chairs/+"]), connected(broker, "writer") as writer:
        await asyncio.gather(*(writer.publish("chairs/1", body) for body in bodies))
        await kept.has(bodies[-1])
    assert kept.bodies == bodies


def certificate(folder: Path) -> Path:
    """Of localhost and 127.0.0.1, signed by itself."""
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*make, *files], check=True, capture_output=True)
    return folder / "cert.pem"


def passwords(file: Path, name: str, password: str) -> Path:
    subprocess.run(["mosquitto_passwd", "-b", "-c", file, name, password], check=True)
    file.chmod(0o600)
    return file


# paho leaves the socket of a handshake that failed to the garbage collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
async def test_with_tls_only_a_broker_whose_certificate_is_known_is_spoken_to(tmp_path: Path) -> None:
    file = certificate(tmp_path)
    lines = [f"certfile {file}", f"keyfile {tmp_path / 'key.pem'}"]
    kept = Kept()
    with Mosquitto(tmp_path / "mosquitto", lines=lines) as server:
        url = server.url.replace("mqtt://", "mqtts://")
        trusting = Broker.at(url, ca_file=file)
        async with connected(trusting, "reader", kept, ["chairs/+"]), connected(trusting, "writer") as writer:
            await asyncio.gather(*(writer.publish("chairs/1", b"%d" % number) for number in range(200)))
            await kept.has(*(b"%d" % number for number in range(200)))
        for stranger in (Broker.at(url), Broker.at(server.url)):
            with pytest.raises(Unavailable):
                await ping(stranger)


async def test_a_broker_with_a_password_is_told_it(tmp_path: Path) -> None:
    secret = passwords(tmp_path / "passwords", "shop", "a:b/c@d%")
    folder = tmp_path / "mosquitto"
    with Mosquitto(folder, lines=["allow_anonymous false", f"password_file {secret}"]) as server:
        await ping(Broker.at(server.url.replace("//", "//shop:a%3Ab%2Fc%40d%25@")))
        for url in (server.url, server.url.replace("//", "//shop:wrong@")):
            with pytest.raises(Unavailable, match="does not let us in"):
                await ping(Broker.at(url))


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("mqtt://broker", "broker", 1883, False),
        ("mqtt://127.0.0.1:1884/", "127.0.0.1", 1884, False),
        ("mqtts://broker.example", "broker.example", 8883, True),
        ("mqtt://[::1]:1885", "::1", 1885, False),
    ],
)
def test_a_url_says_where_the_broker_is(url: str, host: str, port: int, tls: bool) -> None:
    broker = Broker.at(url)
    assert (broker.host, broker.port, broker.tls is not None) == (host, port, tls)


@pytest.mark.parametrize(
    "url",
    ["", "broker:1883", "http://broker", "mqtt://", "mqtt://u:hunter2", "mqtt://b/path", "mqtt://u:hunter2@b?x=1"],
)
def test_what_is_no_url_of_a_broker_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match=r"is not a broker's URL") as refused:
        Broker.at(url)
    assert "hunter2" not in str(refused.value)


async def _away(*those: Mqtt) -> bool:
    return not any(one.connected for one in those)


async def _tried(kept: Kept, times: int) -> bool:
    return kept.tries >= times
