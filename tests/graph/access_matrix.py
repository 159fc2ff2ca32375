"""The access matrix: for every field and argument of the schema, who may use it, and what it does not give away.

`FIELDS` has a row for each `Type.field`, `ARGUMENTS` one for each `Type.field(argument)` and each field of an input. A
new field or argument fails tests/graph/test_access.py until somebody has decided about it here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum


class For(Enum):
    """Whom a field is for."""

    ANYONE = "anyone, signed in or not"
    SIGNED_IN = "whoever is signed in"
    STAFF = "operators and admins"
    SELLERS = "sellers and admins"
    ADMIN = "admins"
    SEEN = "whoever sees the object it is a field of"
    SELF_AND_STAFF = "the user themselves and staff; null for others"
    MANAGERS = "the owner of the endpoint and admins; FORBIDDEN for others"
    STAFF_OF_THEM = "staff, of those who see the object; FORBIDDEN for others"


class Opens(Enum):
    """What an argument opens. For an id of somebody else's: how it is answered, as an unknown one is."""

    NOTHING = "it says how, or how many; what it may name is not anybody's"
    PLACE = "a place in a list or in the log, which is only walked as far as the viewer may see"
    NULL = "null"
    NOT_FOUND = "the refusal NotFound, or the error NOT_FOUND where there is no union"
    EMPTY = "a list with nothing in it"
    IGNORED = "as if it had not been named"


class Viewer(Enum):
    ANONYMOUS = "nobody"
    OTHER = "another customer"
    OWNER = "the customer whose it is"
    SELLER = "a seller"
    OPERATOR = "an operator"
    ADMIN = "an admin"


class Thing(Enum):
    """What an id is of."""

    ORDER = "an order"
    PAYMENT = "a payment"
    SUBJECT = "an order that events are about"
    CUSTOMER = "a customer who has an order"
    ENDPOINT = "an endpoint"
    DELIVERY = "a delivery"
    SESSION = "a session"
    NOTIFICATION = "a notification"
    USER = "a user"
    PRODUCT = "an article that somebody manages"
    LISTED = "an article that is listed"
    LISTER = "a seller who has listed one"


OWNER_AND_STAFF = frozenset({Viewer.OWNER, Viewer.OPERATOR, Viewer.ADMIN})
OWNER_AND_ADMIN = frozenset({Viewer.OWNER, Viewer.ADMIN})

SEEN_BY: dict[Thing, frozenset[Viewer]] = {
    Thing.ORDER: OWNER_AND_STAFF,
    Thing.PAYMENT: frozenset({Viewer.OPERATOR, Viewer.ADMIN}),
    Thing.SUBJECT: OWNER_AND_STAFF,
    Thing.CUSTOMER: OWNER_AND_STAFF,
    Thing.ENDPOINT: OWNER_AND_ADMIN,
    Thing.DELIVERY: OWNER_AND_ADMIN,
    Thing.SESSION: frozenset({Viewer.OWNER}),
    Thing.NOTIFICATION: frozenset({Viewer.OWNER}),
    Thing.USER: frozenset({Viewer.ADMIN}),
    Thing.PRODUCT: frozenset({Viewer.ADMIN}),
    Thing.LISTED: frozenset(Viewer),
    Thing.LISTER: frozenset(Viewer),
}


@dataclass(frozen=True, slots=True)
class Id:
    """The row of an argument that is an id, or a list of ids."""

    of: Thing
    answer: Opens


Row = Opens | Id


def fields(decision: For, of: Mapping[str, str]) -> Iterator[tuple[str, For]]:
    for kind, names in of.items():
        yield from ((f"{kind}.{name}", decision) for name in names.split())


def arguments(opens: Row, of: Mapping[str, str], shape: str = "{}({})") -> Iterator[tuple[str, Row]]:
    for owner, names in of.items():
        yield from ((shape.format(owner, name), opens) for name in names.split())


EVENT = "id type subjectId version cursor occurredAt correlationId actor"
CONNECTION = "edges pageInfo"
EDGE = "cursor node"

