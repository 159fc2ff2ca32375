"""The fan-out: in steps that stay short, whoever is behind and however far."""

from sqlalchemy import func, select

from domain.events import START
from domain.users import Role, User
from domain.webhooks import viewer_for
from persistence.database import SqlDatabase, SqlTransaction
from persistence.tables import webhook_deliveries
from tests.persistence.shops import happen
from tests.support.things import SECRET, make_endpoint, make_event, make_user
from worker.fanout import DELIVERIES, fan_out

ENDPOINTS, EVENTS = 60, 100


async def test_a_long_backlog_of_many_endpoints_is_worked_off_in_short_steps(database: SqlDatabase) -> None:
    owner = make_user(roles=(Role.ADMIN,))
    await database.transact(lambda tx: _settle_in(tx, owner))
    happened = await happen(database, *(make_event() for _ in range(EVENTS)))
    steps = [await fan_out(database)]
    while steps[-1].more:
        steps.append(await fan_out(database))
    assert sum(step.owed for step in steps) == ENDPOINTS * EVENTS
    assert max(step.owed for step in steps) <= DELIVERIES
    async with database.reading() as rows:
        counted = await rows.connection.scalar(select(func.count()).select_from(webhook_deliveries))
        assert counted == ENDPOINTS * EVENTS
        assert not await rows.endpoints.any_behind(happened[-1].place)
    assert await fan_out(database) == type(steps[-1])()
    assert viewer_for(owner).is_staff


async def _settle_in(tx: SqlTransaction, owner: User) -> None:
    await tx.users.add(owner, password_hash="none")
    for _ in range(ENDPOINTS):
        wanted = make_endpoint(owner_id=owner.id, types=(make_event().type,))
        await tx.endpoints.add(wanted, secret=SECRET, place=START)
