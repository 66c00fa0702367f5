"""The record of the application that a store belongs to, on an ordered table."""

from dataclasses import replace
from typing import Any

from ascend.adapters.layout import keys
from ascend.adapters.store.view_items import to_int
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.port import Tables
from ascend.domain.errors import StoreMismatch
from ascend.projections.workers.ownership import ApplicationRecord


class TableApplicationRecords:
    """`ApplicationRecords` on any engine."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def read(self) -> ApplicationRecord | None:
        item = await self.tables.get(Table.EVENTS, keys.APPLICATION)
        return None if item is None else to_record(item)

    async def replace(self, old: ApplicationRecord | None, new: ApplicationRecord) -> bool:
        revision = 1 if old is None else old.revision + 1
        when = Absent() if old is None else Equals({"revision": old.revision})
        return await self.tables.put(Table.EVENTS, to_item(replace(new, revision=revision)), when) is None


def to_item(record: ApplicationRecord) -> Item:
    return Item(
        keys.APPLICATION,
        {
            "name": record.name,
            "revision": record.revision,
            "events": sorted(record.events),
            "projections": dict(sorted(record.projections.items())),
        },
    )


def to_record(item: Item) -> ApplicationRecord:
    attributes: Any = item.attributes
    try:
        return ApplicationRecord(
            name=str(attributes["name"]),
            events=frozenset(attributes["events"]),
            projections={name: to_int(version) for name, version in attributes["projections"].items()},
            revision=to_int(attributes["revision"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreMismatch(f"the item {item.key.pk!r} of the events table cannot be read: {error!r}") from error
