"""Following the log: what every subscription does, so that none of them can miss anything."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from uuid import UUID

from domain.events import Event, Place
from domain.ports import Log
from graph.context import Context
from graph.faults import Code, Fault, revoked
from graph.scalars import Cursor, read_cursor, write_cursor

PROGRESS = 15.0
"""Seconds after which a subscriber to whom nothing happened is told how far the log was looked through."""


async def resumed(log: Log, cursor: Cursor) -> Place:
    """The place that a client's cursor stands for.

    Raises CURSOR_INVALID when it was never in this log, and CURSOR_EXPIRED, with the oldest that is kept, when what
    came after it may be gone.
    """
    oldest = await log.oldest()
    if read_cursor(cursor).position < oldest.position:
        text = "That cursor is older than what is kept. Start without `after`, or from `oldest`."
        raise Fault(Code.CURSOR_EXPIRED, text, oldest=write_cursor(oldest))
    return await known_place(log, cursor)


async def known_place(log: Log, cursor: Cursor) -> Place:
    """The same for what is kept for good, as the history of an order is."""
    place = read_cursor(cursor)
    if not await log.resume(place):
        raise Fault(Code.CURSOR_INVALID, "That cursor is not of this log. Start without `after`.")
    return place


async def follow(
    context: Context, start: Place, *, owner_id: UUID | None, matches: Callable[[Event], bool]
) -> AsyncIterator[tuple[Place, Event | None]]:
    """Every matching event after `start`, in order, once; between them progress, which is a place and no event.

    A subscriber is only a place in the log: nothing is queued for it, and one that is slow is read for later. Nobody
    is told of what follows the end of their session in the log: raises SESSION_REVOKED.
    """
    log, place, told = context.shop.log, start, time.monotonic()
    while True:
        page = await log.page(place, owner_id=owner_id)
        for event in page.events:
            if context.revoked:
                raise revoked()
            if matches(event):
                yield event.place, event
                told = time.monotonic()
        place = page.upto
        if time.monotonic() - told >= PROGRESS:
            yield place, None
            told = time.monotonic()
        if place.position >= log.place.position:
            await _news(log, place, PROGRESS - (time.monotonic() - told))


async def _news(log: Log, place: Place, seconds: float) -> None:
    try:
        async with asyncio.timeout(max(seconds, 0)):
            await log.moved(place)
    except TimeoutError:
        pass
