"""What an endpoint is sent: what it listens to, as far as its owner may see it."""

import pytest

from domain.events import Event, EventType
from domain.users import Role, User
from tests.support.things import make_endpoint, make_event, make_order, make_user

READY, REGISTERED, PING = EventType.ORDER_READY, EventType.USER_REGISTERED, EventType.WEBHOOK_PING
DISABLED, EXHAUSTED = EventType.WEBHOOK_DISABLED, EventType.WEBHOOK_EXHAUSTED


def wants(owner: User, event: Event, *types: EventType) -> bool:
    return make_endpoint(owner_id=owner.id, types=types or (READY, REGISTERED)).wants(event, owner)


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SELLER])
def test_an_owner_who_is_not_staff_is_sent_their_own_events(role: Role) -> None:
    owner = make_user(role)
    assert wants(owner, make_event(READY, make_order(customer_id=owner.id)))
    assert wants(owner, make_event(REGISTERED, owner))
    assert not wants(owner, make_event(READY, make_order()))
    assert not wants(owner, make_event(REGISTERED, make_user()))


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMIN])
def test_staff_are_sent_everybodys_events(role: Role) -> None:
    assert wants(make_user(role), make_event(READY))
    assert wants(make_user(role), make_event(REGISTERED, make_user()))


def test_a_right_that_was_lost_counts_from_now_on() -> None:
    owner = make_user(Role.ADMIN)
    theirs = make_endpoint(owner_id=owner.id)
    assert theirs.wants(make_event(READY), owner)
    assert not theirs.wants(make_event(READY), make_user(Role.SELLER, id=owner.id))


def test_an_owner_who_was_switched_off_is_sent_nothing() -> None:
    owner = make_user(Role.ADMIN, active=False)
    assert not wants(owner, make_event(READY))
    assert not wants(owner, make_event(READY, make_order(customer_id=owner.id)))


def test_only_the_types_that_were_asked_for_are_sent() -> None:
    owner = make_user(Role.ADMIN)
    assert wants(owner, make_event(READY), READY)
    assert not wants(owner, make_event(EventType.ORDER_CREATED), READY)


def test_a_ping_is_sent_to_nobody_through_the_log() -> None:
    owner = make_user(Role.ADMIN)
    theirs = make_endpoint(owner_id=owner.id, types=tuple(EventType))
    assert not theirs.wants(make_event(PING, theirs), owner)
    assert not theirs.wants(make_event(PING, make_endpoint()), owner)


@pytest.mark.parametrize("type", [DISABLED, EXHAUSTED])
def test_what_happened_to_an_endpoint_is_told_to_the_others_of_its_owner(type: EventType) -> None:
    owner = make_user(Role.SELLER)
    troubled, other = (make_endpoint(owner_id=owner.id, types=(DISABLED, EXHAUSTED)) for _ in range(2))
    assert not troubled.wants(make_event(type, troubled), owner)
    assert other.wants(make_event(type, troubled), owner)
    assert not other.wants(make_event(type, make_endpoint()), owner), "somebody else's"
