"""Users: who may sign in, and what they may do."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain import passwords
from domain.clock import now
from domain.events import Actor, ActorKind, Cause, Event, EventType
from domain.ids import new_id
from domain.ports import Transaction
from domain.refusals import EmailTaken, Issues, NotAllowed, Refused
from domain.text import folded

MOST_NAME, MOST_EMAIL = 120, 254


class Role(StrEnum):
    CUSTOMER = "CUSTOMER"
    SELLER = "SELLER"
    OPERATOR = "OPERATOR"
    ADMIN = "ADMIN"


STAFF = frozenset({Role.OPERATOR, Role.ADMIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: UUID
    name: str
    email: str
    roles: tuple[Role, ...]
    active: bool
    created_at: datetime
    version: int

    @property
    def owner_id(self) -> UUID:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Whoever is signed in: what one access token says, and until when."""

    user_id: UUID
    session_id: UUID
    roles: frozenset[Role]
    expires_at: datetime | None = None

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)

    @property
    def sees_owner(self) -> UUID | None:
        """Whose things the viewer may see: None stands for everybody's."""
        return None if self.is_staff else self.user_id

    def may_see(self, owner_id: UUID) -> bool:
        return self.is_staff or owner_id == self.user_id

    def must_have(self, *roles: Role) -> None:
        """Raises Refused(NotAllowed) unless the viewer has one of the roles."""
        if not self.roles.intersection(roles):
            wanted = ", ".join(roles)
            raise Refused(NotAllowed(message=f"This needs one of the roles {wanted}. Ask an admin for it."))

    def cause(self, correlation_id: UUID) -> Cause:
        return Cause(actor=Actor(kind=ActorKind.USER, user_id=self.user_id), correlation_id=correlation_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What a new user has given, checked."""

    name: str
    email: str
    password: str


def registration(*, name: str, email: str, password: str) -> Registration:
    """Checks what a new user gives; raises Refused(InvalidInput) naming everything that is wrong."""
    issues = Issues()
    clean_name = issues.text(("input", "name"), name, least=1, most=MOST_NAME) or ""
    clean_email = issues.text(("input", "email"), email, least=3, most=MOST_EMAIL) or ""
    if len(clean_email) <= MOST_EMAIL < len(email_key(clean_email)):
        issues.add(("input", "email"), "LENGTH", f"must have at most {MOST_EMAIL} characters when written out plainly")
    if len(clean_email) <= MOST_EMAIL and not _looks_like_email(clean_email):
        issues.add(("input", "email"), "FORMAT", "is not an e-mail address like name@example.com")
    check_password(issues, ("input", "password"), password, email=clean_email)
    issues.refuse()
    return Registration(name=clean_name, email=clean_email, password=password)


def check_password(issues: Issues, path: tuple[str, ...], password: str, *, email: str) -> None:
    if problem := passwords.problem(password, email=email):
        issues.add(path, "PASSWORD", problem)


def _looks_like_email(text: str) -> bool:
    local, at, host = text.rpartition("@")
    return bool(local and at and host) and not any(character.isspace() for character in text)


def email_key(email: str) -> str:
    """What two spellings of one address have in common."""
    return folded(email)


async def register(
    tx: Transaction,
    given: Registration,
    *,
    password_hash: str,
    correlation_id: UUID,
    roles: tuple[Role, ...] = (Role.CUSTOMER,),
) -> User:
    """A new user; raises Refused(EmailTaken)."""
    user = User(id=new_id(), name=given.name, email=given.email, roles=roles, active=True, created_at=now(), version=1)
    if not await tx.users.add(user, password_hash=password_hash):
        raise Refused(EmailTaken())
    cause = own_cause(user.id, correlation_id)
    tx.events.append(Event(type=EventType.USER_REGISTERED, subject=user, cause=cause))
    return user


def own_cause(user_id: UUID, correlation_id: UUID) -> Cause:
    """Of what a user does who is only just signing in."""
    return Cause(actor=Actor(kind=ActorKind.USER, user_id=user_id), correlation_id=correlation_id)
