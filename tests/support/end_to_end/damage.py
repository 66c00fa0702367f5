"""Damage done to read items behind everybody's back."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import orjson

from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table, Value
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.projections.projection import Generation

WORDS = ("title", "name", "text", "type", "kind", "role", "event")
"""The fields of which every read item has one."""


@dataclass(frozen=True, slots=True)
class Planted:
    """As `verify` names it."""

    what: str
    partition: str
    sort: str


class Vandal:
    """Takes a sound item for each piece of damage."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.sound: dict[str, list[Item]] = {}
        self.planted: set[Planted] = set()

    async def look(self, kind: Callable[[Item], str], each: int) -> None:
        """A few items of every kind."""
        async for items in scan_pages(self.tables):
            for item in items:
                found = self.sound.setdefault(kind(item), [])
                if len(found) < each:
                    found.append(item)

    async def missing(self, kind: str) -> None:
        item = self.take("missing", kind)
        await self.tables.delete(Table.VIEWS, item.key, there(item))

    async def stale(self, kind: str) -> None:
        item = self.take("stale", kind)
        await self.put(item, {"position": position(item) - 1})

    async def wrong(self, kind: str) -> None:
        """One field of it."""
        item = self.take("wrong", kind)
        data = orjson.loads(str(item.attributes["data"]))
        name = next(name for name in WORDS if name in data)
        await self.put(item, {"data": orjson.dumps({**data, name: f"{data[name]}!"}).decode()})

    async def surplus(self, kind: str) -> None:
        item = self.take("surplus", kind, "-surplus")
        copy = replace(item, key=Key(item.key.pk, f"{item.key.sk}-surplus"))
        assert await self.tables.put(Table.VIEWS, copy, Absent()) is None

    def take(self, what: str, kind: str, ending: str = "") -> Item:
        item = self.sound[kind].pop()
        self.planted.add(Planted(what, item.key.pk, item.key.sk + ending))
        return item

    async def put(self, item: Item, attributes: dict[str, Value]) -> None:
        damaged = replace(item, attributes={**item.attributes, **attributes})
        assert await self.tables.put(Table.VIEWS, damaged, there(item)) is None


def there(item: Item) -> Equals:
    return Equals({"position": item.attributes["position"]})


def position(item: Item) -> int:
    stored = item.attributes["position"]
    assert isinstance(stored, int)
    return stored


def kinds_of(generation: Generation) -> Callable[[Item], str]:
    """Read items and tombstones by projection; snapshots, edges and command records by the letter of their key."""
    builds = {str(build): build.projection for build in generation.builds}

    def kind(item: Item) -> str:
        owner = keys.parse_owner(item.key)
        if owner in builds:
            return builds[owner] if "data" in item.attributes else "tombstone"
        return item.key.sk[:2] if keys.parse_generation(owner) == generation.id else ""

    return kind
