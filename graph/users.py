"""Users in the graph: registering, signing in, and who somebody is."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import users
from domain.refusals import InvalidCredentials as WrongCredentials
from domain.refusals import Refused, is_text
from domain.users import Role
from graph.context import Context, Info
from graph.faults import unauthenticated
from graph.refusals import EmailTaken, InvalidCredentials, InvalidInput, TooManyAttempts
from graph.views import Refusals, view


@view(of=users.User)
class User:
    """Somebody with an account."""

    id: strawberry.ID
    name: str
    roles: list[Role]
    active: bool
    created_at: datetime

    @strawberry.field(description="Null for whoever may not see it: the user and staff may.")
    def email(self, info: Info) -> str | None:
        viewer = info.context.viewer
        return self.email if viewer and viewer.may_see(self.id) else None  # type: ignore[arg-type]


@strawberry.type
class AuthTokens:
    """What a client sends to be known: `authorization: Bearer <accessToken>`."""

    access_token: str
    expires_in: int = strawberry.field(description="Seconds.")


@strawberry.type
class SignedIn:
    """A user, and the tokens of the sign-in."""

    tokens: AuthTokens
    user: User


@strawberry.input
class RegisterInput:
    name: str
    email: str
    password: str = strawberry.field(description="12 to 256 bytes.")


@strawberry.input
class LoginInput:
    email: str
    password: str


RegisterResult = Annotated[SignedIn | InvalidInput | EmailTaken | TooManyAttempts, strawberry.union("RegisterResult")]
LoginResult = Annotated[SignedIn | InvalidInput | InvalidCredentials | TooManyAttempts, strawberry.union("LoginResult")]


@strawberry.type
class UserQueries:
    @strawberry.field(graphql_type=User | None, description="Who is signed in; null when nobody is.")
    async def me(self, info: Info) -> users.User | None:
        viewer = info.context.viewer
        if viewer is None:
            return None
        async with info.context.shop.database.reading() as rows:
            known = await rows.users.by_ids([viewer.user_id])
        if viewer.user_id not in known:  # a token that is older than this database
            raise unauthenticated()
        return known[viewer.user_id]


@strawberry.type
class UserMutations:
    @strawberry.mutation(
        graphql_type=RegisterResult, extensions=[Refusals()], description="A new customer, signed in at once."
    )
    async def register(self, info: Info, input: RegisterInput) -> SignedIn:
        shop = info.context.shop
        given = users.registration(name=input.name, email=input.email, password=input.password)
        hashed = await shop.passwords.hash(given.password)
        user = await shop.database.transact(
            lambda tx: users.register(tx, given, password_hash=hashed, correlation_id=info.context.correlation_id)
        )
        return signed_in(info.context, user)

    @strawberry.mutation(graphql_type=LoginResult, extensions=[Refusals()])
    async def login(self, info: Info, input: LoginInput) -> SignedIn:
        """Takes as long for an unknown address as for a wrong password."""
        shop = info.context.shop
        known = await _credentials(info.context, input.email)
        matches = await shop.passwords.matches(input.password, known[1] if known else None)
        if known is None or not matches or not known[0].active:
            raise Refused(WrongCredentials())
        return signed_in(info.context, known[0])


async def _credentials(context: Context, email: str) -> tuple[users.User, str] | None:
    """None for an unknown address, and for what is not even text and so nobody's address."""
    if not is_text(email):
        return None
    async with context.shop.database.reading() as rows:
        return await rows.users.credentials(email)


def signed_in(context: Context, user: users.User) -> SignedIn:
    token = context.shop.tokens.issue(user)
    context.viewer = context.shop.tokens.verify(token.text)
    tokens = AuthTokens(access_token=token.text, expires_in=token.expires_in)
    return SignedIn(tokens=tokens, user=user)  # type: ignore[arg-type]
