"""The schema. Printed to schema.graphql, which is the contract."""

import logging
from collections.abc import Mapping
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions import SchemaExtension
from strawberry.extensions.runner import SchemaExtensionsRunner
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types import ExecutionContext
from strawberry.types.execution import PreExecutionError

import graph.enums  # noqa: F401  (publishes the enums before the views name them)
from domain.ports import Unavailable
from domain.refusals import Refused
from graph.access import guard
from graph.context import Context
from graph.discretion import discreet
from graph.documents import Documents
from graph.events import EventQueries, OrderEvent, PaymentEvent, ProductEvent, UserEvent, WebhookEvent
from graph.faults import Code, Fault
from graph.notifications import NotificationMutations, NotificationQueries
from graph.orders import OrderMutations, OrderQueries
from graph.payments import PaymentMutations
from graph.polish import polish
from graph.products import ProductMutations, ProductQueries
from graph.scalars import SCALARS
from graph.sessions import SessionMutations, SessionQueries
from graph.sharing import check_sharing
from graph.subscriptions import Subscription
from graph.system import SystemQueries
from graph.users import UserMutations, UserQueries
from graph.webhook_mutations import WebhookMutations
from graph.webhooks import WebhookQueries

log = logging.getLogger(__name__)

MOST_SAID = 500  # characters of a message: the library's repeat what the client sent


@strawberry.type
class Query(
    SessionQueries,
    UserQueries,
    ProductQueries,
    OrderQueries,
    EventQueries,
    NotificationQueries,
    WebhookQueries,
    SystemQueries,
):
    pass


@strawberry.type
class Mutation(
    SessionMutations,
    UserMutations,
    ProductMutations,
    OrderMutations,
    PaymentMutations,
    NotificationMutations,
    WebhookMutations,
):
    pass


class DebugExtensions(SchemaExtension):
    """What the resolvers noted for a client that asked for it with `X-Swapshop-Debug: 1`."""

    def get_results(self) -> dict[str, Any]:
        context = self.execution_context.context
        return context.extensions if isinstance(context, Context) and context.debug else {}


class Schema(strawberry.Schema):
    """Strawberry's, with one cache for what is known of documents."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        polish(self._schema)
        guard(self._schema)
        check_sharing(self._schema)
        self.documents = Documents(self._schema)

    async def _prepare_operation_async(
        self, context: ExecutionContext, extensions_runner: SchemaExtensionsRunner
    ) -> PreExecutionError | None:
        """In place of the library's parsing and validating, for `execute` and `stream`."""
        return self._prepared(context)

    def _prepare_operation_sync(
        self, context: ExecutionContext, extensions_runner: SchemaExtensionsRunner
    ) -> PreExecutionError | None:
        """The same for `execute_sync`."""
        refused = self._prepared(context)
        if refused and refused.errors:
            self.process_errors(refused.errors, context)
        return refused

    def _prepared(self, context: ExecutionContext) -> PreExecutionError | None:
        document = self.documents.get(context.query or "")
        if errors := list(document.refusal(context._provided_operation_name)):
            context.pre_execution_errors = errors
            return PreExecutionError(data=None, errors=errors)
        context.graphql_document = document.ast
        if context.operation_type not in context.allowed_operations:
            raise InvalidOperationTypeError(context.operation_type)
        return None

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Gives every error its code; logs what is a bug or an outage, and keeps it from the client."""
        context = execution_context.context if execution_context else None
        request = str(context.correlation_id) if isinstance(context, Context) else "?"
        errors[:] = [told(error, request) for error in errors]


def told(error: GraphQLError, request: str) -> GraphQLError:
    """The error as a client may see it."""
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    match cause:
        case None:
            return _coded(error, discreet(error.message), Code.BAD_USER_INPUT)
        case Fault():
            return _coded(error, str(cause), cause.code, cause.extensions)
        case Refused():  # where the field has no union to say it in
            return _coded(error, cause.refusal.message, Code.FORBIDDEN)
        case Unavailable():
            log.warning("request %s: %s", request, cause)
            return _coded(error, f"The database cannot be reached. Try again. (request {request})", Code.UNAVAILABLE)
        case _:
            where = ".".join(str(step)[:64] for step in error.path or ())  # aliases are the client's words
            log.error("request %s failed at %s", request, where, exc_info=cause)
            return _coded(error, f"Something went wrong here. (request {request})", Code.INTERNAL)


def _coded(error: GraphQLError, message: str, code: Code, extensions: Mapping[str, str] | None = None) -> GraphQLError:
    return GraphQLError(
        message if len(message) <= MOST_SAID else f"{message[:MOST_SAID]}…",
        nodes=error.nodes,
        source=error.source,
        positions=error.positions,
        path=error.path,
        extensions={"code": code.value, **(extensions or {})},
    )


schema = Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[OrderEvent, PaymentEvent, ProductEvent, UserEvent, WebhookEvent],
    extensions=[DebugExtensions],
    config=StrawberryConfig(scalar_map=SCALARS),
)
