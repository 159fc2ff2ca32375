"""Access: who may use a field at the root of the graph. Each is closed to everybody until it says whom it is open to.

What a root field leads to is the viewer's to see; the few fields of a type that are not for everybody who sees the rest
ask for themselves.
"""

from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any

from graphql import GraphQLField, GraphQLSchema, GraphQLUnionType, get_named_type

from domain.refusals import NotAllowed
from domain.users import STAFF, Role, Viewer
from graph.context import viewer_of
from graph.faults import Code, Fault

KEY = "access"


class Access(Enum):
    ANYONE = None
    SIGNED_IN = frozenset(Role)
    STAFF = STAFF
    SELLERS = frozenset({Role.SELLER, Role.ADMIN})
    ADMIN = frozenset({Role.ADMIN})


def open_to(access: Access) -> Mapping[str, Access]:
    """The `metadata` of a root field."""
    return {KEY: access}


def guard(schema: GraphQLSchema) -> None:
    """Puts the question before every root field; raises TypeError for one that is open to nobody."""
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        for name, field in root.fields.items() if root else ():
            _guard(f"{root}.{name}", field)


def access_of(field: GraphQLField) -> Access | None:
    definition = field.extensions.get("strawberry-definition")
    access: Access | None = getattr(definition, "metadata", {}).get(KEY)
    return access


def _guard(name: str, field: GraphQLField) -> None:
    access = access_of(field)
    if access is None:
        raise TypeError(f"{name} is open to nobody: give it metadata=open_to(Access.…)")
    refusable = any(member.name == NotAllowed.__name__ for member in _members(field))
    if field.subscribe:
        field.subscribe = _asking(access, field.subscribe, refusable)
    elif field.resolve:
        field.resolve = _asking(access, field.resolve, refusable)


def _members(field: GraphQLField) -> tuple[Any, ...]:
    kind = get_named_type(field.type)
    return tuple(kind.types) if isinstance(kind, GraphQLUnionType) else ()


def _asking(access: Access, resolve: Callable[..., Any], refusable: bool) -> Callable[..., Any]:
    if access is Access.ANYONE:
        return resolve

    def asked(source: Any, info: Any, **arguments: Any) -> Any:
        if refused := _refusal(access, viewer_of(info)):
            if refusable:
                return refused
            raise Fault(Code.FORBIDDEN, refused.message)
        return resolve(source, info, **arguments)

    return asked


def _refusal(access: Access, viewer: Viewer) -> NotAllowed | None:
    if viewer.roles & access.value:
        return None
    wanted = ", ".join(role for role in Role if role in access.value)
    return NotAllowed(message=f"This needs one of the roles {wanted}. Ask an admin for it.")
