"""Accounts: what an admin changes of a user holds at once, for the tokens too that the user has already."""

import asyncio
from collections import Counter
from collections.abc import Awaitable

import pytest

from domain.users import Role
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.support.receiver import Receiver
from tests.support.signing_in import (
    PROMPTLY,
    SignIn,
    closing_code,
    log_in,
    refreshed,
    seconds_until,
    seconds_until_refused,
    sign_in,
)

UNKNOWN = "019a0000-0000-7000-8000-000000000000"
RESULT = """__typename ... on User { id name email roles active } ... on Refusal { message } ... on NotFound { id }
  ... on InvalidInput { issues { path code } }"""
SET_ROLES = f"mutation($id: ID!, $roles: [Role!]!) {{ setUserRoles(id: $id, roles: $roles) {{ {RESULT} }} }}"
SET_ACTIVE = f"mutation($id: ID!, $active: Boolean!) {{ setUserActive(id: $id, active: $active) {{ {RESULT} }} }}"
USERS = """query($search: String, $role: Role, $first: Int, $after: String) {
  users(search: $search, role: $role, first: $first, after: $after) {
    edges { cursor node { id name email roles active } } pageInfo { hasNextPage endCursor } } }"""
LOGOUT = "mutation { logout { sessionsRevoked } }"
EVENTS = "subscription { events { cursor event { type } } }"


async def lists_users(client: Client) -> bool:
    """Whether the access token that the client has is one of staff at this moment."""
    answer = await client.post(USERS, first=1)
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes <= {"FORBIDDEN"}, answer
    return not codes


async def ended_with(client: Client, ending: Awaitable[object]) -> int:
    """What a socket of the client, with a subscription on it, is closed with; nothing comes before that."""
    async with client.socket() as socket:
        following = await socket.subscribe(EVENTS)
        await following.next()
        await ending
        return await closing_code(socket)


async def test_roles_are_gained_and_lost_at_every_api_with_the_token_one_has(
    stack: Stack, customer: Client, staff: Client
) -> None:
    for roles, is_staff in ((["OPERATOR", "CUSTOMER"], True), (["CUSTOMER"], False), (["ADMIN"], True)):
        changed = await staff.run(SET_ROLES, id=customer.user["id"], roles=roles)
        assert (changed["__typename"], sorted(changed["roles"])) == ("User", sorted(roles))

        async def holds(url: str, wanted: bool = is_staff) -> bool:
            return await lists_users(customer.at(url)) is wanted

        assert await seconds_until(holds, stack) < PROMPTLY
    assert (await customer.run("{ me { roles } }"))["roles"] == ["ADMIN"]


async def test_a_new_token_and_an_old_one_may_do_the_same(customer: Client, staff: Client) -> None:
    one = await sign_in(customer.url, customer.user["email"])
    await staff.run(SET_ROLES, id=customer.user["id"], roles=["OPERATOR"])
    newer = SignIn.of(one.url, await refreshed(one.url, one.refresh))
    assert newer.user["roles"] == ["OPERATOR"]
    async with newer.client() as client:
        assert await lists_users(client)
        await staff.run(SET_ROLES, id=customer.user["id"], roles=["CUSTOMER"])
        for known in (client, customer):
            await known.until(lambda me: me["roles"] == ["CUSTOMER"], "{ me { roles } }")
            assert not await lists_users(known)


async def test_an_order_of_others_is_no_longer_seen_by_who_was_staff(
    customer: Client, stranger: Client, staff: Client
) -> None:
    order = await stranger.order()
    await staff.run(SET_ROLES, id=customer.user["id"], roles=["OPERATOR"])
    look = "query($id: ID!) { order(id: $id) { id } }"
    await customer.until(lambda seen: seen is not None, look, id=order["id"])
    await staff.run(SET_ROLES, id=customer.user["id"], roles=["CUSTOMER"])
    await customer.until(lambda seen: seen is None, look, id=order["id"])


