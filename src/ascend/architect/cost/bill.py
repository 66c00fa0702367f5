"""The monthly bill of a workload: by command, by projection, by access pattern; on demand and provisioned.

workload ─▶ sizes ─▶ footprint of each command, measured on tables that count (`profiler`) ─▶ × its rate
                 ─▶ each pattern: lines × bytes of its item, and the joined items (`joins`) ─▶ × its rate
                 ─▶ stored entities × their bytes (`storage`)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.adapters.layout.table_specs import TABLES
from ascend.architect.cost.capacity import ProvisionedCapacity, plan_capacity
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.in_a_year import grow_by_a_year
from ascend.architect.cost.prices import GIGABYTE, Prices, find_prices
from ascend.architect.cost.profiler import CostProfiler
from ascend.architect.cost.reads import PatternCost, compute_pattern_cost, sum_polling_units, sum_read_units
from ascend.architect.cost.storage import sum_daily_growth, sum_stored_bytes
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
    """The units and the price of a month on demand, in US dollars."""

    writes: float
    """Write units."""
    reads: float
    """Read units, without those of polling."""
    looks: float
    """Read units of idle polling: workers poll workspaces for new commits."""
    gigabytes: float
    money: Mapping[str, float]
    """Prices of `writes`, `reads`, `looks`, `storage`, `recovery`, `stream`, and their `total`."""


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
    provisioned: ProvisionedCapacity


async def estimate_cost(workload: Workload) -> CostReport:
    """Estimate the workload's monthly cost. Raises: `InvalidInput` where the workload needs a price that is not known."""
    return build_report(workload, await CostProfiler(workload.sizes).run())


def build_report(workload: Workload, profile: CostProfile) -> CostReport:
    """Build the report from measured footprints. Raises: `InvalidInput` where a price that is needed is not known."""
    prices = find_prices(workload.region, workload.prices)
    writes, reads = sum_write_units(workload, profile), sum_read_units(workload, profile)
    polling, stored = sum_polling_units(workload, profile), sum_stored_bytes(workload, profile)
    now = compute_bill(workload, profile, prices)
    return CostReport(
        writes=now.writes,
        reads=now.reads,
        looks=now.looks,
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
        provisioned=plan_capacity(sum_by_place(writes), reads, polling, workload.peak, prices),
    )


def compute_bill(workload: Workload, profile: CostProfile, prices: Prices) -> Bill:
    writes = sum(sum_write_units(workload, profile).values())
    reads = sum(sum_read_units(workload, profile).values())
    polling = sum(sum_polling_units(workload, profile).values())
    stored = sum_stored_bytes(workload, profile)
    gigabytes = sum(stored.values()) / GIGABYTE
    recoverable = sum(bytes for (_, place), bytes in stored.items() if place in RECOVERABLE) / GIGABYTE
    money = {
        "writes": prices.price_writes(writes),
        "reads": prices.price_reads(reads),
        "looks": prices.price_reads(polling),
        "storage": gigabytes * prices.storage,
        "recovery": recoverable * prices.recovery,
        "stream": prices.price_stream_reads(workload.stream_reads * DAYS),
    }
    return Bill(writes, reads, polling, gigabytes, money | {"total": sum(money.values())})
