"""The content of the sample store as plain JSON: read items, bodies of commits, whole items."""

import json
from functools import cache
from typing import Any

import anyio

from ascend.adapters.layout.catalog import find_item_type, item_types
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.typed import to_typed
from ascend.adapters.table.values import unmarshal
from ascend.architect.sample import sample_items
from ascend.architect.types.stored_items import name_definition

ITEM_TYPES = item_types()
NamedValue = tuple[str, Any]
"""The name of a definition in the JSON Schema, and an example of it."""


@cache
def list_items() -> list[tuple[ItemType, Item]]:
    items = anyio.run(sample_items)
    return [(find_item_type(table, item, ITEM_TYPES), item) for table in Table for item in items[table]]


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
    return {name: unmarshal(value) for name, value in to_typed(item_type.table, item)[0].items()}
