"""Articles over the API: sellers list and change their own, and everybody may look."""

from typing import Any

import pytest

from tests.support.client import Client

UNKNOWN = "019a0000-0000-7000-8000-000000000000"
PRODUCT = """id sku name description category condition size color price { amount currency } imageUrl archived createdAt
  version available stock { region onHand reserved available } seller { id name email }"""
RESULT = f"""__typename ... on Product {{ {PRODUCT} }} ... on Refusal {{ message }} ... on NotFound {{ id }}
  ... on InvalidInput {{ issues {{ path code }} }} ... on VersionConflict {{ expected actual }}"""
CREATE = f"mutation($input: CreateProductInput!) {{ createProduct(input: $input) {{ {RESULT} }} }}"
UPDATE = f"mutation($input: UpdateProductInput!) {{ updateProduct(input: $input) {{ {RESULT} }} }}"
READ = f"query($id: ID!) {{ product(id: $id) {{ {PRODUCT} }} }}"
LIST = """query($filter: ProductFilter, $first: Int, $after: String, $last: Int, $before: String) {
  products(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount edges { cursor node { id name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
EVENTS = """subscription($after: Cursor) { events(after: $after) {
  cursor event { type subjectId version actor { user { id } } ... on ProductEvent { product {
    name version available seller { id email } } } } } }"""
LAMP = {
    "sku": "L-1",
    "name": "Lámpara verde",
    "description": "Old, and it works.",
    "category": "Desk lamps",
    "condition": "LIKE_NEW",
    "size": "M",
    "color": "verde",
    "price": "10.50",
    "imageUrl": "/pictures/guitar.svg",
    "stock": [{"region": "south", "quantity": 2}, {"region": "north", "quantity": 1}],
}


async def create(client: Client, **given: Any) -> dict[str, Any]:
    made: dict[str, Any] = await client.run(CREATE, input={**LAMP, **given})
    return made


async def listed(client: Client, **given: Any) -> dict[str, Any]:
    made = await create(client, **given)
    assert made["__typename"] == "Product", made
    return made


async def update(client: Client, article: dict[str, Any], **given: Any) -> dict[str, Any]:
    asked = {"id": article["id"], "expectedVersion": article["version"], **given}
    made: dict[str, Any] = await client.run(UPDATE, input=asked)
    return made


async def found(client: Client, **filter: Any) -> list[str]:
    """The ids that a filter finds; what is counted is what is there."""
    page = await client.run(LIST, filter=filter, first=100)
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"]["id"] for edge in page["edges"]]


class TestListing:
    async def test_what_a_seller_lists_everybody_may_read(
        self, seller: Client, customer: Client, nobody: Client, operator: Client
    ) -> None:
        made = await listed(seller, sku=" L-1 ")
        assert {name: made[name] for name in LAMP if name not in ("price", "stock")} == {
            name: value for name, value in LAMP.items() if name not in ("price", "stock")
        }
        assert made["price"] == {"amount": "10.50", "currency": "EUR"}
        assert made["stock"] == [
            {"region": "north", "onHand": 1, "reserved": 0, "available": 1},
            {"region": "south", "onHand": 2, "reserved": 0, "available": 2},
        ]
        assert (made["version"], made["archived"], made["available"]) == (1, False, 3)
        assert made["seller"] == {"id": seller.user["id"], "name": "Eva", **await seller.run("{ me { email } }")}
        of_others = {name: value for name, value in made.items() if name != "__typename"}
        of_others["seller"] = {**made["seller"], "email": None}
        for client in (nobody, customer):
            assert await client.run(READ, id=made["id"]) == of_others, "whose e-mail address is not theirs to see"
            assert await found(client, sellerId=seller.user["id"]) == [made["id"]]
        assert (await operator.run(READ, id=made["id"]))["seller"] == made["seller"]
        for id in (UNKNOWN, "garbage", ""):
            assert await nobody.run(READ, id=id) is None

    async def test_there_is_so_much_of_it_in_a_region(self, seller: Client, nobody: Client) -> None:
        made = await listed(seller)
        asked = 'query($id: ID!) { product(id: $id) { s: available(region: "south") x: available(region: "x") } }'
        assert await nobody.run(asked, id=made["id"]) == {"s": 2, "x": 0}

    async def test_customers_and_operators_list_nothing(
        self, customer: Client, operator: Client, staff: Client, nobody: Client
    ) -> None:
        for client in (customer, operator):
            refused = await create(client, sku="")
            assert refused["__typename"] == "NotAllowed"
            assert "SELLER, ADMIN" in refused["message"]
        assert await nobody.code(CREATE, input=LAMP) == "UNAUTHENTICATED"
        assert (await listed(staff, sku=UNKNOWN + staff.user["id"][-12:]))["seller"]["id"] == staff.user["id"]

    async def test_everything_that_is_wrong_is_said_at_once_where_the_form_has_it(self, seller: Client) -> None:
        stock = [{"region": "north", "quantity": -1}, {"region": "east", "quantity": 1}]
        wrong = {"sku": "", "name": " ", "price": "0.001", "imageUrl": "//host/a", "stock": stock}
        refused = await create(seller, **wrong)
        assert refused["__typename"] == "InvalidInput"
        assert {".".join(issue["path"]): issue["code"] for issue in refused["issues"]} == {
            "input.sku": "LENGTH",
            "input.name": "LENGTH",
            "input.price": "PRECISION",
            "input.imageUrl": "FORMAT",
            "input.stock.0.quantity": "RANGE",
            "input.stock.1.region": "REGION",
        }
        assert await found(seller, sellerId=seller.user["id"]) == []

    async def test_a_sku_is_a_sellers_only_one(self, seller: Client, staff: Client) -> None:
        await listed(seller, sku="Añ-1")
        refused = await create(seller, sku="aÑ-1 ")
        assert refused["issues"] == [{"path": ["input", "sku"], "code": "TAKEN"}]
        await listed(staff, sku=f"Añ-1 {seller.user['id'][-12:]}")
        assert len(await found(seller, sellerId=seller.user["id"])) == 1


class TestChanges:
    async def test_what_is_left_out_stays_and_null_removes(self, seller: Client, nobody: Client) -> None:
        made = await listed(seller)
        renamed = await update(seller, made, name="Lamp", price="9", condition="FAIR")
        assert renamed == made | {
            "name": "Lamp",
            "price": {"amount": "9.00", "currency": "EUR"},
            "condition": "FAIR",
            "version": 2,
        }
        bare = await update(seller, renamed, description=None, size=None, color=None, imageUrl=None)
        nothing = dict.fromkeys(("description", "size", "color", "imageUrl"))
        assert bare == renamed | nothing | {"version": 3}
        read = await nobody.run(READ, id=made["id"])
        assert read == {name: value for name, value in bare.items() if name != "__typename"} | {
            "seller": read["seller"]
        }
        refused = await update(seller, bare, name=None, category=None, price=None)
        assert {(issue["path"][-1], issue["code"]) for issue in refused["issues"]} == {
            ("name", "NULL"),
            ("category", "NULL"),
            ("price", "NULL"),
        }

    async def test_a_change_of_what_has_changed_is_refused(self, seller: Client, staff: Client) -> None:
        made = await listed(seller)
        assert (await update(staff, made, name="by an admin"))["version"] == 2
        refused = await update(seller, made, name="late")
        assert (refused["__typename"], refused["expected"], refused["actual"]) == ("VersionConflict", 1, 2)
        same = await update(seller, made | {"version": 2}, name="by an admin")
        assert same["version"] == 2, "which changes nothing"

    async def test_anothers_article_is_as_one_that_is_not_there(
        self, seller: Client, customer: Client, staff: Client
    ) -> None:
        of_another = await listed(staff, sku=f"of staff {seller.user['id'][-12:]}")
        for id in (of_another["id"], UNKNOWN, "garbage"):
            refused = await update(seller, {"id": id, "version": 1}, name="mine now")
            assert (refused["__typename"], refused["id"]) == ("NotFound", id)
            assert (await update(customer, {"id": id, "version": 1}, name="x"))["__typename"] == "NotAllowed"
        assert (await seller.run(READ, id=of_another["id"]))["name"] == LAMP["name"]

    async def test_an_archived_article_is_off_the_lists_and_not_gone(
        self, seller: Client, nobody: Client, customer: Client, staff: Client
    ) -> None:
        made, other = await listed(seller, sku="1"), await listed(seller, sku="2")
        archived = await update(seller, made, archived=True)
        assert (archived["archived"], archived["version"]) == (True, 2)
        owner = {"sellerId": seller.user["id"]}
        for client in (nobody, customer):
            assert await found(client, **owner) == [other["id"]]
            assert (await client.run(READ, id=made["id"]))["archived"] is True
        for client in (seller, staff):
            assert await found(client, **owner) == [other["id"], made["id"]]
        newest = [edge["node"]["id"] for edge in (await seller.run(LIST, first=100))["edges"]]
        assert other["id"] in newest
        assert made["id"] not in newest, "unless it is their own list that is asked for"
        await update(seller, archived, archived=False)
        assert await found(nobody, **owner) == [other["id"], made["id"]]


class TestLists:
    async def test_an_article_is_found_by_each_part_of_a_filter(self, seller: Client, nobody: Client) -> None:
        lamp = await listed(seller, sku="AB-1")
        empty = {"name": "Silla", "category": "Chairs", "condition": "NEW", "size": "XL", "color": None, "stock": []}
        chair = await listed(seller, sku="AB-2", price="20", **empty)
        both = [chair["id"], lamp["id"]]
        for filter, meant in (
            ({"search": "ab"}, both),
            ({"search": "LÁMP ab-1"}, both[1:]),
            ({"search": "ilia"}, []),
            ({"category": "CHAIRS"}, both[:1]),
            ({"category": "chair"}, []),
            ({"size": "m"}, both[1:]),
            ({"color": "Verde"}, both[1:]),
            ({"condition": ["NEW"]}, both[:1]),
            ({"condition": ["NEW", "LIKE_NEW"]}, both),
            ({"condition": []}, both),
            ({"available": True}, both[1:]),
            ({"available": False}, both[:1]),
            ({"minPrice": "10.51"}, both[:1]),
            ({"minPrice": "10.50", "maxPrice": "20.00"}, both),
            ({"maxPrice": "0"}, []),
            ({"search": "ab", "category": "chairs", "available": True}, []),
        ):
            assert await found(nobody, sellerId=seller.user["id"], **filter) == meant, filter
        for id in (UNKNOWN, "garbage"):
            assert await found(nobody, sellerId=id) == []

    async def test_a_list_is_paged_in_both_directions(self, seller: Client, nobody: Client) -> None:
        newest = [(await listed(seller, sku=f"{n}"))["id"] for n in range(5)][::-1]
        filter = {"sellerId": seller.user["id"]}
        first = await nobody.run(LIST, filter=filter, first=2)
        assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (5, True)
        rest = await nobody.run(LIST, filter=filter, first=9, after=first["pageInfo"]["endCursor"])
        assert (rest["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasPreviousPage"]) == (False, True)
        assert [edge["node"]["id"] for page in (first, rest) for edge in page["edges"]] == newest
        last = await nobody.run(LIST, filter=filter, last=2, before=rest["pageInfo"]["endCursor"])
        assert [edge["node"]["id"] for edge in last["edges"]] == newest[2:4]

    @pytest.mark.parametrize(
        "asked",
        [{"minPrice": "0.001"}, {"maxPrice": "-1"}, {"minPrice": "10000000"}, {"condition": ["NEW"] * 101}]
        + [{name: "x" * 201} for name in ("search", "category", "size", "color")],
        ids=lambda asked: str(asked)[:30],
    )
    async def test_a_filter_that_cannot_be_meant_has_its_code(self, nobody: Client, asked: dict[str, Any]) -> None:
        assert await nobody.code(LIST, filter=asked) == "BAD_USER_INPUT"


async def test_its_seller_is_told_of_all_that_happens_to_it_and_other_customers_are_not(
    seller: Client, customer: Client, operator: Client
) -> None:
    async with (
        seller.subscribe(EVENTS) as mine,
        customer.subscribe(EVENTS) as others,
        operator.subscribe(EVENTS) as all,
    ):
        for following in (mine, others, all):
            assert (await following.next())["event"] is None
        made = await listed(seller)
        await update(seller, made, name="Lamp")
        adjust = """mutation($id: ID!) { adjustStock(input: {
          idempotencyKey: "k", productId: $id, region: "north", delta: -1, reason: "gone"}) { __typename } }"""
        assert (await seller.run(adjust, id=made["id"]))["__typename"] == "Product"
        for following in (mine, all):
            seen = await following.until(
                lambda message: message["event"] and message["event"]["type"] == "STOCK_CHANGED"
            )
            events = [message["event"] for message in seen if message["event"]["subjectId"] == made["id"]]
            assert [(one["type"], one["version"], one["product"]["available"]) for one in events] == [
                ("PRODUCT_CREATED", 1, 3),
                ("PRODUCT_UPDATED", 2, 3),
                ("STOCK_CHANGED", 2, 2),
            ]
            assert [one["product"]["name"] for one in events] == [LAMP["name"], "Lamp", "Lamp"], "as it was then"
            assert {one["actor"]["user"]["id"] for one in events} == {seller.user["id"]}
            assert {one["product"]["seller"]["email"] for one in events} == {
                (await seller.run("{ me { email } }"))["email"]
            }
        order = await customer.order()
        assert (await others.next())["event"]["subjectId"] == order["id"], "which is the first they are told of"
