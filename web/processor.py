"""A simulated card processor: charges each payment once, and answers after what the card's token says."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

from domain.cards import Scenario
from domain.charges import Charge, Outcome, Refund, Result
from domain.clock import now
from domain.ids import new_id
from domain.ports import Unavailable
from web.ledger import Answer, Ledger, Planned

log = logging.getLogger(__name__)

SECOND_TRY = 0.5
"""Seconds until what could not be told is told again."""
REPEATED = timedelta(seconds=10)
"""After so long what was told, and not heard of, is told again: a broker may lose what it had taken. Then after twice
that, and so on: what is only slow must not drown in what is repeated."""
MOST_DOUBLED = 8

Tell = Callable[[Answer], Awaitable[None]]

APPROVED, DECLINED, FAILED = Outcome.APPROVED, Outcome.DECLINED, Outcome.FAILED
PROMPT, LATE, AFTERWARDS = "prompt", "late", "afterwards"
SCENARIOS: dict[str, Sequence[tuple[Outcome, str | None, str]]] = {
    Scenario.APPROVED: [(APPROVED, None, PROMPT)],
    Scenario.INSUFFICIENT_FUNDS: [(DECLINED, "insufficient_funds", PROMPT)],
    Scenario.LOST_CARD: [(DECLINED, "lost_card", PROMPT)],
    Scenario.PROCESSING_ERROR: [(FAILED, "processing_error", PROMPT)],
    Scenario.NO_ANSWER: [],
    Scenario.LATE_ANSWER: [(APPROVED, None, LATE)],
    Scenario.ANSWER_TWICE: [(APPROVED, None, PROMPT), (APPROVED, None, PROMPT)],
    Scenario.DECLINE_THEN_APPROVE: [(DECLINED, "do_not_honor", PROMPT), (APPROVED, None, AFTERWARDS)],
}
"""By the word in the token: what is answered, why, and when."""

NO_TOKEN = [(FAILED, "unknown_token", PROMPT)]


class Processor:
    """`tell` gives an answer to the shop; it raises Unavailable when the shop may not have it, and is asked again.

    `delay` is how long an answer takes, `late` how long a late one, and `repeated` how long one waits to be heard.
    """

    def __init__(
        self, ledger: Ledger, tell: Tell, *, delay: timedelta, late: timedelta, repeated: timedelta = REPEATED
    ) -> None:
        self._ledger = ledger
        self._tell = tell
        self._repeated = repeated.total_seconds()
        prompt = delay.total_seconds()
        self._waits = {PROMPT: prompt, LATE: late.total_seconds(), AFTERWARDS: 2 * prompt}
        self._news = asyncio.Event()
        self._stopping = False

    async def take(self, request: Charge | Refund) -> None:
        """It is in the ledger when this returns."""
        match request:
            case Charge():
                await self._charge(request)
            case Refund():
                await self._refund(request)
        self._news.set()

    async def heard(self, message_id: str) -> None:
        """The shop has taken in an answer."""
        await self._ledger.heard(message_id)

    async def run(self) -> None:
        """Gives each answer when it is due, until `stop`."""
        while not self._stopping:
            self._news.clear()
            wait: float | None = SECOND_TRY
            try:
                for answer in await self._ledger.due():
                    await self._tell(answer)
                    await self._ledger.told(answer, again_in=self._repeated * 2 ** min(answer.told, MOST_DOUBLED))
                wait = await self._ledger.next_due()
            except Unavailable as fault:
                log.info("an answer waits: %s", fault)
            except Exception:
                log.exception("an answer could not be given, and is tried again")
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), wait)

    def stop(self) -> None:
        self._stopping = True
        self._news.set()

    async def _charge(self, charge: Charge) -> None:
        answers = SCENARIOS.get(scenario_of(charge.token), NO_TOKEN)
        transaction_id = f"txn_{new_id().hex}"
        plan = [
            Planned(result=_result(charge, outcome, reason, transaction_id), wait=self._waits[when])
            for outcome, reason, when in answers
        ]
        captured = any(outcome is APPROVED for outcome, _, _ in answers)
        first = await self._ledger.charge(charge, transaction_id=transaction_id, captured=captured, plan=plan)
        log.debug("payment %s is charged%s", charge.payment_id, "" if first else " already")

    async def _refund(self, refund: Refund) -> None:
        result = _result(refund, Outcome.REFUNDED, None, refund.transaction_id)
        first = await self._ledger.refund(refund, plan=[Planned(result=result, wait=self._waits[PROMPT])])
        log.debug("payment %s is given back%s", refund.payment_id, "" if first else " already, or was never taken")


def scenario_of(token: str) -> str:
    """Of tok_<scenario>_<random>."""
    return token.removeprefix("tok_").rpartition("_")[0]


def _result(request: Charge | Refund, outcome: Outcome, reason: str | None, transaction_id: str) -> Result:
    """The same result has the same message id, whenever it is told."""
    moved = outcome in (APPROVED, Outcome.REFUNDED)
    return Result(
        message_id=f"{request.payment_id}:{outcome.lower()}",
        payment_id=request.payment_id,
        outcome=outcome,
        transaction_id=transaction_id if moved else None,
        amount=request.amount,
        reason=reason,
        at=now(),
    )
