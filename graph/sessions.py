"""Sessions in the graph: signing in, staying signed in, and ending it, here or everywhere."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import sessions, users
from domain.clock import now
from domain.ports import Transaction
from domain.refusals import InvalidCredentials as WrongCredentials
from domain.refusals import Issues, Refused
from domain.refusals import RefreshTokenReused as Reused
from domain.text import is_text
from graph.access import Access, open_to
from graph.context import Context, Info, cause_of, known_id, viewer_of
from graph.refusals import (
    EmailTaken,
    InvalidCredentials,
    InvalidInput,
    NotFound,
    RefreshTokenReused,
    TooManyAttempts,
)
from graph.sharing import OWN
from graph.users import User
from graph.views import Refusals, view

MOST_SHOWN = 100


@view(of=sessions.Session)
class Session:
    """One sign-in on one device: a family of refresh tokens."""

    id: strawberry.ID
    user_agent: str | None
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime

    @strawberry.field(metadata=OWN, description="Whether it is the one that asks.")
    def current(self, info: Info) -> bool:
        return self.id == viewer_of(info).session_id


@strawberry.type
class AuthTokens:
    """What a client sends to be known: `authorization: Bearer <accessToken>`."""

    access_token: str
    expires_in: int = strawberry.field(description="Seconds.")
    refresh_token: str | None = strawberry.field(
        description="For `refreshTokens`, which replaces it. Null where the cookie carries it."
    )
    refresh_expires_in: int = strawberry.field(description="Seconds from its last use.")


@strawberry.type
class SignedIn:
    """A user, and the tokens of the sign-in."""

    tokens: AuthTokens
    user: User


@strawberry.type
class LoggedOut:
    """How many sessions have ended: none, when they had ended before."""

    sessions_revoked: int


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
RefreshResult = Annotated[SignedIn | InvalidCredentials | RefreshTokenReused, strawberry.union("RefreshResult")]
ChangePasswordResult = Annotated[
    SignedIn | InvalidInput | InvalidCredentials | TooManyAttempts, strawberry.union("ChangePasswordResult")
]
RevokeSessionResult = Annotated[LoggedOut | NotFound, strawberry.union("RevokeSessionResult")]


@strawberry.type
class SessionQueries:
    @strawberry.field(graphql_type=list[Session], metadata=open_to(Access.SIGNED_IN))
    async def sessions(self, info: Info) -> list[sessions.Session]:
        """The viewer's own, as far as they are still good; the last used first, at most 100."""
        async with info.context.reading() as rows:
            return await rows.sessions.live(viewer_of(info).user_id, at=now(), limit=MOST_SHOWN)


