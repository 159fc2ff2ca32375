"""Users in the graph: who they are, and what an admin may change of them."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import accounts, users
from domain.users import Role
from graph.access import Access, open_to
from graph.connections import Connection, Page, slice_of
from graph.context import Info, cause_of, known_id, viewer_of
from graph.faults import unauthenticated
from graph.refusals import InvalidInput, NotAllowed, NotFound
from graph.sharing import STORED
from graph.views import Refusals, view


@view(of=users.User)
class User:
    """Somebody with an account."""

    id: strawberry.ID
    name: str
    roles: list[Role]
    active: bool
    created_at: datetime

    @strawberry.field(metadata=STORED, description="Null for whoever may not see it: the user and staff may.")
    def email(self, info: Info) -> str | None:
        viewer = info.context.viewer
        return self.email if viewer and viewer.may_see(self.id) else None  # type: ignore[arg-type]


@strawberry.type
class UserConnection(Connection[User]):
    pass


UserResult = Annotated[User | NotFound | NotAllowed | InvalidInput, strawberry.union("UserResult")]


@strawberry.type
class UserQueries:
    @strawberry.field(graphql_type=User | None, metadata=open_to(Access.ANYONE))
    async def me(self, info: Info) -> users.User | None:
        """Who is signed in; null when nobody is."""
        if info.context.viewer is None:
            return None
        viewer = viewer_of(info)
        async with info.context.reading() as rows:
            known = await rows.users.by_ids([viewer.user_id])
        if viewer.user_id not in known:  # a token that is older than this database
            raise unauthenticated()
        return known[viewer.user_id]

    @strawberry.field(graphql_type=UserConnection, metadata=open_to(Access.STAFF))
    async def users(
        self,
        info: Info,
        search: str | None = None,
        role: Role | None = None,
        first: int | None = None,
        after: str | None = None,
    ) -> Page:
        """Staff: newest first; `search` is part of a name or of an e-mail address."""
        part = slice_of(first, after)
        async with info.context.reading() as rows:
            return Page.of(await rows.users.page(part, search=search, role=role), part)


@strawberry.type
class UserMutations:
    @strawberry.mutation(graphql_type=UserResult, extensions=[Refusals()], metadata=open_to(Access.ADMIN))
    async def set_user_roles(self, info: Info, id: strawberry.ID, roles: list[Role]) -> users.User:
        """ADMIN: takes effect at once, for tokens too that the user has already; their sockets are closed."""
        viewer, cause, user_id = viewer_of(info), cause_of(info), known_id(id)
        return await info.context.shop.database.transact(
            lambda tx: accounts.set_roles(tx, viewer, user_id, roles, cause=cause)
        )

    @strawberry.mutation(graphql_type=UserResult, extensions=[Refusals()], metadata=open_to(Access.ADMIN))
    async def set_user_active(self, info: Info, id: strawberry.ID, active: bool) -> users.User:
        """ADMIN: whoever is not active cannot sign in, and all their sessions end."""
        viewer, cause, user_id = viewer_of(info), cause_of(info), known_id(id)
        return await info.context.shop.database.transact(
            lambda tx: accounts.set_active(tx, viewer, user_id, active, cause=cause)
        )
