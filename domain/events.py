"""What has happened. Events are appended with the change that caused them, in one ordered log."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol
from uuid import UUID

from domain.clock import now
from domain.ids import new_id

if TYPE_CHECKING:
    from domain.orders import OrderStatus


class EventType(StrEnum):
    USER_REGISTERED = "USER_REGISTERED"
    ORDER_CREATED = "ORDER_CREATED"
    ORDER_UPDATED = "ORDER_UPDATED"
    ORDER_READY = "ORDER_READY"
    ORDER_COMPLETED = "ORDER_COMPLETED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    PAYMENT_REQUESTED = "PAYMENT_REQUESTED"
    PAYMENT_APPROVED = "PAYMENT_APPROVED"
    PAYMENT_DECLINED = "PAYMENT_DECLINED"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    PAYMENT_REFUND_REQUESTED = "PAYMENT_REFUND_REQUESTED"
    PAYMENT_REFUNDED = "PAYMENT_REFUNDED"
    PRODUCT_CREATED = "PRODUCT_CREATED"
    PRODUCT_UPDATED = "PRODUCT_UPDATED"
    STOCK_CHANGED = "STOCK_CHANGED"
    WEBHOOK_PING = "WEBHOOK_PING"
    WEBHOOK_DISABLED = "WEBHOOK_DISABLED"
    WEBHOOK_EXHAUSTED = "WEBHOOK_EXHAUSTED"
    SESSION_REVOKED = "SESSION_REVOKED"
    USER_CHANGED = "USER_CHANGED"
    UNKNOWN = "UNKNOWN"

    @property
    def is_internal(self) -> bool:
        """Known to our own processes only: no client and no webhook is ever told of it.

        UNKNOWN stands for what a newer version has written while this one still runs.
        """
        return self in (EventType.SESSION_REVOKED, EventType.USER_CHANGED, EventType.UNKNOWN)

    @property
    def dotted(self) -> str:
        """As webhooks spell it: ORDER_READY is order.ready."""
        return self.value.lower().replace("_", ".", 1)


class ActorKind(StrEnum):
    USER = "USER"
    POLLER = "POLLER"
    PAYMENT_PROVIDER = "PAYMENT_PROVIDER"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    kind: ActorKind
    user_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Who is doing it, and the id that joins all that one request or one batch did."""

    actor: Actor
    correlation_id: UUID = field(default_factory=new_id)


class Subject(Protocol):
    """What an event is about, as it was when it happened."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def owner_id(self) -> UUID: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownSubject:
    """As much as can be read of the subject of an unknown event."""

    id: UUID
    version: int
    owner_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`position` is 0 until the log has given one. `owner_id` is the one user beside staff who may see it.

    A `quiet` one is told to nobody's inbox: another event of the same commit is. The log does not keep that.
    """

    type: EventType
    subject: Subject
    cause: Cause
    previous_status: "OrderStatus | None" = None
    id: UUID = field(default_factory=new_id)
    at: datetime = field(default_factory=now)
    position: int = 0
    quiet: bool = field(default=False, compare=False)

    @property
    def subject_id(self) -> UUID:
        return self.subject.id

    @property
    def version(self) -> int:
        return self.subject.version

    @property
    def owner_id(self) -> UUID:
        return self.subject.owner_id

    @property
    def place(self) -> "Place":
        return Place(self.position, self.id.bytes[-4:])

    def at_position(self, position: int) -> "Event":
        return replace(self, position=position)


class Place(NamedTuple):
    """A place in the log: everything up to `position` has been seen.

    `mark` holds the last bytes of the id of the event there, so that a log restored from an older backup, where
    another event has taken the position, is recognised.
    """

    position: int
    mark: bytes


START = Place(position=0, mark=bytes(4))
