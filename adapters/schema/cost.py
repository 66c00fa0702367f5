"""What a workload costs a month: by command, by projection, by access pattern; on demand and with provisioned capacity.

workload ─▶ sizes ─▶ each command is done once on tables that count (`footprints`) ─▶ × its rate
                 ─▶ each pattern: lines × bytes of its item, and what is joined (`joins`) ─▶ × its rate
                 ─▶ so many entities × their bytes (`storage`)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.adapters.schema.capacity import Capacity, provisioned
from ascend.adapters.schema.cost_reads import PatternCost, looks_of, pattern_cost, reads_of
from ascend.adapters.schema.cost_writes import (
    CommandCost,
    ProjectionCost,
    by_place,
    command_cost,
    projection_costs,
    writes_of,
)
from ascend.adapters.schema.footprints import Life, Lived
from ascend.adapters.schema.prices import GIGABYTE, Prices, prices_of
from ascend.adapters.schema.storage import growth, stored
from ascend.adapters.schema.tables import TABLES
from ascend.adapters.schema.workload import DAYS, Workload
from ascend.projections.patterns import PATTERNS

RECOVERED = frozenset(spec.table.value for spec in TABLES if spec.recovery)


@dataclass(frozen=True, slots=True)
class Report:
    """Of a month. Money in US dollars."""

    region: str
    prices: Prices
    commands: tuple[CommandCost, ...]
    projections: tuple[ProjectionCost, ...]
    patterns: tuple[PatternCost, ...]
    looks: float
    """Read units of workers that look whether there is something to do."""
    writes: float
    reads: float
    """Without the looks."""
    gigabytes: float
    grows: float
    """Gigabytes a month."""
    money: Mapping[str, float]
    """On demand: `writes`, `reads`, `looks`, `storage`, `recovery`, `stream`, and their `total`."""
    provisioned: Capacity


async def cost(workload: Workload) -> Report:
    """Raises `InvalidInput` where a price is wanted that is not known."""
    return report(workload, await Life(workload.sizes).run())


def report(workload: Workload, lived: Lived) -> Report:
    prices = prices_of(workload.region, workload.prices)
    writes, reads = writes_of(workload, lived), reads_of(workload, lived)
    bytes = stored(workload, lived)
    gigabytes = sum(bytes.values()) / GIGABYTE
    kept = sum(amount for (_, place), amount in bytes.items() if place in RECOVERED) / GIGABYTE
    steady = looks_of(workload, lived)
    looks = sum(steady.values())
    money = {
        "writes": prices.writes(sum(writes.values())),
        "reads": prices.reads(sum(reads.values())),
        "looks": prices.reads(looks),
        "storage": gigabytes * prices.storage,
        "recovery": kept * prices.recovery,
        "stream": prices.stream(workload.stream_reads * DAYS),
    }
    return Report(
        region=workload.region,
        prices=prices,
        commands=tuple(command_cost(workload, lived, name, prices) for name in workload.commands_a_day),
        projections=projection_costs(writes, bytes, prices),
        patterns=tuple(pattern_cost(workload, lived, pattern, prices) for pattern in PATTERNS),
        looks=looks,
        writes=sum(writes.values()),
        reads=sum(reads.values()),
        gigabytes=gigabytes,
        grows=sum(growth(workload, lived).values()) * DAYS / GIGABYTE,
        money=money | {"total": sum(money.values())},
        provisioned=provisioned(by_place(writes), reads, steady, workload.peak, prices),
    )
