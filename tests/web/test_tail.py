"""`swapshop tail`: the log of a running shop, line by line, over lost connections too."""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from domain.users import Role
from tests.support.client import PASSWORD, Client
from tests.support.people import signed_in
from tests.support.processes import PROGRAM, ROOT, EmbeddedStack, Stack
from tests.support.waiting import PATIENCE
from web.stack import DIES_WITH_US
from web.watch import as_line

CURSOR = re.compile(r"go on from here with: swapshop tail --after (\S+)")
ME = "{ me { email } }"


class Tail:
    """A `swapshop tail` that runs, or another command that follows the log."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def line(self) -> str:
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE):
            return (await self.process.stdout.readline()).decode().rstrip("\n")

    async def until(self, type: str) -> list[dict[str, Any]]:
        """Events, up to the first of a type."""
        seen: list[dict[str, Any]] = []
        while not seen or seen[-1]["type"] != type:
            seen.append(json.loads(await self.line()))
        return seen

    async def aside(self, words: str) -> str:
        """The next line on stderr with these words."""
        assert self.process.stderr
        async with asyncio.timeout(PATIENCE):
            while line := (await self.process.stderr.readline()).decode():
                if words in line:
                    return line
        raise AssertionError(f"it never said {words!r}")

    async def ended(self, number: signal.Signals | None = None) -> tuple[int, str]:
        """The status, and the rest of what it said on stderr."""
        if number:
            self.process.send_signal(number)
        async with asyncio.timeout(PATIENCE):
            _, said = await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode, said.decode()


def tailing(*arguments: str, **environment: str) -> AbstractAsyncContextManager[Tail]:
    return following("tail", *arguments, **environment)


@asynccontextmanager
async def following(*command: str, **environment: str) -> AsyncIterator[Tail]:
    """A command that follows the log."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("SWAPSHOP_")}
    process = await asyncio.create_subprocess_exec(
        *DIES_WITH_US,
        *PROGRAM,
        *command,
        cwd=ROOT,
        env={**plain, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Tail(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
async def watcher(own_stack: Stack) -> AsyncIterator[Mapping[str, str]]:
    """The environment of somebody who sees the whole log."""
    async with await signed_in(own_stack, Role.OPERATOR) as client:
        yield {"SWAPSHOP_EMAIL": (await client.run(ME))["email"], "SWAPSHOP_PASSWORD": PASSWORD}


async def test_it_tells_each_event_once_though_the_shop_is_killed_and_goes_on_where_it_stopped(
    own_stack: Stack, watcher: Mapping[str, str]
) -> None:
    where, api = ("--url", own_stack.url, "--json"), own_stack.apis[0]
    async with Client(own_stack.url) as client, tailing(*where, **watcher) as tail:
        await client.register(name="Bea")
        (registered,) = await first_of(tail, client)
        assert registered["user"] == {"name": "Bea"}
        first = await client.order()
        ready = (await tail.until("ORDER_READY"))[-1]
        assert (ready["subjectId"], ready["previousStatus"]) == (first["id"], "PENDING")
        api.kill()
        await tail.aside("going on from")
        api.again()
        second = await client.order()
        seen = await tail.until("ORDER_READY")
        assert [(one["type"], one["subjectId"]) for one in seen] == story(second)
        status, said = await tail.ended(signal.SIGINT)
        assert status == 0
        found = CURSOR.search(said)
        assert found
        third = await client.order()
        async with tailing(*where, "--after", found[1], **watcher) as resumed:
            seen = await resumed.until("ORDER_READY")
            assert [(one["type"], one["subjectId"]) for one in seen] == story(third)
            assert all(one["cursor"] for one in seen)


async def first_of(tail: Tail, client: Client) -> list[dict[str, Any]]:
    """A tail begins at the end of the log, so what happens before it is there is not told: register until it is."""
    told = asyncio.create_task(tail.until("USER_REGISTERED"))
    while not told.done():
        await client.register(name="Bea")
        await asyncio.wait([told], timeout=0.5)
    return told.result()


def story(order: dict[str, Any]) -> list[tuple[str, str]]:
    return [("ORDER_CREATED", order["id"]), ("ORDER_READY", order["id"])]


async def test_beside_a_shop_of_this_computer_it_needs_no_arguments(stack: Stack) -> None:
    if not isinstance(stack, EmbeddedStack):  # processes of a deployment have no data folder to ask
        async with tailing("--data", str(stack.folder / "nothing")) as tail:
            status, said = await tail.ended()
            assert (status, "No shop runs on" in said) == (1, True)
        return
    async with Client(stack.url) as client, tailing("--data", str(stack.folder / "data")) as tail:
        await client.register(name="Bea")
        line = asyncio.create_task(tail.line())
        while not line.done():
            await client.order()
            await asyncio.wait([line], timeout=0.5)
        assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}  ORDER_\w+ +  SW-\d+ \w+.*, 30\.00 EUR  by \w+", line.result())
        assert (await tail.ended(signal.SIGTERM))[0] == 0


async def test_who_is_refused_is_told_why(stack: Stack) -> None:
    url = ("--url", stack.url)
    for arguments, environment, words in (
        (url, {}, "who follows?"),
        (url, {"SWAPSHOP_EMAIL": "a@b.test"}, "the password is missing"),
        (url, {"SWAPSHOP_EMAIL": "a@b.test", "SWAPSHOP_PASSWORD": "wrong"}, "InvalidCredentials"),
        (url, {"SWAPSHOP_TOKEN": "wrong"}, "does not take the access token"),
        (("--url", "http://127.0.0.1:1"), {"SWAPSHOP_TOKEN": "x"}, "Is a shop running at http://127.0.0.1:1?"),
    ):
        async with tailing(*arguments, **environment) as tail:
            status, said = await tail.ended()
        assert (status, words in said, "Traceback" in said) == (1, True, False), said
        assert "wrong" not in said.replace("is wrong", "")


async def test_a_cursor_of_no_log_is_refused(stack: Stack, staff: Client) -> None:
    assert staff.token
    async with tailing("--url", stack.url, "--after", "nonsense", SWAPSHOP_TOKEN=staff.token) as tail:
        status, said = await tail.ended()
    assert (status, "CURSOR_INVALID" in said) == (1, True), said


def test_a_line_cannot_steer_the_terminal() -> None:
    event = {
        "type": "USER_REGISTERED",
        "occurredAt": "2026-11-21T12:00:00.250000Z",
        "subjectId": "1",
        "actor": {"kind": "USER", "user": {"name": "Ana\x1b[2J\x9b2J\n"}},
        "user": {"name": "Ana"},
    }
    assert as_line(event) == "12:00:00.250  USER_REGISTERED   Ana  by Ana?[2J?2J?"
