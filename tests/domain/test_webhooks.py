"""Webhook endpoints: who may have one, what it is sent, and how its owner changes it."""

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.circuits import CLOSED, Circuit
from domain.clock import now
from domain.deliveries import ping
from domain.events import ActorKind, EventType, Place
from domain.ids import new_id
from domain.refusals import InputIssue, InvalidInput, NotAllowed, NotFound, Refused, VersionConflict
from domain.users import Role, Viewer
from domain.webhooks import (
    MOST_ENDPOINTS,
    EndpointChange,
    NewSecret,
    WebhookEndpoint,
    WebhookOrdering,
    WebhookSecrets,
    WebhookStatus,
    create,
    delete,
    disable,
    endpoint,
    rotate,
    update,
)
from tests.domain.fakes import FakeShop
from tests.support.things import (
    NOON,
    SECRET,
    make_cause,
    make_endpoint,
    make_viewer,
)

READY, REGISTERED, PING = EventType.ORDER_READY, EventType.USER_REGISTERED, EventType.WEBHOOK_PING
DISABLED, EXHAUSTED = EventType.WEBHOOK_DISABLED, EventType.WEBHOOK_EXHAUSTED
OPEN = Circuit(failures=5, failing_since=NOON, probes=1, retry_at=NOON)
HOUR = timedelta(hours=1)


class TestMaking:
    @staticmethod
    def asked(viewer: Viewer, **given: Any) -> WebhookEndpoint:
        fields = {"name": "Warehouse", "url": "https://warehouse.example.test/", "types": (READY,), "secret_hint": "…"}
        return endpoint(viewer, **{**fields, **given})

    def test_a_secret_is_24_random_bytes_as_the_standard_writes_them(self) -> None:
        first, second = NewSecret(), NewSecret()
        assert first.text != second.text
        assert first.text.startswith("whsec_")
        assert len(base64.b64decode(first.text.removeprefix("whsec_"))) == 24
        assert first.hint == f"…{first.text[-4:]}"

    def test_an_endpoint_is_enabled_and_has_each_type_once(self) -> None:
        viewer = make_viewer(Role.SELLER)
        made = self.asked(viewer, name=" Warehouse ", types=[READY, REGISTERED, READY])
        assert (made.name, made.owner_id, made.types) == ("Warehouse", viewer.user_id, (READY, REGISTERED))
        assert (made.status, made.disabled_reason, made.version) == (WebhookStatus.ENABLED, None, 1)
        assert (made.ordering, made.max_in_flight, made.document) == (WebhookOrdering.NONE, 8, None)

    def test_a_customer_may_not_have_endpoints(self) -> None:
        with pytest.raises(Refused) as refused:
            self.asked(make_viewer(Role.CUSTOMER))
        assert isinstance(refused.value.refusal, NotAllowed)

    def test_everything_that_is_wrong_is_said_at_once(self) -> None:
        with pytest.raises(Refused) as refused:
            self.asked(make_viewer(Role.SELLER), name=" ", types=[], max_in_flight=0)
        assert refused.value.refusal == InvalidInput(
            issues=(
                InputIssue(path=("input", "name"), code="LENGTH", message="must have 1 to 120 characters, it has 0"),
                InputIssue(path=("input", "types"), code="COUNT", message="must name at least one event type"),
                InputIssue(path=("input", "maxInFlight"), code="RANGE", message="must be 1 to 64, it is 0"),
            )
        )

    @pytest.mark.parametrize(("most", "is_let_in"), [(-1, False), (1, True), (64, True), (65, False)])
    def test_so_many_may_be_sent_at_once_and_no_more(self, most: int, is_let_in: bool) -> None:
        if is_let_in:
            assert self.asked(make_viewer(Role.SELLER), max_in_flight=most).max_in_flight == most
            return
        with pytest.raises(Refused, match="maxInFlight"):
            self.asked(make_viewer(Role.SELLER), max_in_flight=most)

    async def test_a_new_endpoint_hears_of_what_happens_from_now_on_or_after_a_place(self) -> None:
        shop, made, older = FakeShop(), make_endpoint(), make_endpoint()
        shop.events.place = Place(position=41, mark=b"mark")
        start = Place(position=7, mark=b"then")
        await create(shop.tx, made, secret="1.sealed", start=None)
        await create(shop.tx, older, secret="1.other", start=start)
        assert shop.endpoints.places == {made.id: shop.events.place, older.id: start}
        assert shop.endpoints.kept_secrets[made.id] == WebhookSecrets(current="1.sealed")

    async def test_there_are_so_many_endpoints_for_one_owner_and_no_more(self) -> None:
        owner_id = new_id()
        theirs = [make_endpoint(owner_id=owner_id) for _ in range(MOST_ENDPOINTS)]
        shop = FakeShop(endpoints=theirs[1:])
        await create(shop.tx, theirs[0], secret=SECRET, start=None)
        with pytest.raises(Refused) as refused:
            await create(shop.tx, make_endpoint(owner_id=owner_id), secret=SECRET, start=None)
        assert refused.value.refusal == InvalidInput(
            issues=(
                InputIssue(path=("input",), code="COUNT", message="there are 20 endpoints already; delete one first"),
            )
        )
        await create(shop.tx, make_endpoint(), secret=SECRET, start=None)


