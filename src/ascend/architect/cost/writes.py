"""What commands cost: by command, by projection. Counted in units of a month, by item type and place."""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.adapters.layout.items import COMMIT, REGISTRY_ENTRY
from ascend.architect.cost.footprints import Footprint, Lived, Where
from ascend.architect.cost.prices import GIGABYTE, Prices
from ascend.architect.cost.units import OVERHEAD_BYTES, READ_BYTES, plus
from ascend.architect.cost.workload import DAYS, Workload
from ascend.projections.catalog import PROJECTIONS

OWNERS = {item.__name__: projection.name for projection in PROJECTIONS for item in projection.items}
LOG, ENGINE = "the log", "the engine"
INDEXES = ("gsi1", "gsi2")


@dataclass(frozen=True, slots=True)
class CommandCost:
    """Units of one command; `money` of all of them, a month."""

    command: str
    a_day: float
    log: float
    items: float
    indexes: float
    engine: float
    """Snapshots, edges, the record of the command."""
    share: float
    """Of what moves once a batch."""
    reads: float
    """By the sender, where it does not know the workspace, and by the worker."""
    money: float


@dataclass(frozen=True, slots=True)
class ProjectionCost:
    """Units and money of a month."""

    projection: str
    writes: float
    indexes: float
    """Of the writes: those in indexes."""
    gigabytes: float
    money: float


def command_cost(workload: Workload, lived: Lived, name: str, prices: Prices) -> CommandCost:
    one, a_day = lived.footprints[name], workload.commands_a_day[name]
    log = sum(units for (kind, _), units in one.writes.items() if kind == COMMIT.name)
    views = {where: units for where, units in one.writes.items() if where[0] != COMMIT.name}
    items = sum(units for (kind, place), units in views.items() if kind in OWNERS and place not in INDEXES)
    indexes = sum(units for (_, place), units in views.items() if place in INDEXES)
    shared, reads = sum(shared_units(workload, one).values()), sum(command_reads(workload, one).values())
    writes = sum(one.writes.values()) + shared
    money = prices.writes(writes * a_day * DAYS) + prices.reads(reads * a_day * DAYS)
    engine = sum(views.values()) - items - indexes
    return CommandCost(name, a_day, log, items, indexes, engine, shared, reads, money)


def shared_units(workload: Workload, one: Footprint) -> dict[Where, float]:
    """Written for one command: its share of what moves once a batch."""
    return {where: units * one.share(where[0], workload.worker.batch) for where, units in one.shared.items()}


def command_reads(workload: Workload, one: Footprint) -> dict[str, float]:
    """Of one command, by place. Of a longer batch, a worker reads each commit at half the price, and policies in full."""
    batch = {kind: units * one.share(kind, workload.worker.batch) for kind, units in one.batch.items()}
    commit = one.bytes[COMMIT.name, "events"] - OVERHEAD_BYTES
    more = (1 - one.share(COMMIT.name, workload.worker.batch)) * commit / READ_BYTES * 1.5
    return {
        "events": sum(units for kind, units in batch.items() if is_log(kind)) + more,
        "views": sum(units for kind, units in batch.items() if not is_log(kind))
        + sum(one.reads.values())
        + one.cold * workload.cold,
    }


def is_log(kind: str) -> bool:
    return kind in {COMMIT.name, REGISTRY_ENTRY.name}


def writes_of(workload: Workload, lived: Lived) -> dict[Where, float]:
    """Units of a month, by item type and place."""
    found: dict[Where, float] = {}
    for name, a_day in workload.commands_a_day.items():
        one = lived.footprints[name]
        for units in (one.writes, shared_units(workload, one)):
            found = plus(found, units, a_day * DAYS)
    return found


def by_place(units: Mapping[Where, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for (_, place), count in units.items():
        found[place] = found.get(place, 0) + count
    return found


def projection_costs(
    writes: Mapping[Where, float], bytes: Mapping[Where, float], prices: Prices
) -> tuple[ProjectionCost, ...]:
    lines: list[ProjectionCost] = []
    for name in dict.fromkeys((LOG, ENGINE, *OWNERS.values())):
        mine = {where: units for where, units in writes.items() if owner(where) == name}
        indexes = sum(units for (_, place), units in mine.items() if place in INDEXES)
        gigabytes = sum(amount for where, amount in bytes.items() if owner(where) == name) / GIGABYTE
        money = prices.writes(sum(mine.values())) + gigabytes * prices.storage
        lines.append(ProjectionCost(name, sum(mine.values()), indexes, gigabytes, money))
    return tuple(lines)


def owner(where: Where) -> str:
    return LOG if where[1] == "events" else OWNERS.get(where[0], ENGINE)
