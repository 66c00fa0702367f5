"""Damage to stored items, written past the engine."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import orjson

from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table, Value
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.projections.build import Generation

TEXT_FIELDS = ("title", "name", "text", "type", "kind", "role", "event")
"""Text fields. Every read item has at least one of them."""


@dataclass(frozen=True, slots=True)
class PlantedDamage:
    """One piece of damage, in the terms of `verify`."""

    what: str
    partition: str
    sort: str


class DamagePlanter:
    """Plants damage. Each piece takes an item that is still sound."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.sound: dict[str, list[Item]] = {}
        self.planted: set[PlantedDamage] = set()

    async def collect(self, kind: Callable[[Item], str], limit: int) -> None:
        """Collect at most `limit` sound items of every kind."""
        async for items in scan_pages(self.tables):
            for item in items:
                items_of_kind = self.sound.setdefault(kind(item), [])
                if len(items_of_kind) < limit:
                    items_of_kind.append(item)

    async def plant_missing(self, kind: str) -> None:
        item = self.take("missing", kind)
        await self.tables.delete(Table.VIEWS, item.key, unmoved(item))

    async def plant_stale(self, kind: str) -> None:
        item = self.take("stale", kind)
        await self.put(item, {"position": position(item) - 1})

    async def plant_wrong(self, kind: str) -> None:
        """Change one field of an item."""
        item = self.take("wrong", kind)
        data = orjson.loads(str(item.attributes["data"]))
        name = next(name for name in TEXT_FIELDS if name in data)
        await self.put(item, {"data": orjson.dumps({**data, name: f"{data[name]}!"}).decode()})

    async def plant_surplus(self, kind: str) -> None:
        item = self.take("surplus", kind, "-surplus")
        copy = replace(item, key=Key(item.key.pk, f"{item.key.sk}-surplus"))
        assert await self.tables.put(Table.VIEWS, copy, Absent()) is None

    def take(self, what: str, kind: str, ending: str = "") -> Item:
        item = self.sound[kind].pop()
        self.planted.add(PlantedDamage(what, item.key.pk, item.key.sk + ending))
        return item

    async def put(self, item: Item, attributes: dict[str, Value]) -> None:
        damaged = replace(item, attributes={**item.attributes, **attributes})
        assert await self.tables.put(Table.VIEWS, damaged, unmoved(item)) is None


def unmoved(item: Item) -> Equals:
    return Equals({"position": item.attributes["position"]})


def position(item: Item) -> int:
    stored = item.attributes["position"]
    assert isinstance(stored, int)
    return stored


def kind_function(generation: Generation) -> Callable[[Item], str]:
    """Return the function that tells an item's kind.

    The kind of a read item is its projection. The kind of a snapshot, edge or command record is the letter of its key.
    """
    builds = {str(build): build.projection for build in generation.builds}

    def kind(item: Item) -> str:
        owner = keys.parse_owner(item.key)
        if owner in builds:
            return builds[owner] if "data" in item.attributes else "tombstone"
        return item.key.sk[:2] if keys.parse_generation(owner) == generation.id else ""

    return kind