FIELDS: dict[str, For] = dict(
    [
        *fields(For.ANYONE, {"Query": "me product products", "Mutation": "register login refreshTokens"}),
        *fields(
            For.SIGNED_IN,
            {
                "Query": """sessions order orders events notifications webhookEndpoint webhookEndpoints webhookDelivery
                    webhookPreview""",
                "Mutation": """changePassword logout revokeSession revokeAllSessions createOrder updateOrder cancelOrder
                    payOrder markNotificationsRead createWebhookEndpoint updateWebhookEndpoint deleteWebhookEndpoint
                    rotateWebhookSecret pingWebhookEndpoint redeliverWebhook replayWebhooks""",
                "Subscription": """events orderUpdated ordersUpdated notificationReceived stockChanged
                    webhookDeliveryUpdated""",
            },
        ),
        *fields(
            For.STAFF, {"Query": "users system", "Mutation": "processOrder completeOrder confirmPayment refundPayment"}
        ),
        *fields(For.SELLERS, {"Query": "stockMovements", "Mutation": "createProduct updateProduct adjustStock"}),
        *fields(For.ADMIN, {"Mutation": "setUserRoles setUserActive"}),
        *fields(For.SELF_AND_STAFF, {"User": "email", "Actor": "user"}),
        *fields(For.STAFF_OF_THEM, {"Order": "deliveries"}),
        *fields(For.MANAGERS, {"WebhookEndpoint": "url position lag stats deliveries"}),
        *fields(
            For.SEEN,
            {
                "Actor": "kind",
                "AuthTokens": "accessToken expiresIn refreshToken refreshExpiresIn",
                "CardRejected": "message reason",
                "CardSummary": "brand last4",
                "Dependency": "name ok latencyMs detail",
                "DocumentInvalid": "message errors",
                "EmailTaken": "message",
                "Event": EVENT,
                "EventConnection": f"{CONNECTION} oldest head",
                "EventEdge": EDGE,
                "EventMessage": "cursor event",
                "IdempotencyConflict": "message key",
                "InputIssue": "path code message",
                "InvalidCredentials": "message",
                "InvalidInput": "message issues",
                "InvalidTransition": "message from to",
                "LogReader": "name position lag",
                "LoggedOut": "sessionsRevoked",
                "Money": "amount currency",
                "NotAllowed": "message",
                "NotFound": "message id",
                "Notification": "id title body readAt createdAt event",
                "NotificationConnection": f"{CONNECTION} unreadCount",
                "NotificationEdge": EDGE,
                "NotificationMessage": "cursor notification unreadCount",
                "NotificationsRead": "unreadCount",
                "Order": """id number status paymentState items total note createdAt updatedAt processedAt cancelReason
                    version customer payments history""",
                "OrderConnection": f"{CONNECTION} totalCount",
                "OrderEdge": EDGE,
                "OrderEvent": f"{EVENT} order previousStatus",
                "OrderItem": "product productId size color quantity unitPrice subtotal",
                "OrderMessage": "cursor order event",
                "OutOfStock": "message productId requested available",
                "PriceChanged": "message productId expected actual",
                "Payment": """id method status amount transactionId card declineReason createdAt updatedAt order""",
                "PaymentEvent": f"{EVENT} payment",
                "PageInfo": "hasNextPage hasPreviousPage startCursor endCursor",
                "Product": """id sku name description category condition size color price imageUrl archived stock
                    createdAt version available seller""",
                "ProductConnection": f"{CONNECTION} totalCount",
                "ProductEdge": EDGE,
                "ProductEvent": f"{EVENT} product",
                "ProductMessage": "cursor product",
                "RefreshTokenReused": "message",
                "Refusal": "message",
                "Session": "id userAgent createdAt lastUsedAt expiresAt current",
                "SignedIn": "tokens user",
                "StockLevel": "region onHand reserved available",
                "StockMovement": "kind region delta reason orderId at",
                "StockMovementConnection": CONNECTION,
                "StockMovementEdge": EDGE,
                "System": "head dependencies readers openSockets",
                "TooManyAttempts": "message retryAfterSeconds",
                "UrlRejected": "message reason",
                "User": "id name roles active createdAt",
                "UserConnection": CONNECTION,
                "UserEdge": EDGE,
                "UserEvent": f"{EVENT} user",
                "VersionConflict": "message expected actual",
                "WebhookAttempt": "number at durationMs status error responseBody",
                "WebhookDeleted": "id",
                "WebhookDelivery": """id status body nextAttemptAt createdAt settledAt endpoint event attempts""",
                "WebhookDeliveryConnection": CONNECTION,
                "WebhookDeliveryEdge": EDGE,
                "WebhookEndpoint": """id name status disabledReason types ordering maxInFlight document secretHint
                    createdAt version owner""",
                "WebhookEndpointConnection": CONNECTION,
                "WebhookEndpointEdge": EDGE,
                "WebhookEvent": f"{EVENT} endpoint",
                "WebhookReplayQueued": "queued",
                "WebhookSecretIssued": "endpoint secret",
                "WebhookStats": "succeeded failed pending p50Ms p99Ms consecutiveFailures",
            },
        ),
    ]
)