@strawberry.type
class SessionMutations:
    @strawberry.mutation(graphql_type=RegisterResult, extensions=[Refusals()], metadata=open_to(Access.ANYONE))
    async def register(self, info: Info, input: RegisterInput) -> SignedIn:
        """A new customer, signed in at once."""
        context, shop = info.context, info.context.shop
        given = users.registration(name=input.name, email=input.email, password=input.password)
        hashed = await shop.passwords.hash(given.password)

        async def registered(tx: Transaction) -> sessions.Opened:
            user = await users.register(tx, given, password_hash=hashed, correlation_id=context.correlation_id)
            return await sessions.begin(tx, user, shop.refresh_tokens, user_agent=context.user_agent)

        return signed_in(context, await shop.database.transact(registered))

    @strawberry.mutation(graphql_type=LoginResult, extensions=[Refusals()], metadata=open_to(Access.ANYONE))
    async def login(self, info: Info, input: LoginInput) -> SignedIn:
        """Takes as long for an unknown address as for a wrong password."""
        context, shop = info.context, info.context.shop
        known = await _credentials(context, input.email)
        matches = await shop.passwords.matches(input.password, known[1] if known else None)
        if known is None or not matches:
            raise Refused(WrongCredentials())
        user, verified = known
        opened = await shop.database.transact(
            lambda tx: sessions.sign_in(
                tx,
                user.id,
                shop.refresh_tokens,
                verified_hash=verified,
                user_agent=context.user_agent,
                cause=users.own_cause(user.id, context.correlation_id),
            )
        )
        return signed_in(context, opened)

    @strawberry.mutation(graphql_type=RefreshResult, extensions=[Refusals()], metadata=open_to(Access.ANYONE))
    async def refresh_tokens(self, info: Info, refresh_token: str | None = None) -> SignedIn:
        """New tokens for a refresh token, which is good once.

        Whoever lost the answer may ask again within 10 seconds and is given the same successor; a token that comes
        again later ends the session, because somebody else has it. Without an argument the token is that of the cookie,
        where the sign-in asked for one (header `X-Swapshop-Session: cookie`, which is needed here too).
        """
        context, shop = info.context, info.context.shop
        cause = sessions.nobodys(context.correlation_id)
        kept = context.kept_token if refresh_token is None else None
        token = (kept.sent if kept else refresh_token) or ""
        outcome = await shop.database.transact(lambda tx: sessions.refresh(tx, token, shop.refresh_tokens, cause=cause))
        if not isinstance(outcome, sessions.Opened):
            if kept and isinstance(outcome, Reused):
                kept.forget()
            raise Refused(outcome)
        return signed_in(context, outcome)

    @strawberry.mutation(graphql_type=ChangePasswordResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN))
    async def change_password(self, info: Info, current: str, new: str) -> SignedIn:
        """Ends the viewer's other sessions; this one goes on, with a new refresh token."""
        context, shop, viewer = info.context, info.context.shop, viewer_of(info)
        user, verified = await _own_credentials(context, viewer)
        issues = Issues()
        users.check_password(issues, ("new",), new, email=user.email)
        issues.refuse()
        if not await shop.passwords.matches(current, verified):
            raise Refused(WrongCredentials(message="The current password is wrong."))
        hashed, cause = await shop.passwords.hash(new), cause_of(info)
        opened = await shop.database.transact(
            lambda tx: sessions.change_password(
                tx, viewer, shop.refresh_tokens, verified_hash=verified, new_hash=hashed, cause=cause
            )
        )
        return signed_in(context, opened)

    @strawberry.mutation(metadata=open_to(Access.SIGNED_IN))
    async def logout(self, info: Info) -> LoggedOut:
        """Ends this session: its tokens are good for nothing any more, and its sockets are closed."""
        viewer, cause = viewer_of(info), cause_of(info)
        ended = await info.context.shop.database.transact(lambda tx: sessions.log_out(tx, viewer, cause=cause))
        _forget_token(info.context)
        return LoggedOut(sessions_revoked=ended)

    @strawberry.mutation(graphql_type=RevokeSessionResult, extensions=[Refusals()], metadata=open_to(Access.SIGNED_IN))
    async def revoke_session(self, info: Info, id: strawberry.ID) -> LoggedOut:
        """Ends one of the viewer's sessions."""
        viewer, cause, wanted = viewer_of(info), cause_of(info), known_id(id)
        ended = await info.context.shop.database.transact(
            lambda tx: sessions.revoke_one(tx, viewer, wanted, cause=cause)
        )
        if wanted == viewer.session_id:
            _forget_token(info.context)
        return LoggedOut(sessions_revoked=ended)

    @strawberry.mutation(metadata=open_to(Access.SIGNED_IN))
    async def revoke_all_sessions(self, info: Info) -> LoggedOut:
        """Ends all of the viewer's sessions, this one too."""
        viewer, cause = viewer_of(info), cause_of(info)
        ended = await info.context.shop.database.transact(
            lambda tx: sessions.revoke_all(tx, viewer.user_id, cause=cause)
        )
        _forget_token(info.context)
        return LoggedOut(sessions_revoked=ended)


async def _credentials(context: Context, email: str) -> tuple[users.User, str] | None:
    """None for an unknown address, and for what cannot be anybody's: too long, or not even text."""
    if len(email) > users.MOST_EMAIL or not is_text(email):
        return None
    async with context.reading() as rows:
        return await rows.users.credentials(email)


async def _own_credentials(context: Context, viewer: users.Viewer) -> tuple[users.User, str]:
    async with context.reading() as rows:
        known = await rows.users.by_ids([viewer.user_id])
        found = await rows.users.credentials(known[viewer.user_id].email) if known else None
    if found is None:
        raise Refused(WrongCredentials())
    return found


def signed_in(context: Context, opened: sessions.Opened) -> SignedIn:
    """From here on a request is the user's own, so that it may ask for what is theirs at once.

    A socket stays whose it was: what it has open was asked for by whoever opened it, and ends with their session.
    """
    access = context.shop.tokens.issue(opened.user, opened.session.id)
    if not context.on_socket:
        context.become(context.shop.tokens.verify(access.text))
    seconds = int((opened.session.expires_at - now()).total_seconds())
    if context.kept_token:
        context.kept_token.keep(opened.refresh_token, seconds)
    tokens = AuthTokens(
        access_token=access.text,
        expires_in=access.expires_in,
        refresh_token=None if context.kept_token else opened.refresh_token,
        refresh_expires_in=seconds,
    )
    return SignedIn(tokens=tokens, user=opened.user)  # type: ignore[arg-type]


def _forget_token(context: Context) -> None:
    """The one that the browser keeps: its session has ended."""
    if context.kept_token:
        context.kept_token.forget()
