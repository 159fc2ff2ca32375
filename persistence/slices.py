"""Keyset pages: which rows of a list a client has asked for."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Table, or_

from domain.ports import Slice


def newest_first(query: Select[Any], table: Table, part: Slice) -> Select[Any]:
    """Rows by descending id (newest first), or, backwards, the same rows from the other end."""
    if part.after is not None:
        query = query.where(table.c.id > part.after if part.backwards else table.c.id < part.after)
    order = table.c.id.asc() if part.backwards else table.c.id.desc()
    return query.order_by(order).limit(part.size)


def forced(query: Select[Any], table: FromClause, index: str) -> Select[Any]:
    """Names the index on MySQL and MariaDB, which would rather walk the primary key."""
    for dialect in ("mysql", "mariadb"):
        query = query.with_hint(table, f"FORCE INDEX ({index})", dialect)
    return query


def containing(text: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether one of the columns has the text in it, whatever its case; nothing in it is a wildcard."""
    return or_(*(column.icontains(text.strip(), autoescape=True) for column in columns))