NARROWER: dict[str, frozenset[Viewer]] = {
    # Open to whoever is signed in, and then the rule of the shop asks for one of several roles: domain/webhooks.py.
    "Mutation.createWebhookEndpoint": frozenset({Viewer.SELLER, Viewer.OPERATOR, Viewer.ADMIN}),
}

ARGUMENTS: dict[str, Row] = dict(
    [
        *arguments(
            Opens.PLACE,
            {
                "Order.history": "first after",
                "Order.deliveries": "first after",
                "WebhookEndpoint.deliveries": "first after",
                "Query.users": "first after",
                "Query.orders": "first after last before",
                "Query.products": "first after last before",
                "Query.stockMovements": "first after",
                "Query.events": "first after",
                "Query.notifications": "first after",
                "Query.webhookEndpoints": "first after",
                "Subscription.events": "after",
                "Subscription.orderUpdated": "after",
                "Subscription.ordersUpdated": "after",
                "Subscription.notificationReceived": "after",
                "Subscription.stockChanged": "after",
            },
        ),
        *arguments(
            Opens.PLACE, {"CreateWebhookEndpointInput": "startFrom", "ReplayWebhooksInput": "after until"}, "{}.{}"
        ),
        *arguments(
            Opens.NOTHING,
            {
                "WebhookEndpoint.deliveries": "status",
                "Query.users": "search role",
                "Query.orders": "filter",
                "Query.products": "filter",
                "Product.available": "region",
                "Query.events": "filter",
                "Query.notifications": "unreadOnly",
                "Mutation.register": "input",
                "Mutation.login": "input",
                "Mutation.refreshTokens": "refreshToken",
                "Mutation.changePassword": "current new",
                "Mutation.setUserRoles": "roles",
                "Mutation.setUserActive": "active",
                "Mutation.createProduct": "input",
                "Mutation.updateProduct": "input",
                "Mutation.adjustStock": "input",
                "Mutation.createOrder": "input",
                "Mutation.updateOrder": "input",
                "Mutation.processOrder": "expectedVersion",
                "Mutation.completeOrder": "expectedVersion",
                "Mutation.cancelOrder": "reason expectedVersion",
                "Mutation.payOrder": "input",
                "Mutation.confirmPayment": "idempotencyKey",
                "Mutation.refundPayment": "idempotencyKey",
                "Mutation.markNotificationsRead": "all",
                "Mutation.createWebhookEndpoint": "input",
                "Mutation.updateWebhookEndpoint": "input",
                "Mutation.rotateWebhookSecret": "graceSeconds",
                "Mutation.replayWebhooks": "input",
                "Query.webhookPreview": "document type",
                "Subscription.events": "filter",
                "Subscription.ordersUpdated": "filter",
            },
        ),
        *arguments(
            Opens.NOTHING,
            {
                "OrderFilter": "status paymentState createdFrom createdTo search",
                "EventFilter": "types orderStatus",
                "ProductFilter": "search category size color condition available minPrice maxPrice",
                "StockInput": "region quantity",
                "CreateProductInput": "sku name description category condition size color price imageUrl stock",
                "UpdateProductInput": """expectedVersion name description category condition size color price imageUrl
                    archived""",
                "AdjustStockInput": "idempotencyKey region delta reason",
                "RegisterInput": "name email password",
                "LoginInput": "email password",
                "CreateOrderInput": "items region note payment idempotencyKey",
                "PaymentMethodInput": "card cash bankTransfer",
                "CardInput": "number expMonth expYear cvc holder",
                "PayOrderInput": "method idempotencyKey",
                "OrderItemInput": "listed custom",
                "ListedItemInput": "quantity expectedPrice",
                "CustomItemInput": "product size color quantity unitPrice",
                "UpdateOrderInput": "expectedVersion items note",
                "CreateWebhookEndpointInput": "name url types document ordering maxInFlight",
                "UpdateWebhookEndpointInput": "expectedVersion name url types document ordering maxInFlight status",
                "ReplayWebhooksInput": "types onlyFailed",
            },
            "{}.{}",
        ),
        *arguments(Id(Thing.ORDER, Opens.NULL), {"Query.order": "id"}),
        *arguments(Id(Thing.LISTED, Opens.NULL), {"Query.product": "id"}),
        *arguments(Id(Thing.LISTED, Opens.NOT_FOUND), {"ListedItemInput": "productId"}, "{}.{}"),
        *arguments(Id(Thing.LISTED, Opens.EMPTY), {"Subscription.stockChanged": "productIds"}),
        *arguments(Id(Thing.LISTER, Opens.EMPTY), {"ProductFilter": "sellerId"}, "{}.{}"),
        *arguments(Id(Thing.PRODUCT, Opens.NOT_FOUND), {"Query.stockMovements": "productId"}),
        *arguments(
            Id(Thing.PRODUCT, Opens.NOT_FOUND), {"UpdateProductInput": "id", "AdjustStockInput": "productId"}, "{}.{}"
        ),
        *arguments(Id(Thing.ENDPOINT, Opens.NULL), {"Query.webhookEndpoint": "id"}),
        *arguments(Id(Thing.DELIVERY, Opens.NULL), {"Query.webhookDelivery": "id"}),
        *arguments(
            Id(Thing.ORDER, Opens.NOT_FOUND),
            {
                "Mutation.processOrder": "id",
                "Mutation.completeOrder": "id",
                "Mutation.cancelOrder": "id",
                "Subscription.orderUpdated": "id",
            },
        ),
        *arguments(Id(Thing.ORDER, Opens.NOT_FOUND), {"UpdateOrderInput": "id", "PayOrderInput": "orderId"}, "{}.{}"),
        *arguments(
            Id(Thing.PAYMENT, Opens.NOT_FOUND), {"Mutation.confirmPayment": "id", "Mutation.refundPayment": "id"}
        ),
        *arguments(
            Id(Thing.ENDPOINT, Opens.NOT_FOUND),
            {
                "Mutation.deleteWebhookEndpoint": "id",
                "Mutation.pingWebhookEndpoint": "id",
                "Mutation.rotateWebhookSecret": "endpointId",
                "Subscription.webhookDeliveryUpdated": "endpointId",
            },
        ),
        *arguments(
            Id(Thing.ENDPOINT, Opens.NOT_FOUND),
            {"UpdateWebhookEndpointInput": "id", "ReplayWebhooksInput": "endpointId"},
            "{}.{}",
        ),
        *arguments(Id(Thing.DELIVERY, Opens.NOT_FOUND), {"Mutation.redeliverWebhook": "deliveryId"}),
        *arguments(Id(Thing.SESSION, Opens.NOT_FOUND), {"Mutation.revokeSession": "id"}),
        *arguments(Id(Thing.USER, Opens.NOT_FOUND), {"Mutation.setUserRoles": "id", "Mutation.setUserActive": "id"}),
        *arguments(Id(Thing.NOTIFICATION, Opens.IGNORED), {"Mutation.markNotificationsRead": "ids"}),
        *arguments(Id(Thing.CUSTOMER, Opens.EMPTY), {"OrderFilter": "customerId"}, "{}.{}"),
        *arguments(Id(Thing.SUBJECT, Opens.EMPTY), {"EventFilter": "subjectIds"}, "{}.{}"),
    ]
)
