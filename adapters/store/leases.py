"""Leases and heartbeats of workers on an ordered table: one partition, read by one Query.

pk leases   sk lease#<kind>#<shard>    owner, token          the lease of a shard
            sk worker#<worker>         beat, kinds, busy     the heartbeat of a worker
"""

from collections.abc import Mapping
from typing import Any

from ascend.adapters.layout import keys
from ascend.adapters.layout.lease_items import LEASE, WORKER
from ascend.adapters.store.view_items import UNREADABLE, show_key, to_int
from ascend.adapters.table.conditions import Absent, Below, Equals
from ascend.adapters.table.item import Item, Table, Value
from ascend.adapters.table.pages import pages
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.projections.workers.lease_records import NOBODY, Heartbeat, Lease, LeaseState

log = Log("ascend.worker")


class TableLeases:
    """`LeaseRecords` on any engine."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    async def read(self) -> LeaseState:
        leases: dict[str, Lease] = {}
        heartbeats: dict[str, Heartbeat] = {}
        async for page in pages(self.tables, Query(Table.VIEWS, keys.LEASES, consistent=True)):
            for item in page.items:
                if LEASE.key.matches(item.key):
                    if (lease := await self._read_lease(item)) is not None:
                        leases[lease.name] = lease
                elif WORKER.key.matches(item.key) and (heartbeat := await self._read_heartbeat(item)) is not None:
                    heartbeats[heartbeat.worker] = heartbeat
        return LeaseState(leases, heartbeats)

    async def _read_lease(self, item: Item) -> Lease | None:
        """Return the lease. One that cannot be read is replaced by a free one, unless somebody has done so meanwhile."""
        try:
            return to_lease(item)
        except UNREADABLE:
            log.warning("lease.damaged", item=show_key(item))
        free = Lease(to_name(item), NOBODY, 0)
        damaged = Equals({name: item.attributes.get(name) for name in ("owner", "token")})
        return free if await self.tables.put(Table.VIEWS, to_lease_item(free), damaged) is None else None

    async def _read_heartbeat(self, item: Item) -> Heartbeat | None:
        """Return the heartbeat. One that cannot be read is removed: a worker that lives writes the next one."""
        try:
            return to_heartbeat(item)
        except UNREADABLE:
            log.warning("lease.damaged", item=show_key(item))
        await self.tables.delete(Table.VIEWS, item.key, Equals({"beat": item.attributes.get("beat")}))
        return None

    async def beat(self, heartbeat: Heartbeat) -> bool:
        item = to_worker_item(heartbeat)
        blocked = await self.tables.put(Table.VIEWS, item, Below("beat", heartbeat.beat))
        if blocked is None or blocked.existing is None:
            return blocked is None
        stored = blocked.existing.attributes.get("beat")
        if stored == heartbeat.beat:
            return True  # our own write, whose reply was lost
        # no worker has written it: it may never grow again
        return await self.tables.put(Table.VIEWS, item, Equals({"beat": stored})) is None

    async def replace(self, old: Lease | None, new: Lease) -> bool:
        when = Absent() if old is None else Equals(to_lease_item(old).attributes)
        blocked = await self.tables.put(Table.VIEWS, to_lease_item(new), when)
        return blocked is None or blocked.existing == to_lease_item(new)  # equal: our own write, whose reply was lost

    async def remove_lease(self, lease: Lease) -> None:
        item = to_lease_item(lease)
        await self.tables.delete(Table.VIEWS, item.key, Equals(item.attributes))

    async def remove_worker(self, heartbeat: Heartbeat) -> None:
        key = keys.worker_key(heartbeat.worker)
        await self.tables.delete(Table.VIEWS, key, Equals({"beat": heartbeat.beat}))


def to_lease_item(lease: Lease) -> Item:
    return Item(keys.lease_key(lease.name), {"owner": lease.owner, "token": lease.token})


def to_lease(item: Item) -> Lease:
    """Raises one of `UNREADABLE` if no version of the code writes such an item."""
    attributes = item.attributes
    return Lease(to_name(item), to_text(attributes["owner"]), to_int(attributes["token"]))


def to_name(item: Item) -> str:
    """Return the name of the lease: the sort key after its first part."""
    return item.key.sk.partition("#")[2]


def to_worker_item(heartbeat: Heartbeat) -> Item:
    attributes: Mapping[str, Value] = {
        "beat": heartbeat.beat,
        "kinds": sorted(heartbeat.kinds),
        "busy": list(heartbeat.busy),
    }
    return Item(keys.worker_key(heartbeat.worker), attributes)


def to_heartbeat(item: Item) -> Heartbeat:
    """Raises one of `UNREADABLE` if no version of the code writes such an item."""
    attributes: Mapping[str, Any] = item.attributes
    kinds, busy = attributes["kinds"], attributes["busy"]
    return Heartbeat(
        worker=item.key.sk.partition("#")[2],
        beat=to_int(attributes["beat"]),
        kinds=frozenset(to_text(kind) for kind in kinds),
        busy=tuple(WorkspaceId(to_text(workspace)) for workspace in busy),
    )


def to_text(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError(f"text was expected, not {value!r}")
    return value