async def test_whoever_is_deactivated_is_out_everywhere_until_they_are_let_in_again(
    stack: Stack, customer: Client, staff: Client
) -> None:
    email = customer.user["email"]
    one = await sign_in(stack.apis[-1].url, email)
    changed = await staff.run(SET_ACTIVE, id=customer.user["id"], active=False)
    assert (changed["__typename"], changed["active"]) == ("User", False)
    assert await seconds_until_refused(one, stack) < PROMPTLY
    for api in stack.apis:
        assert (await refreshed(api.url, one.refresh))["__typename"] == "InvalidCredentials"
        assert await log_in(api.url, email) == await log_in(api.url, f"x{email}")
    await staff.run(SET_ACTIVE, id=customer.user["id"], active=True)

    async def may_sign_in(url: str) -> bool:
        return await (await sign_in(url, email)).is_let_in(url)

    assert await seconds_until(may_sign_in, stack) < PROMPTLY
    assert not await one.is_let_in(), "what has ended stays so"
    assert (await refreshed(stack.url, one.refresh))["__typename"] == "InvalidCredentials"


async def test_the_endpoints_of_a_deactivated_user_get_nothing(
    stack: Stack, staff: Client, customer: Client, receiver: Receiver
) -> None:
    create = """mutation($url: String!) { createWebhookEndpoint(
      input: {name: "hook", url: $url, types: [ORDER_CREATED]}) { ... on WebhookSecretIssued { secret } } }"""
    async with await signed_in(stack, Role.OPERATOR) as leaver:
        await leaver.run(create, url=receiver.url("/leaver"))
        await staff.run(create, url=receiver.url("/stayer"))
        await customer.order()
        await receiver.has(1, "/leaver")
        await staff.run(SET_ACTIVE, id=leaver.user["id"], active=False)
        for _ in range(3):
            await customer.order()
        await receiver.has(4, "/stayer")
        assert len(receiver.at("/leaver")) == 1
        await staff.run(SET_ACTIVE, id=leaver.user["id"], active=True)
        await customer.order()
        await receiver.has(2, "/leaver")
        await receiver.has(5, "/stayer")
        assert len(receiver.at("/leaver")) == 2, "what happened meanwhile is not sent afterwards"


async def test_an_admin_does_not_lock_themselves_out(staff: Client) -> None:
    me = await staff.run("{ me { id } }")
    for document, given in ((SET_ROLES, {"roles": ["SELLER"]}), (SET_ACTIVE, {"active": False})):
        assert (await staff.run(document, id=me["id"], **given))["__typename"] == "NotAllowed"
    assert (await staff.run("{ me { roles active } }")) == {"roles": ["ADMIN"], "active": True}


async def test_a_user_without_roles_is_refused_with_the_field(customer: Client, staff: Client) -> None:
    refused = await staff.run(SET_ROLES, id=customer.user["id"], roles=[])
    assert refused["issues"] == [{"path": ["roles"], "code": "COUNT"}]
    assert await staff.code(SET_ROLES, id=customer.user["id"], roles=["OWNER"]) == "BAD_USER_INPUT"


@pytest.mark.parametrize("id", [UNKNOWN, "garbage"])
async def test_an_unknown_user_is_not_found(staff: Client, id: str) -> None:
    for document, given in ((SET_ROLES, {"roles": ["SELLER"]}), (SET_ACTIVE, {"active": False})):
        refused = await staff.run(document, id=id, **given)
        assert (refused["__typename"], refused["id"]) == ("NotFound", id)


async def test_two_admins_at_once_lose_no_change(stack: Stack, customer: Client, staff: Client) -> None:
    there = staff.at(stack.apis[-1].url)
    id = customer.user["id"]
    answers = await asyncio.gather(
        *(client.run(SET_ROLES, id=id, roles=["SELLER"]) for client in (staff, there) * 3),
        *(client.run(SET_ACTIVE, id=id, active=False) for client in (staff, there) * 3),
    )
    assert Counter(answer["__typename"] for answer in answers) == {"User": 12}
    [found] = (await staff.run(USERS, search=customer.user["email"]))["edges"]
    assert (found["node"]["roles"], found["node"]["active"]) == (["SELLER"], False)


