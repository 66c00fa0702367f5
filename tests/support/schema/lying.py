"""What lies in the sample store, as plain JSON: read items, bodies of commits, whole items."""

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
from ascend.architect.types.stored_items import pascal

TYPES = item_types()
Named = tuple[str, Any]
"""The name of a definition in the JSON Schema, and what is an example of it."""


@cache
def items() -> list[tuple[ItemType, Item]]:
    every = anyio.run(sample_items)
    return [(find_item_type(table, item, TYPES), item) for table in Table for item in every[table]]


def read_items() -> list[Named]:
    found = [
        (one.name, str(item.attributes["data"])) for one, item in items() if one.model and "data" in item.attributes
    ]
    return [(name, json.loads(data)) for name, data in found]


def bodies() -> list[Named]:
    return [
        ("CommitBody", json.loads(str(item.attributes["body"]))) for _, item in items() if "body" in item.attributes
    ]


def stored_items() -> list[Named]:
    return [("StoredReadItem" if one.model else pascal(one.name) + "Item", plain(one, item)) for one, item in items()]


def plain(one: ItemType, item: Item) -> dict[str, Any]:
    return {name: unmarshal(value) for name, value in to_typed(one.table, item)[0].items()}
