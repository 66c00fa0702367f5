"""The monthly bill of a workload: by command, by projection, by access pattern; and how each table should be billed.

workload ─▶ sizes ─▶ footprint of each command, measured on tables that count (`profiler`) ─▶ × its rate
                 ─▶ each pattern: lines × bytes of its item, and the joined items (`joins`) ─▶ × its rate
                 ─▶ stored entities × their bytes (`storage`)
         ─▶ the same at peak ─▶ on demand or provisioned, Standard or Standard-IA, for each table (`table_billing`)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.adapters.layout.table_specs import TABLES
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.idle import sum_idle_units
from ascend.architect.cost.in_a_year import grow_by_a_year
from ascend.architect.cost.prices import FREE_GIGABYTES, GIGABYTE, Prices, find_prices
from ascend.architect.cost.profiler import CostProfiler
from ascend.architect.cost.protection import count_alarm_metrics, price_backups, price_insights
from ascend.architect.cost.reads import PatternCost, compute_pattern_cost, sum_read_units
from ascend.architect.cost.reserved import ReservedOffer, list_offers
from ascend.architect.cost.storage import sum_daily_growth, sum_stored_bytes
from ascend.architect.cost.stream import count_stream_reads, price_stream
from ascend.architect.cost.table_billing import TableBilling
from ascend.architect.cost.table_loads import bill_tables
from ascend.architect.cost.units import add_scaled
from ascend.architect.cost.workload import DAYS, Workload
from ascend.architect.cost.writes import (
    CommandCost,
    ProjectionCost,
    compute_command_cost,
    compute_projection_costs,
    sum_by_place,
    sum_write_units,
)
from ascend.projections.life_os import LIFE_OS

RECOVERABLE = frozenset(spec.table.value for spec in TABLES if spec.recovery)
"""Tables with point-in-time recovery."""


@dataclass(frozen=True, slots=True)
class Bill:
    """The units and the price of a month on demand, in the Standard class, in US dollars."""

    writes: float
    """Write units, without those of heartbeats."""
    reads: float
    """Read units, without those of idle workers."""
    looks: float
    """Read units of workers when nothing happens: the sweep, and looks at the leases."""
    heartbeats: float
    """Write units of workers when nothing happens."""
    stream_reads: float
    """Requests of workers and of your own readers to the stream of the events table."""
    gigabytes: float
    money: Mapping[str, float]
    """Prices of `writes`, `reads`, `looks`, `heartbeats`, `storage`, `recovery`, `stream`, `backups`, `exports`, `restores`, `alarms`,
    `insights`, and their `total`."""


@dataclass(frozen=True, slots=True)
class CostReport(Bill):
    """The bill with its parts, and the bills of the alternatives."""

    region: str
    prices: Prices
    commands: tuple[CommandCost, ...]
    projections: tuple[ProjectionCost, ...]
    patterns: tuple[PatternCost, ...]
    grows: float
    """Gigabytes a month that the commands add."""
    in_a_year: Bill
    """The bill for the same commands and reads on the entities that are stored in a year."""
    tables: tuple[TableBilling, ...]
    """How each table should be billed."""
    reserved: tuple[ReservedOffer, ...]
    """Reservations for the tables that should be provisioned."""
    as_advised: float
    """Dollars of a month with the advised billing mode and class of each table, without reservations."""


async def estimate_cost(workload: Workload) -> CostReport:
    """Estimate the workload's monthly cost. Raises: `InvalidInput` where the workload needs a price that is not known."""
    return build_report(workload, await CostProfiler(workload.sizes).run())


def build_report(workload: Workload, profile: CostProfile) -> CostReport:
    """Build the report from measured footprints. Raises: `InvalidInput` where a price that is needed is not known."""
    prices = find_prices(workload.region, workload.prices)
    writes, stored = sum_write_units(workload, profile), sum_stored_bytes(workload, profile)
    now, tables = compute_bill(workload, profile, prices), bill_tables(workload, profile, prices)
    return CostReport(
        writes=now.writes,
        reads=now.reads,
        looks=now.looks,
        heartbeats=now.heartbeats,
        stream_reads=now.stream_reads,
        gigabytes=now.gigabytes,
        money=now.money,
        region=workload.region,
        prices=prices,
        commands=tuple(compute_command_cost(workload, profile, name, prices) for name in workload.commands_a_day),
        projections=compute_projection_costs(writes, stored, prices),
        patterns=tuple(
            compute_pattern_cost(workload, profile, pattern, prices) for pattern in LIFE_OS.catalog.patterns
        ),
        grows=sum(sum_daily_growth(workload, profile).values()) * DAYS / GIGABYTE,
        in_a_year=compute_bill(grow_by_a_year(workload), profile, prices),
        tables=tables,
        reserved=list_offers(tables, prices),
        as_advised=now.money["total"] - sum(table.default.money - table.advised.money for table in tables),
    )


def compute_bill(workload: Workload, profile: CostProfile, prices: Prices) -> Bill:
    writes = sum_by_place(sum_write_units(workload, profile))
    reads, idle = sum_read_units(workload, profile), sum_idle_units(workload, profile)
    stream_reads = count_stream_reads(workload, profile)
    stored = {place: count / GIGABYTE for place, count in sum_by_place(sum_stored_bytes(workload, profile)).items()}
    gigabytes, free = sum(stored.values()), FREE_GIGABYTES if workload.free_storage else 0
    recoverable = sum(stored[place] for place in RECOVERABLE)
    items: dict[str, float] = {}
    for units in (writes, reads, idle.reads, idle.writes):  # a unit is taken as an item
        items = add_scaled(items, units, 1)
    money = {
        "writes": prices.price_writes(sum(writes.values())),
        "reads": prices.price_reads(sum(reads.values())),
        "looks": prices.price_reads(sum(idle.reads.values())),
        "heartbeats": prices.price_writes(sum(idle.writes.values())),
        "storage": max(0, gigabytes - free) * prices.storage,
        "recovery": recoverable * prices.recovery,
        "stream": price_stream(stream_reads, prices),
        **price_backups(workload.backups, recoverable, prices),
        "alarms": prices.price_amount("alarm", count_alarm_metrics() if workload.alarms else 0),
        "insights": price_insights(workload.insights, items, prices),
    }
    return Bill(
        writes=sum(writes.values()),
        reads=sum(reads.values()),
        looks=sum(idle.reads.values()),
        heartbeats=sum(idle.writes.values()),
        stream_reads=stream_reads,
        gigabytes=gigabytes,
        money=money | {"total": sum(money.values())},
    )
