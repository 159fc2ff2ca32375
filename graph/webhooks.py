"""Webhooks in the graph: endpoints, and what was sent to them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NoReturn
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from domain import deliveries, events, users, webhooks
from domain.deliveries import DeliveryStatus
from domain.events import EventType, Place
from domain.ids import parse_id
from domain.refusals import Refused
from domain.samples import sample
from domain.users import Role
from domain.webhooks import WebhookOrdering, WebhookStatus
from graph.access import Access, open_to
from graph.connections import Connection, Page, check_count, slice_of
from graph.context import Context, Info, viewer_of
from graph.faults import Code, Fault
from graph.scalars import Cursor
from graph.sharing import ALIKE, OWN
from graph.users import User
from graph.views import view

if TYPE_CHECKING:
    from graph.events import Event

LazyEvent = Annotated["Event", strawberry.lazy("graph.events")]


@view(of=deliveries.WebhookAttempt)
class WebhookAttempt:
    """One try: either a status, or the error that kept an answer from coming."""

    number: int
    at: datetime
    duration_ms: int
    status: int | None
    error: str | None
    response_body: str | None


@view(of=deliveries.WebhookDelivery)
class WebhookDelivery:
    """One event for one endpoint."""

    id: strawberry.ID
    status: DeliveryStatus
    body: str = strawberry.field(description="The exact bytes sent, the same on every attempt.")
    next_attempt_at: datetime | None
    created_at: datetime
    settled_at: datetime | None

    @strawberry.field(metadata=ALIKE, graphql_type=Annotated["WebhookEndpoint", strawberry.lazy("graph.webhooks")])
    async def endpoint(self, info: Info) -> webhooks.WebhookEndpoint:
        endpoint_id = self.endpoint_id  # type: ignore[attr-defined]
        return await _endpoint(info.context, endpoint_id) or gone(endpoint_id)

    @strawberry.field(metadata=ALIKE, graphql_type=LazyEvent)
    async def event(self, info: Info) -> events.Event:
        return await info.context.events.load(self.event_id)  # type: ignore[attr-defined]

    @strawberry.field(metadata=ALIKE, graphql_type=list[WebhookAttempt])
    async def attempts(self, info: Info) -> list[deliveries.WebhookAttempt]:
        async with info.context.reading() as rows:
            return await rows.deliveries.attempts(self.id)  # type: ignore[arg-type]


@strawberry.type
class WebhookDeliveryConnection(Connection[WebhookDelivery]):
    pass


@view(of=deliveries.DeliveryStats)
class WebhookStats:
    """The times are of the last attempts that were answered."""

    succeeded: int
    failed: int
    pending: int
    p50_ms: int | None
    p99_ms: int | None
    consecutive_failures: int


@view(of=webhooks.WebhookEndpoint)
class WebhookEndpoint:
    """An address of another company that is told what happens."""

    id: strawberry.ID
    name: str
    status: WebhookStatus
    disabled_reason: str | None
    types: list[EventType]
    ordering: WebhookOrdering
    max_in_flight: int
    document: str | None = strawberry.field(
        description="Subscription document that shapes the body; null sends the default body of the event type."
    )
    secret_hint: str
    created_at: datetime
    version: int

    @strawberry.field(metadata=OWN, description="For its owner and admins, as are `position`, `lag` and `deliveries`.")
    def url(self, info: Info) -> str:
        return _managed(info, self).url

    @strawberry.field(metadata=ALIKE, graphql_type=User)
    async def owner(self, info: Info) -> users.User:
        return await info.context.users.load(self.owner_id)  # type: ignore[attr-defined]

    @strawberry.field(
        metadata=OWN, graphql_type=Cursor, description="Everything up to here has been turned into deliveries."
    )
    async def position(self, info: Info) -> Place:
        _managed(info, self)
        async with info.context.reading() as rows:
            return await rows.endpoints.place(self.id) or gone(self.id)  # type: ignore[arg-type]

    @strawberry.field(metadata=OWN, description="How many events of the log are still to be looked at.")
    async def lag(self, info: Info) -> int:
        _managed(info, self)
        async with info.context.reading() as rows:
            place = await rows.endpoints.place(self.id) or gone(self.id)  # type: ignore[arg-type]
            return (await rows.events.head()).position - place.position

    @strawberry.field(metadata=OWN, graphql_type=WebhookStats)
    async def stats(self, info: Info) -> deliveries.DeliveryStats:
        """Of the deliveries that are kept."""
        _managed(info, self)
        async with info.context.reading() as rows:
            return await rows.deliveries.stats(self.id)  # type: ignore[arg-type]

    @strawberry.field(metadata=OWN, graphql_type=WebhookDeliveryConnection, name="deliveries")
    async def sent(
        self,
        info: Info,
        status: list[DeliveryStatus] | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Page:
        """Newest first."""
        _managed(info, self)
        check_count("status", status)
        part = slice_of(first, after)
        async with info.context.reading() as rows:
            found = await rows.deliveries.page(part, endpoint_id=self.id, statuses=status or ())  # type: ignore[arg-type]
        return Page.of(found, part)


@strawberry.type
class WebhookEndpointConnection(Connection[WebhookEndpoint]):
    pass


@strawberry.type
class WebhookQueries:
    @strawberry.field(graphql_type=WebhookEndpoint | None, metadata=open_to(Access.SIGNED_IN))
    async def webhook_endpoint(self, info: Info, id: strawberry.ID) -> webhooks.WebhookEndpoint | None:
        viewer, endpoint_id = viewer_of(info), parse_id(id)
        found = await _endpoint(info.context, endpoint_id) if endpoint_id else None
        return found if found and webhooks.may_manage(viewer, found) else None

    @strawberry.field(graphql_type=WebhookEndpointConnection, metadata=open_to(Access.SIGNED_IN))
    async def webhook_endpoints(self, info: Info, first: int | None = None, after: str | None = None) -> Page:
        """The viewer's own; an ADMIN sees all."""
        viewer, part = viewer_of(info), slice_of(first, after)
        owner_id = None if Role.ADMIN in viewer.roles else viewer.user_id
        async with info.context.reading() as rows:
            return Page.of(await rows.endpoints.page(part, owner_id=owner_id), part)

    @strawberry.field(graphql_type=WebhookDelivery | None, metadata=open_to(Access.SIGNED_IN))
    async def webhook_delivery(self, info: Info, id: strawberry.ID) -> deliveries.WebhookDelivery | None:
        viewer, delivery_id = viewer_of(info), parse_id(id)
        if delivery_id is None:
            return None
        async with info.context.reading() as rows:
            delivery = await rows.deliveries.get(delivery_id)
            target = await rows.endpoints.get(delivery.endpoint_id) if delivery else None
        return delivery if target and webhooks.may_manage(viewer, target) else None

    @strawberry.field(metadata=open_to(Access.SIGNED_IN))
    async def webhook_preview(self, info: Info, document: str, type: EventType) -> JSON:
        """What an endpoint with this document would be sent, of a sample of an event."""
        viewer = viewer_of(info)
        try:
            shape = await info.context.shop.shapes.of(document, viewer)
        except Refused as refused:
            raise Fault(Code.BAD_USER_INPUT, refused.refusal.message) from None
        happened = sample(type, owner_id=viewer.user_id)
        if not shape.wants(happened):
            raise Fault(Code.BAD_USER_INPUT, f"This document tells nothing of the sample of {type}: see its filter.")
        body: JSON = json.loads(shape.body(happened))
        return body


async def deliveries_about(info: Info, subject_ids: Sequence[UUID], first: int | None, after: str | None) -> Page:
    """What anybody's endpoint was sent, newest first; for staff."""
    if not viewer_of(info).is_staff:
        raise Fault(Code.FORBIDDEN, "This is for operators and admins.")
    part = slice_of(first, after)
    async with info.context.reading() as rows:
        return Page.of(await rows.deliveries.about(part, subject_ids=subject_ids), part)


def _managed(info: Info, endpoint: object) -> webhooks.WebhookEndpoint:
    """An event shows staff whose endpoint was pinged; what is sent there is its owner's and the admins' business."""
    viewer = viewer_of(info)
    if not isinstance(endpoint, webhooks.WebhookEndpoint) or not webhooks.may_manage(viewer, endpoint):
        raise Fault(Code.FORBIDDEN, "This is for the owner of the endpoint and for admins.")
    return endpoint


def gone(id: object) -> NoReturn:
    raise Fault(Code.NOT_FOUND, f"The endpoint {id} was deleted.")


async def _endpoint(context: Context, id: UUID) -> webhooks.WebhookEndpoint | None:
    async with context.reading() as rows:
        return await rows.endpoints.get(id)
