"""The private broker: what it keeps over a stop, and that nothing of ours is left behind."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.ports import Unavailable
from tests.stack.test_stack import refuses
from tests.support.waiting import until
from web.broker import Broker, Connection, ping
from web.mosquitto import Mosquitto


async def received(url: str, topic: str, count: int, *, acknowledge: bool = True) -> Sequence[bytes]:
    """What the client `attic`, whose session is kept, is sent first."""
    connection = Connection(Broker.at(url), "attic")
    await connection.open()
    await connection.subscribe(topic)
    bodies = []
    for _ in range(count):
        message = await asyncio.wait_for(connection.messages.get(), 10)
        bodies.append(message.payload)
        if acknowledge:
            connection.acknowledge(message)
    await connection.close()
    return bodies


async def publish(url: str, topic: str, *bodies: bytes) -> None:
    connection = Connection(Broker.at(url), "cellar")
    await connection.open()
    for body in bodies:
        await connection.publish(topic, body)
    await connection.close()


async def test_a_session_and_what_is_for_it_outlive_a_stop(mosquitto: Mosquitto) -> None:
    await received(mosquitto.url, "chairs/+", 0)
    await publish(mosquitto.url, "chairs/1", b"REDWOOD", b"OAK")
    mosquitto.stop()
    assert refuses(mosquitto.port)
    mosquitto.start()
    assert await received(mosquitto.url, "chairs/+", 2) == [b"REDWOOD", b"OAK"]


async def test_what_was_saved_outlives_a_kill(mosquitto: Mosquitto) -> None:
    await received(mosquitto.url, "chairs/+", 0)
    await publish(mosquitto.url, "chairs/1", b"REDWOOD", b"OAK", b"ELM")

    async def saved() -> bool:
        file = mosquitto.folder / "mosquitto.db"
        return file.exists() and b"REDWOOD" in file.read_bytes()

    await until(saved)
    mosquitto.kill()
    mosquitto.start()
    assert (await received(mosquitto.url, "chairs/+", 1))[0] == b"REDWOOD"


async def test_what_was_not_acknowledged_comes_again(mosquitto: Mosquitto) -> None:
    await received(mosquitto.url, "chairs/+", 0)
    await publish(mosquitto.url, "chairs/1", b"REDWOOD")
    for _ in range(2):
        assert await received(mosquitto.url, "chairs/+", 1, acknowledge=False) == [b"REDWOOD"]
    assert await received(mosquitto.url, "chairs/+", 1) == [b"REDWOOD"]
    await publish(mosquitto.url, "chairs/1", b"OAK")
    assert await received(mosquitto.url, "chairs/+", 1) == [b"OAK"]


async def test_it_keeps_more_than_a_thousand_messages_for_somebody_who_is_away(mosquitto: Mosquitto) -> None:
    """Its own default throws away in silence what is more."""
    await received(mosquitto.url, "chairs/+", 0)
    bodies = [b"%d" % number for number in range(1_200)]
    connection = Connection(Broker.at(mosquitto.url), "cellar")
    await connection.open()
    await asyncio.gather(*(connection.publish("chairs/1", body) for body in bodies))
    await connection.close()
    assert await received(mosquitto.url, "chairs/+", len(bodies)) == bodies


async def test_only_this_computer_is_let_in(mosquitto: Mosquitto) -> None:
    listening = [line for line in (mosquitto.folder / "mosquitto.conf").read_text().splitlines() if "listener " in line]
    assert listening == [f"listener {mosquitto.port} 127.0.0.1"]
    await ping(Broker.at(mosquitto.url))


async def test_a_broker_that_is_away_is_unavailable(mosquitto: Mosquitto) -> None:
    mosquitto.stop()
    with pytest.raises(Unavailable, match="does not answer"):
        await ping(Broker.at(mosquitto.url))


def test_a_folder_may_have_a_long_name(tmp_path: Path) -> None:
    with Mosquitto(tmp_path / ("long-name" * 12)) as server:
        assert not refuses(server.port)
