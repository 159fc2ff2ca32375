"""Streams: what a subscription follows, as data, so that subscribers who ask for the same can share each execution."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from msgspec import Struct

from domain.events import Event, Place
from domain.notifications import Notification
from domain.orders import Order
from domain.products import Product
from graph.context import Context
from graph.following import follow


class Message(Struct, frozen=True, kw_only=True):
    """What every message type of the graph reads. A struct: one is made for each event and group."""

    cursor: Place
    event: Event | None = None
    order: Order | None = None
    product: Product | None = None
    notification: Notification | None = None
    unread_count: int = 0


@dataclass(slots=True, kw_only=True, eq=False)
class Stream:
    """A message with the place `start` and no more, the `opening` messages, then one for each matching event after it.

    `owner_id` is whose events these are, None for everybody's; `subject_ids`, when there are any, narrow them to these
    subjects. Of a single one, `told` is the version that the opening has told already, and beyond `settled`, a
    position in the log, no event has an older one. Iterated over it is the stream of one subscriber; a hub may follow
    it for many at once.
    """

    context: Context
    start: Place
    owner_id: UUID | None
    message: Callable[[Place, Event | None], Message | Awaitable[Message]]
    matches: Callable[[Event], bool] = lambda _: True
    opening: Sequence[Message] = ()
    subject_ids: frozenset[UUID] = frozenset()
    told: int = 0
    settled: int = 0

    def wants(self, event: Event) -> bool:
        """Whether it is to be told of an event at all, whoever the subscriber is that shares the stream."""
        mine = self.owner_id is None or event.owner_id == self.owner_id
        return mine and (not self.subject_ids or event.subject_id in self.subject_ids) and self.matches(event)

    def is_news(self, event: Event) -> bool:
        """Whether the opening has not told of it already."""
        return event.version > self.told

    async def message_of(self, place: Place, event: Event | None) -> Message:
        made = self.message(place, event)
        return made if isinstance(made, Message) else await made

    def __aiter__(self) -> AsyncIterator[Message]:
        return self._all()

    async def _all(self) -> AsyncIterator[Message]:
        yield await self.message_of(self.start, None)
        for message in self.opening:
            yield message
        following = follow(self.context, self.start, owner_id=self.owner_id, matches=self.wants)
        async for place, event in following:
            if event is None or self.is_news(event):
                yield await self.message_of(place, event)
