"""Accounts: what an admin may change of a user. Every process hears of it in the log, at once."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from domain import sessions
from domain.clock import now
from domain.events import Cause, Event, EventType
from domain.ports import Transaction
from domain.refusals import Issues, NotAllowed, Refused, not_found
from domain.users import Role, User, Viewer


async def set_roles(tx: Transaction, viewer: Viewer, id: UUID, roles: Sequence[Role], *, cause: Cause) -> User:
    """What a user may do from now on; for an ADMIN. Raises Refused with NotAllowed, NotFound or InvalidInput."""
    issues = Issues()
    if not roles:
        issues.add(("roles",), "COUNT", "must name at least one role, e.g. CUSTOMER")
    issues.refuse()
    wanted = _in_order(roles)
    if id == viewer.user_id and Role.ADMIN not in wanted:
        raise Refused(NotAllowed(message="You cannot take the role ADMIN from yourself. Ask another admin."))
    user = await _locked_for_admin(tx, viewer, id)
    return await _changed(tx, user, replace(user, roles=wanted), cause)


async def set_active(tx: Transaction, viewer: Viewer, id: UUID, active: bool, *, cause: Cause) -> User:
    """Lets a user in again, or ends all their sessions; for an ADMIN. Raises Refused with NotAllowed or NotFound."""
    if id == viewer.user_id and not active:
        raise Refused(NotAllowed(message="You cannot deactivate yourself. Ask another admin."))
    user = await _locked_for_admin(tx, viewer, id)
    if not active:
        await sessions.revoke_all(tx, id, cause=cause)
    return await _changed(tx, user, replace(user, active=active), cause)


async def grant(tx: Transaction, email: str, role: Role, *, cause: Cause) -> User | None:
    """Gives a role to the user with an address: how a shop gets its first admin. None when there is no such user."""
    known = await tx.users.credentials(email)
    if known is None:
        return None
    user = await _locked(tx, known[0].id)
    return await _changed(tx, user, replace(user, roles=_in_order({*user.roles, role})), cause)


async def _locked_for_admin(tx: Transaction, viewer: Viewer, id: UUID) -> User:
    """The viewer is asked for again, in the database: two admins who demote each other do not both succeed."""
    locked = {one: await tx.users.lock(one) for one in sorted({id, viewer.user_id})}
    admin, user = locked[viewer.user_id], locked[id]
    if admin is None or not admin[0].active or Role.ADMIN not in admin[0].roles:
        raise Refused(NotAllowed(message="This needs the role ADMIN. Ask an admin for it."))
    if user is None:
        raise not_found(id)
    return user[0]


async def _locked(tx: Transaction, id: UUID) -> User:
    found = await tx.users.lock(id)
    if found is None:
        raise not_found(id)
    return found[0]


async def _changed(tx: Transaction, before: User, after: User, cause: Cause) -> User:
    if after == before:
        return before
    changed, at = replace(after, version=before.version + 1), now()
    await tx.users.update(changed, at=at)
    tx.events.append(Event(type=EventType.USER_CHANGED, subject=changed, cause=cause, at=at))
    return changed


def _in_order(roles: Collection[Role]) -> tuple[Role, ...]:
    return tuple(role for role in Role if role in roles)
