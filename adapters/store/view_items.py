"""Converts generation records, epochs and parked entities to items, and back. Pure."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Any

from pydantic_core import from_json, to_json

from ascend.adapters.layout import keys
from ascend.adapters.table.item import Item, Value
from ascend.domain.errors import DamagedViews, InvalidInput, StoreMismatch
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.ports import Folded, Rendered
from ascend.projections.build import Build, Epochs, Generation
from ascend.projections.key_template import ViewKey
from ascend.projections.ports import Change, Edge, GenerationRecord, Parked

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


def to_epochs(item: Item | None) -> Epochs:
    """Return the epochs. Raises: StoreMismatch if they cannot be read, because then nobody knows what is current."""
    try:
        epochs: Any = item.attributes["epochs"] if item else {}
        return {name: to_int(epoch) for name, epoch in epochs.items()}
    except UNREADABLE:
        raise StoreMismatch(
            "the item `epochs` of the views table cannot be read: restore it, or delete the views (docs/runbook.md)"
        ) from None


def record_to_attributes(record: GenerationRecord) -> dict[str, Value]:
    return {
        "snapshots": record.generation.snapshots,
        "builds": [str(build) for build in record.generation.builds],
        "rendered": record.rendered,
        "folded": record.folded,
        "commit_id": record.commit_id,
        "clock": record.clock,
        "folded_id": record.folded_id,
        "rendered_hash": record.rendered_hash,
        "folded_hash": record.folded_hash,
        "parked": record.parked,
        "cursor": list(record.cursor),
        "stalled": record.stalled,
        "incarnation": record.incarnation,
        "counts": dict(record.counts),
        **({"retried": [[str(build), *ref] for build, ref in record.retried]} if record.retried else {}),
    }


def to_record(workspace: WorkspaceId, item: Item) -> GenerationRecord:
    """Raises: DamagedViews if the item cannot be read."""
    with naming_item(item):
        attributes: Mapping[str, Any] = item.attributes
        builds = tuple(parse_build(str(text)) for text in attributes["builds"])
        return GenerationRecord(
            workspace=workspace,
            generation=Generation(to_int(attributes["snapshots"]), builds),
            rendered=Rendered(to_int(attributes["rendered"])),
            folded=Folded(to_int(attributes["folded"])),
            commit_id=str(attributes["commit_id"]),
            clock=to_int(attributes["clock"]),
            folded_id=str(attributes["folded_id"]),
            rendered_hash=to_hash(attributes.get("rendered_hash")),
            folded_hash=to_hash(attributes.get("folded_hash")),
            parked=to_int(attributes["parked"]),
            cursor=tuple(str(step) for step in attributes["cursor"]),
            stalled=str(attributes["stalled"]),
            incarnation=str(attributes["incarnation"]),
            counts={name: to_int(count) for name, count in attributes.get("counts", {}).items()},
            retried=tuple((parse_build(build), Ref(kind, id)) for build, kind, id in attributes.get("retried", ())),
        )


def to_hash(stored: Value) -> bytes:
    """Return a hash of a record. Releases from before the chain of hashes stored none, in generations of their own."""
    return stored if isinstance(stored, bytes) else START_HASH


def parked_to_item(record: GenerationRecord, parked: Parked) -> Item:
    """Return the item of a parked entity, or of an entity that is rendered again since `until` (attribute `was`).

    Workers that have not reached `until` still need the second.
    """
    build = [parked.build.projection, parked.build.version, parked.build.epoch]
    data = {"build": build, "ref": parked.ref, "position": parked.position, "error": parked.error, "keys": parked.keys}
    text = to_json(data | {"counts": dict(parked.counts)}).decode()
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
    gsi1, gsi2 = (index_key and keys.item_key(change.build, index_key) for index_key in item.index_keys())
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
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"a number was expected, not {value!r}")
    return value
