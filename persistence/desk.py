"""The order desk: many orders placed in one transaction, each once per idempotency key."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import select, update

from domain.drafts import ListedLine, OrderDraft
from domain.orders import Order, OrderItem
from domain.placing import Placed, place
from domain.refusals import IdempotencyConflict, Refusal, Refused
from domain.reservations import shelf_of
from persistence.database import CommitUnknown, SqlDatabase, SqlTransaction
from persistence.keys import Claim, digest
from persistence.lane import Lane
from persistence.tables import order_serials

Outcome = Order | Refusal
SERIALS_AT_ONCE = 200
TRIES = 3  # how often the answer to a COMMIT may be lost in a row


class SqlOrderDesk:
    def __init__(self, database: SqlDatabase, *, promote_after: timedelta) -> None:
        self._database = database
        self._promote_after = promote_after
        self._serials = Serials(database)
        self._lane: Lane[OrderDraft, Outcome] = Lane(self._place_group)
        self._running: dict[bytes, Running] = {}

    async def place(self, draft: OrderDraft) -> Order:
        """See domain.ports.OrderDesk."""
        outcome = await (self._lane(draft) if draft.idempotency_key is None else self._place_once(draft))
        if not isinstance(outcome, Order):
            raise Refused(outcome)
        return outcome

    async def close(self) -> None:
        await self._lane.close()

    async def _place_once(self, draft: OrderDraft) -> Outcome:
        """Calls with the same key and body share one answer; another body waits, and then meets the key's row."""
        key, body = key_of(draft), body_of(draft)
        while running := self._running.get(key):
            if running.body == body:
                return await asyncio.shield(running.answer)
            await asyncio.wait([running.answer])
        answer = asyncio.create_task(self._lane(draft))
        self._running[key] = Running(body=body, answer=answer)
        answer.add_done_callback(lambda _: self._running.pop(key))
        return await asyncio.shield(answer)

    async def _place_group(self, drafts: Sequence[OrderDraft]) -> Sequence[Outcome]:
        decide, tries = self._decide, TRIES
        while True:
            try:
                serials = await self._serials.take(len(drafts))
                return await self._database.transact(partial(decide, numbered=list(zip(drafts, serials, strict=True))))
            except CommitUnknown:
                decide, tries = self._decide_again, tries - 1
                if not tries:
                    raise

    async def _decide(self, tx: SqlTransaction, numbered: Sequence[tuple[OrderDraft, int]]) -> list[Outcome]:
        """Locks in the shop's order: idempotency keys, articles, and last of all the head of the log.

        Orders and payments are new: nobody waits for them. A refusal is a value here, so that the others of the group
        are placed; its key is free again.
        """
        asked = {draft.id: fresh(draft) for draft, _ in numbered}
        claims = asked | await claim_keys(tx, [draft for draft, _ in numbered], asked)
        mine = [one for one in numbered if claims[one[0].id].result_id == one[0].id]
        known = await self._placed(tx, mine)
        refused = [draft for draft, _ in mine if not isinstance(known[draft.id], Order)]
        await tx.keys.give_back([key_of(draft) for draft in refused if draft.idempotency_key is not None])
        there = [claim.result_id for claim in claims.values() if claim.result_id not in known]
        known |= await tx.orders.by_ids(there) if there else {}
        return [_outcome(draft, claims[draft.id], asked[draft.id], known) for draft, _ in numbered]

    async def _placed(self, tx: SqlTransaction, numbered: Sequence[tuple[OrderDraft, int]]) -> dict[UUID, Outcome]:
        """One after the other, as if each were alone: what one has reserved, the next cannot have."""
        shelf = await shelf_of(tx, (), [line for draft, _ in numbered for line in draft.lines])
        outcomes: dict[UUID, Outcome] = {}
        new: list[Placed] = []
        for draft, serial in numbered:
            try:
                placed = place(draft, shelf, serial=serial, promote_after=self._promote_after)
            except Refused as refused:
                outcomes[draft.id] = refused.refusal
                continue
            outcomes[draft.id] = placed.order
            new.append(placed)
            for event in placed.events:
                tx.events.append(event)
        if new:
            await tx.orders.add([one.order for one in new])
        await tx.payments.add([one.payment for one in new if one.payment])
        await shelf.write(tx)
        return outcomes

    async def _decide_again(self, tx: SqlTransaction, numbered: Sequence[tuple[OrderDraft, int]]) -> list[Outcome]:
        """After a COMMIT whose answer was lost: what is there is answered, and only the rest is decided."""
        there = await tx.orders.committed([draft.id for draft, _ in numbered])
        rest = [one for one in numbered if one[0].id not in there]
        decided = await self._decide(tx, rest) if rest else []
        answers: dict[UUID, Outcome] = {draft.id: outcome for (draft, _), outcome in zip(rest, decided, strict=True)}
        answers |= await tx.orders.by_ids(list(there))
        return [answers[draft.id] for draft, _ in numbered]


@dataclass(frozen=True, slots=True)
class Running:
    body: bytes
    answer: "asyncio.Task[Outcome]"


def _outcome(draft: OrderDraft, claim: Claim, asked: Claim, known: Mapping[UUID, Outcome]) -> Outcome:
    if claim.body != asked.body:
        return IdempotencyConflict(key=draft.idempotency_key or "")
    return known[claim.result_id]


async def claim_keys(
    tx: SqlTransaction, drafts: Sequence[OrderDraft], asked: Mapping[UUID, Claim]
) -> dict[UUID, Claim]:
    """By draft id, for drafts with a key."""
    keyed = {draft.id: key_of(draft) for draft in drafts if draft.idempotency_key is not None}
    if not keyed:
        return {}
    owners = await tx.keys.claim_all([(key, asked[id]) for id, key in keyed.items()])
    return {id: owners[key] for id, key in keyed.items()}


def fresh(draft: OrderDraft) -> Claim:
    return Claim(draft.id, body_of(draft))


def key_of(draft: OrderDraft) -> bytes:
    return digest("createOrder", draft.customer_id, draft.idempotency_key)


def body_of(draft: OrderDraft) -> bytes:
    """The same for what processes of before took: articles described by hand, no region and no payment."""
    custom = [_custom(line) for line in draft.lines if isinstance(line, OrderItem)]
    listed = [(line.product_id, line.quantity, line.expected) for line in draft.lines if isinstance(line, ListedLine)]
    more = (listed, draft.region) if listed else ()
    paid = (draft.payment.asked,) if draft.payment else ()
    return digest(custom, draft.note, *more, *paid)


def _custom(line: OrderItem) -> tuple[object, ...]:
    """Field by field: dataclasses.astuple copies deeply, which took a quarter of what an order costs."""
    price = (line.unit_price.minor, line.unit_price.currency)
    return line.product, line.size, line.color, line.quantity, price


class Serials:
    """Order numbers for people, reserved in blocks by a transaction of their own: a crash leaves a gap."""

    def __init__(self, database: SqlDatabase) -> None:
        self._database = database
        self._left: list[int] = []

    async def take(self, count: int) -> list[int]:
        if len(self._left) < count:
            self._left += await self._database.transact(self._reserve)
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    async def _reserve(self, tx: SqlTransaction) -> range:
        taken = order_serials.c.last + SERIALS_AT_ONCE
        await tx.connection.execute(update(order_serials).values(last=taken))
        last = int(await tx.connection.scalar(select(order_serials.c.last)) or 0)
        return range(last - SERIALS_AT_ONCE + 1, last + 1)
