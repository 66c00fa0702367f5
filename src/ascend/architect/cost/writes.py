"""The cost of commands: the units of a month by command and by projection."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from ascend.adapters.layout.items import COMMIT, ENGINE_ITEMS, REGISTRY_ENTRY
from ascend.adapters.table.item import Table
from ascend.architect.cost.footprints import CostProfile, Footprint, ItemPlace
from ascend.architect.cost.prices import GIGABYTE, Prices
from ascend.architect.cost.units import INDEXES, OVERHEAD_BYTES, READ_BYTES, add_scaled
from ascend.architect.cost.workload import DAYS, Workload
from ascend.projections.life_os import LIFE_OS

PROJECTION_OF_ITEM = {item.__name__: projection.name for projection in LIFE_OS.projections for item in projection.items}
LOG, ENGINE = "the log", "the engine"
EVENTS_ITEMS = frozenset(item_type.name for item_type in ENGINE_ITEMS if item_type.table is Table.EVENTS)
"""Names of the item types in the events table."""
READS_OF_A_COMMIT = 1.5
"""Units for 4 KB of a commit in a longer batch: the projection reads it eventually consistent, the policies consistent."""


@dataclass(frozen=True, slots=True)
class CommandCost:
    """The units of one command; `money` is the price of all such commands in a month."""

    command: str
    a_day: float
    log: float
    items: float
    indexes: float
    engine: float
    """Write units of snapshots and edges."""
    share: float
    """The command's share of the write units that a batch spends once: the generation record, command records, …"""
    reads: float
    """Read units of a sender with an empty workspace cache, and of the worker."""
    money: float


@dataclass(frozen=True, slots=True)
class ProjectionCost:
    """The units and the price of a month."""

    projection: str
    writes: float
    indexes: float
    """Part of the write units that the indexes consume."""
    gigabytes: float
    money: float


def compute_command_cost(workload: Workload, profile: CostProfile, name: str, prices: Prices) -> CommandCost:
    footprint, a_day = profile.footprints[name], workload.commands_a_day[name]
    parts = split_writes(footprint.writes)
    shared = sum(apportion_shared_writes(workload, footprint).values())
    reads = sum(count_command_reads(workload, footprint).values())
    writes = sum(footprint.writes.values()) + shared
    money = prices.price_writes(writes * a_day * DAYS) + prices.price_reads(reads * a_day * DAYS)
    return CommandCost(command=name, a_day=a_day, **parts, share=shared, reads=reads, money=money)


def split_writes(writes: Mapping[ItemPlace, float]) -> dict[str, float]:
    """Split a command's write units into those of the log, of read items, of indexes, and of the engine's items."""
    views = {key: units for key, units in writes.items() if key[0] != COMMIT.name}
    log = sum(units for (item_type, _), units in writes.items() if item_type == COMMIT.name)
    indexes = sum(units for (_, place), units in views.items() if place in INDEXES)
    items = sum(
        units for (item_type, place), units in views.items() if item_type in PROJECTION_OF_ITEM and place not in INDEXES
    )
    return {"log": log, "items": items, "indexes": indexes, "engine": sum(views.values()) - items - indexes}


def apportion_shared_writes(workload: Workload, footprint: Footprint) -> dict[ItemPlace, float]:
    """Return the command's share of the write units that a batch spends once."""
    batch = workload.commands_of_a_batch
    return {key: units * footprint.compute_share(key[0], batch) for key, units in footprint.shared_writes.items()}


def count_command_reads(workload: Workload, footprint: Footprint) -> dict[str, float]:
    """Return the read units of one command, by place."""
    batch = workload.commands_of_a_batch
    shared = {
        item_type: units * footprint.compute_share(item_type, batch)
        for item_type, units in footprint.shared_reads.items()
    }
    commit_bytes = footprint.bytes[COMMIT.name, "events"] - OVERHEAD_BYTES
    further_commits = (1 - footprint.compute_share(COMMIT.name, batch)) * commit_bytes / READ_BYTES * READS_OF_A_COMMIT
    return {
        "events": sum(units for item_type, units in shared.items() if item_type in EVENTS_ITEMS) + further_commits,
        "views": sum(units for item_type, units in shared.items() if item_type not in EVENTS_ITEMS)
        + sum(footprint.reads.values())
        + footprint.cold_reads * workload.cold,
    }


def sum_write_units(workload: Workload, profile: CostProfile) -> dict[ItemPlace, float]:
    """Return the write units of a month, by item type and place."""
    total: dict[ItemPlace, float] = {}
    for name, a_day in workload.commands_a_day.items():
        footprint = profile.footprints[name]
        for units in (footprint.writes, apportion_shared_writes(workload, footprint)):
            total = add_scaled(total, units, a_day * DAYS)
    return total


def sum_by_place(units: Mapping[ItemPlace, float]) -> dict[str, float]:
    totals = defaultdict[str, float](float)
    for (_, place), count in units.items():
        totals[place] += count
    return dict(totals)


def compute_projection_costs(
    writes: Mapping[ItemPlace, float], bytes: Mapping[ItemPlace, float], prices: Prices
) -> tuple[ProjectionCost, ...]:
    """Return the costs of the log, of the engine and of each projection, in this order."""
    costs: list[ProjectionCost] = []
    for name in dict.fromkeys((LOG, ENGINE, *PROJECTION_OF_ITEM.values())):
        own_writes = {key: units for key, units in writes.items() if find_writer(key) == name}
        total = sum(own_writes.values())
        indexes = sum(units for (_, place), units in own_writes.items() if place in INDEXES)
        gigabytes = sum(count for key, count in bytes.items() if find_writer(key) == name) / GIGABYTE
        money = prices.price_writes(total) + gigabytes * prices.storage
        costs.append(ProjectionCost(name, total, indexes, gigabytes, money))
    return tuple(costs)


def find_writer(key: ItemPlace) -> str:
    """Return the projection that writes the items; else the log or the engine."""
    item_type, _ = key
    return LOG if item_type in {COMMIT.name, REGISTRY_ENTRY.name} else PROJECTION_OF_ITEM.get(item_type, ENGINE)
