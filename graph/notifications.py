"""Notifications in the graph: an inbox for each user."""

from datetime import datetime

import strawberry

from domain import events, notifications
from domain.clock import now
from domain.ids import parse_id
from domain.ports import Transaction
from graph.access import Access, open_to
from graph.connections import Connection, Page, check_count, slice_of
from graph.context import Info, viewer_of
from graph.events import Event
from graph.faults import Code, Fault
from graph.sharing import ALIKE
from graph.views import view


@view(of=notifications.Notification)
class Notification:
    """Something the shop has told a user."""

    id: strawberry.ID
    title: str
    body: str
    read_at: datetime | None
    created_at: datetime

    @strawberry.field(metadata=ALIKE, graphql_type=Event)
    async def event(self, info: Info) -> events.Event:
        return await info.context.events.load(self.event_id)  # type: ignore[attr-defined]


@strawberry.type
class NotificationConnection(Connection[Notification]):
    @strawberry.field(description="Of the whole inbox, not of this page.")
    async def unread_count(self) -> int:
        return await self.count()  # type: ignore[attr-defined, no-any-return]


@strawberry.type
class NotificationsRead:
    """How many are left."""

    unread_count: int


@strawberry.type
class NotificationQueries:
    @strawberry.field(graphql_type=NotificationConnection, metadata=open_to(Access.SIGNED_IN))
    async def notifications(
        self, info: Info, unread_only: bool = False, first: int | None = None, after: str | None = None
    ) -> Page:
        """The viewer's own, newest first."""
        user_id, part = viewer_of(info).user_id, slice_of(first, after)
        reading = info.context.reading

        async def unread() -> int:
            async with reading() as rows:
                return await rows.notifications.unread(user_id)

        async with reading() as rows:
            found = await rows.notifications.page(part, user_id=user_id, unread_only=unread_only)
        return Page.of(found, part, count=unread)


@strawberry.type
class NotificationMutations:
    @strawberry.mutation(metadata=open_to(Access.SIGNED_IN))
    async def mark_notifications_read(
        self, info: Info, ids: list[strawberry.ID] | None = None, all: bool | None = None
    ) -> NotificationsRead:
        """Those that are named, or `all` of them."""
        user_id = viewer_of(info).user_id
        if (ids is None) != bool(all):
            raise Fault(Code.BAD_USER_INPUT, "Say either `ids` or `all: true`.")
        check_count("ids", ids)
        wanted = None if ids is None else [known for known in map(parse_id, ids) if known]

        async def mark(tx: Transaction) -> int:
            await tx.notifications.mark_read(user_id, wanted, at=now())
            return await tx.notifications.unread(user_id)

        return NotificationsRead(unread_count=await info.context.shop.database.transact(mark))
