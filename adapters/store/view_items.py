"""Converts generation records, epochs and parked entities to items, and back. Pure."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from pydantic_core import from_json, to_json

from ascend.adapters.layout import keys
from ascend.adapters.table.item import Item, Value
from ascend.domain.errors import DamagedViews, InvalidInput
from ascend.domain.ids import Ref, WorkspaceId
from ascend.projections.build import Build
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.key_template import ViewKey
from ascend.projections.ports import Change, Edge, Parked

UNREADABLE = (AttributeError, LookupError, TypeError, ValueError, InvalidInput)
"""The errors of code that reads an item of another shape."""


@contextmanager
def naming_item(item: Item) -> Generator[None]:
    """Raise `DamagedViews`, which names the item, if it cannot be read: the same text in every process."""
    try:
        yield
    except UNREADABLE:
        raise DamagedViews(show_key(item)) from None


def show_key(item: Item) -> str:
    """Return the item's key, safe to print and bounded: anything may stand in it."""
    return ascii(f"{item.key.pk[:200]} {item.key.sk[:200]}")[1:-1]


def parked_to_item(record: GenerationRecord, parked: Parked) -> Item:
    """Return the item of a parked entity, or of an entity that is rendered again since `until` (attribute `was`).

    Workers that have not reached `until` still need the second.
    """
    build = [parked.build.projection, parked.build.version, parked.build.epoch]
    data = {"build": build, "ref": parked.ref, "position": parked.position, "error": parked.error, "keys": parked.keys}
    text = to_json(data | {"counts": dict(parked.counts)} | ({"tries": parked.tries} if parked.tries else {})).decode()
    attributes: Mapping[str, Value] = (
        {"position": parked.position, "data": text} if parked.until is None else {"position": parked.until, "was": text}
    )
    return Item(keys.parked_key(record.workspace, record.incarnation, parked.build, parked.ref), attributes)


def to_parked(item: Item) -> Parked:
    """Raises: DamagedViews if the item cannot be read."""
    with naming_item(item):
        attributes = item.attributes
        data = from_json(str(attributes["data"] if "data" in attributes else attributes["was"]))
        return Parked(
            build=Build(*data["build"]),
            ref=Ref(*data["ref"]),
            position=data["position"],
            error=data["error"],
            keys=tuple(ViewKey(*key) for key in data["keys"]),
            counts=data["counts"],
            until=None if "data" in attributes else to_int(attributes["position"]),
            tries=data.get("tries", 0),
        )


def is_parked(parked: Parked, record: GenerationRecord) -> bool:
    """Return True if the entity is parked at the position of the record."""
    if (parked.build, parked.ref) in record.retried:
        return False
    return parked.position <= record.reached and (parked.until is None or parked.until > record.rendered)


def change_to_item(workspace: WorkspaceId, change: Change) -> Item:
    """Return the read item after a change, or its tombstone, without an end."""
    key = keys.item_key(change.build, change.key)
    attributes: dict[str, Value] = {"position": change.position, "workspace": workspace}
    if change.item is None:
        return Item(key, attributes)
    item = change.item
    attributes |= {"type": type(item).__name__, "data": item.content()}
    first, second = item.index_keys()
    gsi1 = None if first is None else keys.item_key(change.build, first)
    gsi2 = None if second is None else keys.item_key(change.build, second)
    return Item(key, attributes, gsi1, gsi2)


def edge_to_item(record: GenerationRecord, edge: Edge) -> Item:
    key = keys.edge_key(record.workspace, record.incarnation, edge.parent, edge.child)
    return Item(key, {"position": edge.position, "there": edge.exists})


def edge_exists(item: Item) -> bool:
    """Return True if the child of the edge is there. Raises: DamagedViews."""
    with naming_item(item):
        return bool(item.attributes["there"])


def parse_build(text: str) -> Build:
    projection, version, epoch = text.rsplit(".", 2)
    return Build(projection, int(version), int(epoch))


def to_int(value: Value) -> int:
    if type(value) is not int and (not isinstance(value, int) or isinstance(value, bool)):
        raise TypeError(f"a number was expected, not {value!r}")
    return value
