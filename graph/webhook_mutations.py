"""What owners do with their webhooks: make, change, rotate, try, send again."""

from datetime import timedelta
from typing import Annotated

import strawberry

from domain import deliveries, webhooks
from domain.drafts import Kept
from domain.events import START, EventType
from domain.refusals import Refused
from domain.refusals import UrlRejected as BadUrl
from domain.replays import Replay, replay
from domain.users import Viewer
from domain.webhooks import EndpointChange, NewSecret, WebhookOrdering, WebhookStatus
from graph.access import Access, open_to
from graph.connections import check_count
from graph.context import Context, Info, cause_of, known_id, viewer_of
from graph.faults import Code, Fault
from graph.following import known_place, resumed
from graph.refusals import DocumentInvalid, InvalidInput, NotAllowed, NotFound, UrlRejected, VersionConflict
from graph.scalars import Cursor
from graph.views import Refusals
from graph.webhooks import WebhookDelivery, WebhookEndpoint

LONGEST_GRACE = 604_800
"""Seconds: a week."""


@strawberry.type
class WebhookSecretIssued:
    """The secret is shown here and never again."""

    endpoint: WebhookEndpoint
    secret: str


@strawberry.type
class WebhookReplayQueued:
    """How many deliveries were made due."""

    queued: int


@strawberry.type
class WebhookDeleted:
    id: strawberry.ID


@strawberry.input
class CreateWebhookEndpointInput:
    name: str
    url: str
    types: list[EventType]
    document: str | None = None
    ordering: WebhookOrdering = WebhookOrdering.NONE
    max_in_flight: int = strawberry.field(default=8, description="How many are sent at the same time: 1 to 64.")
    start_from: Cursor | None = strawberry.field(
        default=None, description="A place in the log: what came after it is sent too. Null: from now on."
    )

    def __post_init__(self) -> None:
        check_count("types", self.types)


@strawberry.input(description="What is left out stays as it is; `document: null` goes back to the default bodies.")
class UpdateWebhookEndpointInput:
    id: strawberry.ID
    expected_version: int
    name: str | None = None
    url: str | None = None
    types: list[EventType] | None = None
    document: str | None = strawberry.UNSET
    ordering: WebhookOrdering | None = None
    max_in_flight: int | None = None
    status: WebhookStatus | None = strawberry.field(
        default=None,
        description="PAUSED, or ENABLED, which goes on from where it stood; DISABLED is the shop's to say.",
    )

    def __post_init__(self) -> None:
        check_count("types", self.types)


@strawberry.input
class ReplayWebhooksInput:
    endpoint_id: strawberry.ID
    after: Cursor | None = strawberry.field(default=None, description="Null: from the beginning of the log.")
    until: Cursor | None = strawberry.field(default=None, description="Null: as far as the endpoint has come.")
    types: list[EventType] | None = None
    only_failed: bool = strawberry.field(
        default=True, description="False sends again what had arrived, and what was never owed."
    )

    def __post_init__(self) -> None:
        check_count("types", self.types)


CreateWebhookEndpointResult = Annotated[
    WebhookSecretIssued | InvalidInput | UrlRejected | DocumentInvalid | NotAllowed,
    strawberry.union("CreateWebhookEndpointResult"),
]
WebhookEndpointResult = Annotated[
    WebhookEndpoint | InvalidInput | NotFound | UrlRejected | DocumentInvalid | VersionConflict,
    strawberry.union("WebhookEndpointResult"),
]
RotateWebhookSecretResult = Annotated[WebhookSecretIssued | NotFound, strawberry.union("RotateWebhookSecretResult")]
WebhookDeliveryResult = Annotated[WebhookDelivery | NotFound, strawberry.union("WebhookDeliveryResult")]
ReplayWebhooksResult = Annotated[
    WebhookReplayQueued | InvalidInput | NotFound, strawberry.union("ReplayWebhooksResult")
]
DeleteWebhookEndpointResult = Annotated[WebhookDeleted | NotFound, strawberry.union("DeleteWebhookEndpointResult")]


