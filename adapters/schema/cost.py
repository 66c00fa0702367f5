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
from ascend.adapters.schema.year import in_a_year
from ascend.projections.patterns import PATTERNS

RECOVERED = frozenset(spec.table.value for spec in TABLES if spec.recovery)


@dataclass(frozen=True, slots=True)
class Bill:
    """Of a month, on demand. Money in US dollars."""

    writes: float
    reads: float
    """Without the looks."""
    looks: float
    """Read units of idle polling: workers look whether there is something to do."""
    gigabytes: float
    money: Mapping[str, float]
    """`writes`, `reads`, `looks`, `storage`, `recovery`, `stream`, and their `total`."""


@dataclass(frozen=True, slots=True)
class Report(Bill):
    """The bill, its parts, and what becomes of it."""

    region: str
    prices: Prices
    commands: tuple[CommandCost, ...]
    projections: tuple[ProjectionCost, ...]
    patterns: tuple[PatternCost, ...]
    grows: float
    """Gigabytes a month, by what the commands add."""
    in_a_year: Bill
    """Of the same commands and reads, on what lies there in a year."""
    provisioned: Capacity


async def cost(workload: Workload) -> Report:
    """Raises `InvalidInput` where a price is wanted that is not known."""
    return report(workload, await Life(workload.sizes).run())


def report(workload: Workload, lived: Lived) -> Report:
    prices = prices_of(workload.region, workload.prices)
    writes, reads = writes_of(workload, lived), reads_of(workload, lived)
    now = bill(workload, lived, prices)
    return Report(
        writes=now.writes,
        reads=now.reads,
        looks=now.looks,
        gigabytes=now.gigabytes,
        money=now.money,
        region=workload.region,
        prices=prices,
        commands=tuple(command_cost(workload, lived, name, prices) for name in workload.commands_a_day),
        projections=projection_costs(writes, stored(workload, lived), prices),
        patterns=tuple(pattern_cost(workload, lived, pattern, prices) for pattern in PATTERNS),
        grows=sum(growth(workload, lived).values()) * DAYS / GIGABYTE,
        in_a_year=bill(in_a_year(workload), lived, prices),
        provisioned=provisioned(by_place(writes), reads, looks_of(workload, lived), workload.peak, prices),
    )


def bill(workload: Workload, lived: Lived, prices: Prices) -> Bill:
    writes = sum(writes_of(workload, lived).values())
    reads, looks = sum(reads_of(workload, lived).values()), sum(looks_of(workload, lived).values())
    bytes = stored(workload, lived)
    gigabytes = sum(bytes.values()) / GIGABYTE
    kept = sum(amount for (_, place), amount in bytes.items() if place in RECOVERED) / GIGABYTE
    money = {
        "writes": prices.writes(writes),
        "reads": prices.reads(reads),
        "looks": prices.reads(looks),
        "storage": gigabytes * prices.storage,
        "recovery": kept * prices.recovery,
        "stream": prices.stream(workload.stream_reads * DAYS),
    }
    return Bill(writes, reads, looks, gigabytes, money | {"total": sum(money.values())})
