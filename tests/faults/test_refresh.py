"""Refresh tokens, when they are used by many at once, used again later, and when an API dies over one."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from uuid import UUID

import httpx
import pytest

from domain.sessions import GRACE
from tests.support.client import Client
from tests.support.processes import Process, Stack
from tests.support.signing_in import (
    PROMPTLY,
    REFRESH,
    SESSIONS,
    SignIn,
    closing_code,
    refresh,
    refreshed,
    seconds_until_refused,
    sign_in,
)

CALLS = 50
CLIENTS = 30
LOST = (httpx.TransportError, ValueError)  # ValueError: half an answer
EVENTS = "subscription { events { cursor event { type } } }"


async def rotations(stack: Stack, session: str) -> int:
    """How often a session was refreshed, as the database has it."""
    async with stack.looking() as database:
        found = await database.transact(lambda tx: tx.sessions.lock(UUID(session)))
    assert found
    return found[0].version - 1


async def session_id(one: SignIn) -> str:
    async with one.client() as client:
        return next(str(session["id"]) for session in await client.run(SESSIONS) if session["current"])


async def use_at_once(stack: Stack, token: str, times: int) -> list[SignIn]:
    urls = [stack.apis[n % len(stack.apis)].url for n in range(times)]
    return list(await asyncio.gather(*(refresh(url, token) for url in urls)))


@pytest.mark.slow
async def test_50_refreshes_with_one_token_have_one_successor_and_a_replay_later_ends_the_family(
    own_stack: Stack,
) -> None:
    async with await Client(own_stack.url).register() as customer:
        first = await sign_in(own_stack.url, customer.user["email"])
        session = await session_id(first)
        got = await use_at_once(own_stack, first.refresh, CALLS)
        assert len({one.refresh for one in got}) == 1
        assert await rotations(own_stack, session) == 1
        async with (
            first.client() as one,
            got[-1].client(own_stack.apis[-1].url) as other,
            one.socket() as here,
            other.socket() as there,
        ):
            for socket in (here, there):
                await (await socket.subscribe(EVENTS)).next()
            await asyncio.sleep(GRACE.total_seconds() + 1)  # what is tested is that the grace ends by itself
            reused = await refreshed(own_stack.apis[-1].url, first.refresh)
            begun = time.monotonic()
            assert reused["__typename"] == "RefreshTokenReused"
            await customer.order()  # which the ended session is not to be told of
            codes = await asyncio.gather(closing_code(here), closing_code(there))
            assert time.monotonic() - begun < PROMPTLY
            assert codes == [4403, 4403]
        for dead in (first, got[0], got[-1]):
            assert await seconds_until_refused(dead, own_stack) < PROMPTLY
        assert time.monotonic() - begun < PROMPTLY + 1, "and that for all of them together"
        for api in own_stack.apis:
            for token in (first.refresh, got[0].refresh):
                assert (await refreshed(api.url, token))["__typename"] == "InvalidCredentials"
        assert [one["current"] for one in await customer.run(SESSIONS)] == [True], "the other sign-in goes on"


@pytest.mark.slow
async def test_of_50_uses_at_once_of_a_token_that_is_too_old_each_is_refused_and_the_log_says_it_once(
    own_stack: Stack,
) -> None:
    async with await Client(own_stack.url).register() as customer:
        first = await sign_in(own_stack.url, customer.user["email"])
        session = await session_id(first)
        second = await refresh(own_stack.url, first.refresh)
        third = await refresh(own_stack.url, second.refresh)
        urls = [own_stack.apis[n % len(own_stack.apis)].url for n in range(CALLS)]
        answers = await asyncio.gather(*(refreshed(url, first.refresh) for url in urls))
        kinds = Counter(answer["__typename"] for answer in answers)
        assert kinds == {"RefreshTokenReused": 1, "InvalidCredentials": CALLS - 1}
        assert (await refreshed(own_stack.url, third.refresh))["__typename"] == "InvalidCredentials"
        async with own_stack.looking() as database, database.reading() as rows:
            told = await rows.events.about([UUID(session)], after=0, upto=10**9, limit=9)
        assert [event.type.value for event in told] == ["SESSION_REVOKED"]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_kill_9_of_an_api_in_the_middle_of_refreshes_locks_nobody_out(own_stack: Stack, full: bool) -> None:
    seed = random.randrange(10**9)
    print(f"seed {seed}")  # shown when the test fails
    rng = random.Random(seed)
    stop = asyncio.Event()
    async with await Client(own_stack.url).register() as customer, AsyncExitStack() as stack:
        anybody = [await stack.enter_async_context(Client(api.url)) for api in own_stack.apis]
        begun = [await sign_in(own_stack.url, customer.user["email"]) for _ in range(CLIENTS)]
        going_on = [asyncio.create_task(_go_on(one, anybody, stop, rng)) for one in begun]
        for _ in range(20 if full else 2):
            await asyncio.sleep(rng.uniform(0.2, 1.0))
            await asyncio.to_thread(_kill_and_start, rng.choice(own_stack.apis))
        stop.set()
        walks = await asyncio.gather(*going_on)
        print(f"{sum(walk.refreshes for walk in walks)} refreshes, {sum(walk.lost for walk in walks)} answers lost")
        assert sum(walk.lost for walk in walks) > 0, "no answer was lost: nothing was tested"
        kept = [walk for walk in walks if not walk.too_late]
        for walk in kept:
            assert await walk.last.is_let_in()
        ids = {session["id"] for session in await customer.run(SESSIONS)}
        assert len(ids) == len(kept) + 1, "nobody else has lost a session"


class Walk:
    """A client that refreshes again and again, and asks again with the same token when it hears nothing.

    It is `too_late` when no API was there for as long as the grace lasts: on a slow machine a start takes longer.
    """

    def __init__(self, last: SignIn) -> None:
        self.last = last
        self.refreshes = 0
        self.lost = 0
        self.too_late = False


async def _go_on(one: SignIn, anybody: Sequence[Client], stop: asyncio.Event, rng: random.Random) -> Walk:
    walk = Walk(one)
    while not stop.is_set() and not walk.too_late:
        await _insist(walk, anybody, rng)
    return walk


async def _insist(walk: Walk, anybody: Sequence[Client], rng: random.Random) -> None:
    """Asks with the same token until it is answered; within the grace the answer is a successor."""
    begun, answer = time.monotonic(), None
    while answer is None:
        client = rng.choice(anybody)
        try:
            answer = await client.run(REFRESH, token=walk.last.refresh)
        except LOST:
            walk.lost += 1
            await asyncio.sleep(rng.uniform(0.01, 0.1))
    walk.too_late = answer["__typename"] != "SignedIn" and time.monotonic() - begun > GRACE.total_seconds()
    if not walk.too_late:
        walk.last, walk.refreshes = SignIn.of(client.url, answer), walk.refreshes + 1


def _kill_and_start(process: Process) -> None:
    process.kill()
    process.again()
