"""Plans: no list of articles looks at a whole table."""

from typing import Any

from sqlalchemy import RowMapping, event, insert

from domain.ids import new_id
from domain.money import Money
from domain.ports import Slice
from domain.products import Condition, ProductSelection
from domain.text import folded
from persistence import tables
from persistence.database import SqlDatabase
from tests.support.things import make_product

GOOD, NEW, FAIR = Condition.GOOD, Condition.NEW, Condition.FAIR
SELLERS = [new_id() for _ in range(40)]
FILTERS: dict[str, dict[str, Any]] = {
    "none": {},
    "archived": {"with_archived": True},
    "search": {"search": "verde"},
    "rare search": {"search": "lamp17"},
    "two words": {"search": "verde lamp1"},
    "category": {"category": "Category 3"},
    "size": {"size": "M"},
    "color": {"color": "verde"},
    "conditions": {"conditions": (NEW, FAIR)},
    "seller": {"seller_id": SELLERS[3]},
    "seller and archived": {"seller_id": SELLERS[3], "with_archived": True},
    "nobody": {"seller_id": new_id()},
    "available": {"available": True},
    "sold out": {"available": False},
    "price": {"least": 1000, "most": 2000},
    "narrow price": {"least": 1000, "most": 1010},
    "most": {"most": 2000},
    "search, color and price": {"search": "lamp", "color": "verde", "least": 1000},
    "category, condition and available": {"category": "Category 3", "conditions": (GOOD,), "available": True},
    "seller and available": {"seller_id": SELLERS[3], "available": True, "search": "lamp"},
    "everything": {"search": "lamp", "category": "Category 3", "size": "M", "color": "verde", "conditions": (GOOD,)}
    | {"seller_id": SELLERS[3], "available": True, "least": 1, "most": 10**6},
}


async def crowded(database: SqlDatabase) -> None:
    """2,000 articles of 40 sellers, put in at once."""
    articles = [
        make_product(
            seller_id=SELLERS[n % 40],
            name=f"Lamp{n} verde",
            category=f"Category {n % 10}",
            size="SML"[n % 3],
            color=("verde", "rojo", "azul", None)[n % 4],
            condition=list(Condition)[n % 5],
            price=Money(minor=n * 10, currency="EUR"),
            archived=n % 10 == 9,
        )
        for n in range(2000)
    ]
    plain = [column.name for column in tables.products.columns if column.name not in ("sku_key", "price", "currency")]
    rows = [
        {name: getattr(one, name) for name in plain}
        | {"sku_key": folded(one.sku), "price": one.price.minor, "currency": "EUR"}
        for one in articles
    ]
    terms = [{"term": term, "product_id": one.id} for one in articles for term in one.terms]
    levels = [
        {"product_id": one.id, "region": region, "on_hand": n % 3, "reserved": 0}
        for n, one in enumerate(articles)
        for region in ("north", "south")
    ]
    async with database.writer.begin() as connection:
        for table, made in ((tables.products, rows), (tables.product_terms, terms), (tables.stock_levels, levels)):
            await connection.execute(insert(table), made)
    async with database.writer.connect() as connection:
        await connection.exec_driver_sql("ANALYZE TABLE products, product_terms, stock_levels")


def is_scan(row: RowMapping) -> bool:
    """Of a table of ours; what a subquery has found is always read as a whole."""
    return row["type"] == "ALL" and row["table"] in ("products", "product_terms", "stock_levels")


async def test_no_list_looks_at_a_whole_table(mariadb_database: SqlDatabase) -> None:
    await crowded(mariadb_database)
    ran: list[tuple[str, Any]] = []
    scans: list[tuple[object, ...]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        ran.append((statement, parameters))

    engine = mariadb_database.reader.sync_engine
    for name, asked in FILTERS.items():
        for part in (Slice(size=21), Slice(size=21, backwards=True), Slice(size=21, after=new_id())):
            ran.clear()
            event.listen(engine, "before_cursor_execute", note)
            async with mariadb_database.reading() as rows:
                page = await rows.products.page(part, ProductSelection(**asked))
            event.remove(engine, "before_cursor_execute", note)
            assert len(ran) == 1 + bool(page), ran
            async with mariadb_database.reader.connect() as connection:
                for statement, parameters in ran:
                    plan = await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)
                    scans += [(name, part, *row.items()) for row in plan.mappings() if is_scan(row)]
    assert scans == []
