"""The system in the graph: for staff, whether what the shop stands on is well."""

import strawberry

from domain import system as states
from graph.access import Access, open_to
from graph.context import Info
from graph.scalars import Cursor
from graph.views import view


@view(of=states.Dependency)
class Dependency:
    """Something that the shop uses: the database, Redis, the bus between its processes, the broker of payments."""

    name: str
    ok: bool
    latency_ms: float | None
    detail: str | None


@view(of=states.LogReader)
class LogReader:
    """Somebody who reads the event log: everything up to `position` has been read, `lag` events have not."""

    name: str
    position: Cursor
    lag: int


@view(of=states.SystemState)
class System:
    """One look at the shop, from the process that answers."""

    head: Cursor
    dependencies: list[Dependency]
    readers: list[LogReader] = strawberry.field(
        description="`tail` is the answering process, `webhooks` the enabled endpoint that is furthest behind, "
        "`payments` the way to the card processor. "
        "Empty when the database does not answer."
    )
    open_sockets: int = strawberry.field(description="Of the process that answers.")


@strawberry.type
class SystemQueries:
    @strawberry.field(
        graphql_type=System,
        metadata=open_to(Access.STAFF),
        description="Staff: the state of each dependency and the lag of each reader of the log.",
    )
    async def system(self, info: Info) -> states.SystemState:
        return await info.context.shop.health.look()
