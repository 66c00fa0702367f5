"""The content of the sample store as plain JSON: read items, bodies of commits, whole items.

An example of each read item that the sample store lacks is derived from its fields.
"""

import json
from functools import cache
from typing import Any

import anyio
from support.derived import derive_model

from ascend.adapters.layout.catalog import find_item_type, item_types
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.store.view_items import change_to_item
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.typed import to_typed
from ascend.adapters.table.values import encode_base64, unmarshal
from ascend.architect.sample import sample_items
from ascend.architect.types.stored_items import name_definition
from ascend.projections.build import Build
from ascend.projections.life_os import LIFE_OS
from ascend.projections.ports import Change

ITEM_TYPES = item_types(LIFE_OS.projections)
NamedValue = tuple[str, Any]
"""The name of a definition in the JSON Schema, and an example of it."""


@cache
def list_sample_store() -> list[tuple[ItemType, Item]]:
    items = anyio.run(sample_items, LIFE_OS)
    return [(find_item_type(table, item, ITEM_TYPES), item) for table in Table for item in items[table]]


@cache
def list_items() -> list[tuple[ItemType, Item]]:
    """Return the items of the sample store, then the derived ones."""
    stored = list_sample_store()
    known = {item_type.name for item_type, _ in stored}
    missing = [item_type for item_type in ITEM_TYPES if item_type.name not in known]
    return [*stored, *((item_type, derive_item(item_type)) for item_type in missing)]


def derive_item(item_type: ItemType) -> Item:
    """Return a stored read item of this type."""
    assert item_type.projection is not None
    assert item_type.model is not None
    item = derive_model(item_type.model)
    build = Build(item_type.projection.name, item_type.projection.version, 0)
    change = Change(build, item.key.render(item), 3, item)
    return change_to_item(item.workspace, change)


def list_read_items() -> list[NamedValue]:
    return [
        (item_type.name, json.loads(str(item.attributes["data"])))
        for item_type, item in list_items()
        if item_type.model and "data" in item.attributes
    ]


def list_commit_bodies() -> list[NamedValue]:
    bodies = (item.attributes["body"] for _, item in list_items() if "body" in item.attributes)
    return [("CommitBody", json.loads(str(body))) for body in bodies]


def list_stored_items() -> list[NamedValue]:
    return [(name_definition(item_type), to_plain(item_type, item)) for item_type, item in list_items()]


def to_plain(item_type: ItemType, item: Item) -> dict[str, Any]:
    """Return the attributes as a JavaScript client reads them; bytes as base64 text."""
    values = {name: unmarshal(value) for name, value in to_typed(item_type.table, item)[0].items()}
    return {name: encode_base64(value) if isinstance(value, bytes) else value for name, value in values.items()}
