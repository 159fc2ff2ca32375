"""Accounts: what an admin may change of a user, and what the log says of it."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain import accounts, sessions
from domain.clock import now
from domain.events import EventType
from domain.ids import new_id
from domain.refusals import InvalidInput, NotAllowed, NotFound, Refusal, Refused
from domain.users import Role, User, Viewer
from tests.domain.fakes import FakeRefreshTokens, FakeShop
from tests.support.things import make_cause, make_user, make_viewer

EVA = make_user(Role.ADMIN, email="eva@example.test")
ADMIN = make_viewer(Role.ADMIN, user_id=EVA.id)
Change = Callable[[FakeShop, Viewer, UUID], Coroutine[Any, Any, User]]


def a_shop() -> FakeShop:
    """With Eva, its admin."""
    shop = FakeShop()
    shop.know(EVA)
    return shop


async def make_seller(shop: FakeShop, viewer: Viewer, id: UUID) -> User:
    return await accounts.set_roles(shop.tx, viewer, id, [Role.SELLER], cause=make_cause())


async def deactivate(shop: FakeShop, viewer: Viewer, id: UUID) -> User:
    return await accounts.set_active(shop.tx, viewer, id, False, cause=make_cause())


async def refusal_of(doing: Coroutine[Any, Any, User]) -> Refusal:
    with pytest.raises(Refused) as refused:
        await doing
    return refused.value.refusal


async def test_roles_are_set_in_their_order_and_the_log_says_so() -> None:
    shop, cause = a_shop(), make_cause(ADMIN.user_id)
    ana = shop.know(make_user())
    given = [Role.OPERATOR, Role.CUSTOMER, Role.OPERATOR]
    changed = await accounts.set_roles(shop.tx, ADMIN, ana.id, given, cause=cause)
    assert changed == replace(ana, roles=(Role.CUSTOMER, Role.OPERATOR), version=2)
    assert await shop.users.by_ids([ana.id]) == {ana.id: changed}
    [event] = shop.events.appended
    assert (event.type, event.subject, event.owner_id, event.cause) == (
        EventType.USER_CHANGED,
        changed,
        ana.id,
        cause,
    )


async def test_what_changes_nothing_is_no_event() -> None:
    shop = a_shop()
    ana = shop.know(make_user(Role.CUSTOMER, Role.SELLER))
    same = await accounts.set_roles(shop.tx, ADMIN, ana.id, [Role.SELLER, Role.CUSTOMER], cause=make_cause())
    still = await accounts.set_active(shop.tx, ADMIN, ana.id, True, cause=make_cause())
    assert same == still == ana
    assert shop.events.appended == []


async def test_a_user_without_a_role_cannot_be() -> None:
    shop = a_shop()
    ana = shop.know(make_user())
    refusal = await refusal_of(accounts.set_roles(shop.tx, ADMIN, ana.id, [], cause=make_cause()))
    assert isinstance(refusal, InvalidInput)
    assert [(issue.path, issue.code) for issue in refusal.issues] == [(("roles",), "COUNT")]


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SELLER, Role.OPERATOR])
@pytest.mark.parametrize("change", [make_seller, deactivate])
async def test_only_an_admin_changes_users(change: Change, role: Role) -> None:
    shop = a_shop()
    ana = shop.know(make_user())
    assert isinstance(await refusal_of(change(shop, make_viewer(role), ana.id)), NotAllowed)
    assert isinstance(await refusal_of(change(shop, make_viewer(role), new_id())), NotAllowed)
    assert await shop.users.by_ids([ana.id]) == {ana.id: ana}


@pytest.mark.parametrize("change", [make_seller, deactivate])
async def test_an_unknown_user_is_not_found(change: Change) -> None:
    id = new_id()
    assert await refusal_of(change(a_shop(), ADMIN, id)) == NotFound(id=str(id))


@pytest.mark.parametrize("change", [make_seller, deactivate])
async def test_an_admin_does_not_lock_themselves_out(change: Change) -> None:
    shop = a_shop()
    eva = shop.know(make_user(Role.ADMIN))
    viewer = make_viewer(Role.ADMIN, user_id=eva.id)
    assert isinstance(await refusal_of(change(shop, viewer, eva.id)), NotAllowed)
    assert await shop.users.by_ids([eva.id]) == {eva.id: eva}
    more = await accounts.set_roles(shop.tx, viewer, eva.id, [Role.ADMIN, Role.SELLER], cause=make_cause())
    assert more.roles == (Role.SELLER, Role.ADMIN)


@pytest.mark.parametrize("change", [make_seller, deactivate])
async def test_whoever_is_an_admin_no_more_changes_nobody_though_their_token_still_says_so(change: Change) -> None:
    shop = a_shop()
    bea = shop.know(make_user(Role.ADMIN, email="bea@example.test"))
    other = make_viewer(Role.ADMIN, user_id=bea.id)
    await change(shop, ADMIN, bea.id)
    assert isinstance(await refusal_of(change(shop, other, EVA.id)), NotAllowed)
    assert await shop.users.by_ids([EVA.id]) == {EVA.id: EVA}


async def test_whoever_is_deactivated_has_no_session_left_and_may_come_back() -> None:
    shop, tokens = a_shop(), FakeRefreshTokens()
    ana = shop.know(make_user())
    begun = [await sessions.begin(shop.tx, ana, tokens, user_agent=None) for _ in range(2)]
    changed = await deactivate(shop, ADMIN, ana.id)
    assert (changed.active, changed.version) == (False, 2)
    told = [(event.type, event.subject_id) for event in shop.events.appended]
    ended = [(EventType.SESSION_REVOKED, one.session.id) for one in begun]
    assert told == [*ended, (EventType.USER_CHANGED, ana.id)]
    back = await accounts.set_active(shop.tx, ADMIN, ana.id, True, cause=make_cause())
    assert (back.active, back.version) == (True, 3)
    assert not any(session.is_live(now()) for session in shop.sessions.rows.values()), "what has ended stays so"


async def test_a_session_that_is_left_over_ends_when_a_user_is_deactivated_again() -> None:
    shop, tokens = a_shop(), FakeRefreshTokens()
    ana = shop.know(make_user(active=False))
    begun = await sessions.begin(shop.tx, ana, tokens, user_agent=None)
    assert await deactivate(shop, ADMIN, ana.id) == ana
    assert [event.subject_id for event in shop.events.appended] == [begun.session.id]


async def test_a_role_is_granted_beside_those_that_are_there() -> None:
    shop = a_shop()
    shop.know(make_user())
    granted = await accounts.grant(shop.tx, "ANA@example.test", Role.ADMIN, cause=make_cause())
    assert granted
    assert granted.roles == (Role.CUSTOMER, Role.ADMIN)
    assert await accounts.grant(shop.tx, "ana@example.test", Role.ADMIN, cause=make_cause()) == granted
    assert len(shop.events.appended) == 1
    assert await accounts.grant(shop.tx, "nobody@example.test", Role.ADMIN, cause=make_cause()) is None