class TestManaging:
    """What owners and admins do with an endpoint."""

    @staticmethod
    async def changed(
        known: WebhookEndpoint, change: EndpointChange, *, circuit: Circuit = OPEN
    ) -> tuple[WebhookEndpoint, Circuit]:
        shop, owner = FakeShop(endpoints=[known]), make_viewer(Role.SELLER, user_id=known.owner_id)
        shop.endpoints.kept_circuits[known.id] = circuit
        answered = await update(shop.tx, owner, known.id, change, expected_version=known.version)
        assert shop.endpoints.rows == {known.id: answered}
        return answered, shop.endpoints.kept_circuits[known.id]

    async def test_what_is_not_named_stays_as_it_is(self) -> None:
        known = make_endpoint(document="subscription { events { cursor } }", version=3)
        answered, circuit = await self.changed(known, EndpointChange())
        assert answered == replace(known, version=4)
        assert circuit == OPEN
        answered, _ = await self.changed(known, EndpointChange(name=" Depot ", types=[READY, REGISTERED, READY]))
        assert answered == replace(known, name="Depot", types=(READY, REGISTERED), version=4)

    async def test_all_that_is_named_is_changed_and_no_document_is_a_wish_too(self) -> None:
        wish = EndpointChange(
            name="Depot",
            url="https://depot.example.test/",
            types=[REGISTERED],
            ordering=WebhookOrdering.PER_SUBJECT,
            max_in_flight=1,
            status=WebhookStatus.PAUSED,
            document=None,
        )
        known = make_endpoint(document="subscription { events { cursor } }")
        answered, _ = await self.changed(known, wish)
        assert answered == replace(
            known,
            name="Depot",
            url="https://depot.example.test/",
            types=(REGISTERED,),
            ordering=WebhookOrdering.PER_SUBJECT,
            max_in_flight=1,
            status=WebhookStatus.PAUSED,
            document=None,
            version=2,
        )

    @pytest.mark.parametrize("was", [WebhookStatus.PAUSED, WebhookStatus.DISABLED])
    async def test_enabled_again_it_is_tried_at_once(self, was: WebhookStatus) -> None:
        known = make_endpoint(status=was, disabled_reason="It answered 410 (Gone).")
        answered, circuit = await self.changed(known, EndpointChange(status=WebhookStatus.ENABLED))
        assert (answered.status, answered.disabled_reason) == (WebhookStatus.ENABLED, None)
        assert circuit == CLOSED

    async def test_saying_that_it_is_enabled_when_it_is_does_not_close_its_circuit(self) -> None:
        _, circuit = await self.changed(make_endpoint(), EndpointChange(status=WebhookStatus.ENABLED))
        assert circuit == OPEN

    async def test_one_that_the_shop_has_disabled_may_be_mended_before_it_is_enabled(self) -> None:
        known = make_endpoint(status=WebhookStatus.DISABLED, disabled_reason="It answered 410 (Gone).")
        answered, circuit = await self.changed(known, EndpointChange(url="https://new.example.test/"))
        assert answered == replace(known, url="https://new.example.test/", version=2)
        assert circuit == OPEN

    async def test_what_is_wrong_with_a_change_is_said_and_nothing_is_changed(self) -> None:
        known = make_endpoint()
        wish = EndpointChange(name="", types=[], max_in_flight=65, status=WebhookStatus.DISABLED)
        shop, owner = FakeShop(endpoints=[known]), make_viewer(user_id=known.owner_id)
        with pytest.raises(Refused) as refused:
            await update(shop.tx, owner, known.id, wish, expected_version=1)
        assert isinstance(refused.value.refusal, InvalidInput)
        found = [(issue.path[-1], issue.code) for issue in refused.value.refusal.issues]
        assert found == [("name", "LENGTH"), ("types", "COUNT"), ("maxInFlight", "RANGE"), ("status", "VALUE")]
        assert shop.endpoints.rows == {known.id: known}

    async def test_who_has_seen_an_older_version_changes_nothing(self) -> None:
        known = make_endpoint(version=3)
        shop, owner = FakeShop(endpoints=[known]), make_viewer(user_id=known.owner_id)
        with pytest.raises(Refused) as refused:
            await update(shop.tx, owner, known.id, EndpointChange(name="Depot"), expected_version=2)
        assert refused.value.refusal == VersionConflict(expected=2, actual=3)
        assert shop.endpoints.rows == {known.id: known}

    async def test_the_shop_disables_it_with_an_event_that_says_why(self) -> None:
        known = make_endpoint(version=3)
        shop = FakeShop(endpoints=[known])
        answered = await disable(shop.tx, known, reason="It answered 410 (Gone).")
        assert answered == replace(
            known, status=WebhookStatus.DISABLED, disabled_reason="It answered 410 (Gone).", version=4
        )
        assert shop.endpoints.rows == {known.id: answered}
        [event] = shop.events.appended
        assert (event.type, event.subject, event.cause.actor.kind) == (DISABLED, answered, ActorKind.SYSTEM)

    async def test_a_secret_that_is_replaced_signs_until_the_grace_is_over(self) -> None:
        known = make_endpoint()
        shop, owner = FakeShop(endpoints=[known]), make_viewer(user_id=known.owner_id)
        shop.endpoints.kept_secrets[known.id] = WebhookSecrets(current="1.first", old="1.older", old_until=now() + HOUR)
        before = now()
        answered = await rotate(shop.tx, owner, known.id, new="1.second", hint="…2222", grace=HOUR)
        assert answered == replace(known, secret_hint="…2222", version=2) == shop.endpoints.rows[known.id]
        kept = shop.endpoints.kept_secrets[known.id]
        assert (kept.current, kept.old) == ("1.second", "1.first")
        assert kept.old_until
        assert before + HOUR <= kept.old_until <= now() + HOUR
        assert kept.at(kept.old_until - timedelta(microseconds=1)) == ("1.second", "1.first")
        assert kept.at(kept.old_until) == ("1.second",)

    async def test_without_a_grace_the_secret_before_is_forgotten(self) -> None:
        known = make_endpoint()
        shop, owner = FakeShop(endpoints=[known]), make_viewer(user_id=known.owner_id)
        shop.endpoints.kept_secrets[known.id] = WebhookSecrets(current="1.first", old="1.older", old_until=now() + HOUR)
        await rotate(shop.tx, owner, known.id, new="1.second", hint="…2222", grace=timedelta(0))
        assert shop.endpoints.kept_secrets[known.id] == WebhookSecrets(current="1.second")

    @pytest.mark.parametrize("role", [Role.SELLER, Role.OPERATOR])
    async def test_an_endpoint_of_somebody_else_is_unknown(self, role: Role) -> None:
        theirs = make_endpoint()
        shop, stranger = FakeShop(endpoints=[theirs]), make_viewer(role)
        shop.endpoints.kept_secrets[theirs.id] = WebhookSecrets(current="1.first")
        tries = [
            delete(shop.tx, stranger, theirs.id),
            ping(shop.tx, stranger, theirs.id, cause=make_cause()),
            update(shop.tx, stranger, theirs.id, EndpointChange(name="Mine"), expected_version=1),
            rotate(shop.tx, stranger, theirs.id, new="1.second", hint="…", grace=HOUR),
        ]
        for attempt in tries:
            with pytest.raises(Refused) as refused:
                await attempt
            assert refused.value.refusal == NotFound(id=str(theirs.id))
        assert shop.endpoints.rows == {theirs.id: theirs}
        assert shop.endpoints.kept_secrets[theirs.id] == WebhookSecrets(current="1.first")
        assert shop.events.appended == []

    async def test_owners_and_admins_delete_an_endpoint(self) -> None:
        first, second = make_endpoint(), make_endpoint()
        shop = FakeShop(endpoints=[first, second])
        await delete(shop.tx, make_viewer(Role.SELLER, user_id=first.owner_id), first.id)
        await delete(shop.tx, make_viewer(Role.ADMIN), second.id)
        assert shop.endpoints.rows == {}