class TestSockets:
    """A subscription lives as long as its session, on every API."""

    @pytest.mark.parametrize("last", [False, True], ids=["at the same api", "at another"])
    async def test_a_socket_is_closed_when_its_session_ends(self, stack: Stack, customer: Client, last: bool) -> None:
        one = await sign_in(stack.url, customer.user["email"])
        async with one.client() as ender, one.client(stack.apis[-1].url if last else None) as listener:
            assert await ended_with(listener, ender.run(LOGOUT)) == 4403

    async def test_a_socket_is_closed_when_its_user_is_changed(
        self, stack: Stack, customer: Client, staff: Client
    ) -> None:
        there = customer.at(stack.apis[-1].url)
        ending = staff.run(SET_ROLES, id=customer.user["id"], roles=["SELLER"])
        assert await ended_with(there, ending) == 4403
        async with there.subscribe(EVENTS) as again:
            assert (await again.next())["event"] is None
        assert await ended_with(there, staff.run(SET_ACTIVE, id=customer.user["id"], active=False)) == 4403

    async def test_the_sockets_of_other_sessions_stay_open(self, stack: Stack, customer: Client) -> None:
        one = await sign_in(stack.url, customer.user["email"])
        async with customer.subscribe(EVENTS) as following:
            await following.next()
            async with one.client() as client:
                await client.run(LOGOUT)
            await seconds_until_refused(one, stack)
            await customer.order()
            assert (await following.next())["event"] == {"type": "ORDER_CREATED"}

    async def test_nothing_is_told_to_a_session_that_has_ended(self, stack: Stack, customer: Client) -> None:
        """An order is placed right behind the end of the session, before anybody may have noticed it."""
        one = await sign_in(stack.url, customer.user["email"])

        async def end_and_go_on() -> None:
            async with one.client() as client:
                await client.run(LOGOUT)
            await customer.order()

        async with one.client(stack.apis[-1].url) as listener:
            assert await ended_with(listener, end_and_go_on()) == 4403


class TestUsers:
    async def test_users_are_listed_newest_first_page_by_page(self, stack: Stack, operator: Client) -> None:
        mark = operator.user["id"][-12:]
        names = [f"{mark} {n}" for n in range(5)]
        for name in names:
            async with Client(stack.url) as client:
                await client.register(name=name)
        seen: list[str] = []
        after, more = None, True
        while more:
            page = await operator.run(USERS, search=mark.upper(), first=2, after=after)
            seen += [edge["node"]["name"] for edge in page["edges"]]
            after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert seen == names[::-1]

    async def test_users_are_found_by_their_address_and_role(
        self, customer: Client, staff: Client, operator: Client
    ) -> None:
        [found] = (await operator.run(USERS, search=f" {customer.user['email'].upper()} "))["edges"]
        assert found["node"] == {
            "id": customer.user["id"],
            "name": "Ana",
            "email": customer.user["email"],
            "roles": ["CUSTOMER"],
            "active": True,
        }
        assert (await operator.run(USERS, search=customer.user["email"], role="ADMIN"))["edges"] == []
        await staff.run(SET_ROLES, id=customer.user["id"], roles=["CUSTOMER", "SELLER"])
        assert len((await operator.run(USERS, search=customer.user["email"], role="SELLER"))["edges"]) == 1

    @pytest.mark.parametrize("search", ["%", "_", "\\", "'", "/", "nobody has this"])
    async def test_nothing_in_a_search_is_a_wildcard(self, customer: Client, operator: Client, search: str) -> None:
        page = await operator.run(USERS, search=f"{customer.user['email']}{search}")
        assert page["edges"] == []