@strawberry.type
class WebhookMutations:
    @strawberry.mutation(
        graphql_type=CreateWebhookEndpointResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN)
    )
    async def create_webhook_endpoint(self, info: Info, input: CreateWebhookEndpointInput) -> WebhookSecretIssued:
        """It hears of what happens from now on, or after `startFrom`, as far as its owner may see it."""
        shop, viewer, secret = info.context.shop, viewer_of(info), NewSecret()
        new = webhooks.endpoint(
            viewer,
            name=input.name,
            url=input.url,
            types=input.types,
            secret_hint=secret.hint,
            ordering=input.ordering,
            max_in_flight=input.max_in_flight,
            document=input.document,
        )
        await _check(info.context, viewer, url=new.url, document=new.document)
        start = await resumed(shop.log, input.start_from) if input.start_from is not None else None
        sealed = shop.vault.seal(secret.text, about=new.id)
        endpoint = await shop.database.transact(lambda tx: webhooks.create(tx, new, secret=sealed, start=start))
        return WebhookSecretIssued(endpoint=endpoint, secret=secret.text)  # type: ignore[arg-type]

    @strawberry.mutation(
        graphql_type=WebhookEndpointResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN)
    )
    async def update_webhook_endpoint(self, info: Info, input: UpdateWebhookEndpointInput) -> webhooks.WebhookEndpoint:
        """Pausing loses nothing: enabled again it goes on from where it stood."""
        viewer, id = viewer_of(info), known_id(input.id)
        change = EndpointChange(
            name=input.name,
            url=input.url,
            types=input.types,
            ordering=input.ordering,
            max_in_flight=input.max_in_flight,
            status=input.status,
            document=Kept.KEPT if input.document is strawberry.UNSET else input.document,
        )
        async with info.context.reading() as rows:
            known = await rows.endpoints.get(id)
            owners = await rows.users.by_ids([known.owner_id]) if known else {}
        if known and webhooks.may_manage(viewer, known):  # who may not is told so below, and learns nothing here
            document = input.document if isinstance(change.document, str) else None
            await _check(info.context, webhooks.viewer_for(owners[known.owner_id]), url=input.url, document=document)
        return await info.context.shop.database.transact(
            lambda tx: webhooks.update(tx, viewer, id, change, expected_version=input.expected_version)
        )

    @strawberry.mutation(
        graphql_type=DeleteWebhookEndpointResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN)
    )
    async def delete_webhook_endpoint(self, info: Info, id: strawberry.ID) -> WebhookDeleted:
        """Forgets the endpoint, its deliveries and what it was still owed."""
        viewer, endpoint_id = viewer_of(info), known_id(id)
        await info.context.shop.database.transact(lambda tx: webhooks.delete(tx, viewer, endpoint_id))
        return WebhookDeleted(id=id)

    @strawberry.mutation(
        graphql_type=RotateWebhookSecretResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN)
    )
    async def rotate_webhook_secret(
        self, info: Info, endpoint_id: strawberry.ID, grace_seconds: int = 86_400
    ) -> WebhookSecretIssued:
        """For so long both secrets sign, so that a receiver may change over when it likes: 0 to 604800."""
        if not 0 <= grace_seconds <= LONGEST_GRACE:
            raise Fault(Code.BAD_USER_INPUT, f"graceSeconds must be 0 to {LONGEST_GRACE}, it is {grace_seconds}.")
        shop, viewer, id, secret = info.context.shop, viewer_of(info), known_id(endpoint_id), NewSecret()
        sealed, grace = shop.vault.seal(secret.text, about=id), timedelta(seconds=grace_seconds)
        endpoint = await shop.database.transact(
            lambda tx: webhooks.rotate(tx, viewer, id, new=sealed, hint=secret.hint, grace=grace)
        )
        return WebhookSecretIssued(endpoint=endpoint, secret=secret.text)  # type: ignore[arg-type]

    @strawberry.mutation(
        graphql_type=WebhookDeliveryResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN)
    )
    async def ping_webhook_endpoint(self, info: Info, id: strawberry.ID) -> deliveries.WebhookDelivery:
        """Sends a WEBHOOK_PING to this endpoint only, whatever it listens to."""
        viewer, cause, endpoint_id = viewer_of(info), cause_of(info), known_id(id)
        return await info.context.shop.database.transact(
            lambda tx: deliveries.ping(tx, viewer, endpoint_id, cause=cause)
        )

    @strawberry.mutation(
        graphql_type=WebhookDeliveryResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN)
    )
    async def redeliver_webhook(self, info: Info, delivery_id: strawberry.ID) -> deliveries.WebhookDelivery:
        """The same id and the same bytes once more."""
        viewer, wanted = viewer_of(info), known_id(delivery_id)
        return await info.context.shop.database.transact(lambda tx: deliveries.redeliver(tx, viewer, wanted))

    @strawberry.mutation(graphql_type=ReplayWebhooksResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN))
    async def replay_webhooks(self, info: Info, input: ReplayWebhooksInput) -> WebhookReplayQueued:
        """Makes the deliveries of a part of the log due once more: each event keeps its one delivery."""
        viewer, shop = viewer_of(info), info.context.shop
        wanted = Replay(
            endpoint_id=known_id(input.endpoint_id),
            after=await known_place(shop.log, input.after) if input.after is not None else START,
            until=await known_place(shop.log, input.until) if input.until is not None else None,
            types=input.types or (),
            only_failed=input.only_failed,
        )
        return WebhookReplayQueued(queued=await replay(shop.database, shop.shapes, viewer, wanted))


async def _check(context: Context, viewer: Viewer, *, url: str | None, document: str | None) -> None:
    """Whether the address may be sent to, and the document can shape the bodies of this viewer's endpoints."""
    if url is not None and (reason := await context.shop.webhooks.refusal(url)):
        raise Refused(BadUrl(reason=reason))
    await context.shop.shapes.of(document, viewer)
