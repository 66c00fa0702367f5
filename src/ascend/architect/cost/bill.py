"""What a workload costs a month: by command, by projection, by access pattern; on demand and with provisioned capacity.

workload ─▶ sizes ─▶ each command is done once on tables that count (`footprints`) ─▶ × its rate
                 ─▶ each pattern: lines × bytes of its item, and what is joined (`joins`) ─▶ × its rate
                 ─▶ so many entities × their bytes (`storage`)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ascend.adapters.layout.table_specs import TABLES
from ascend.architect.cost.capacity import Capacity, provisioned
from ascend.architect.cost.footprints import Life, Lived
from ascend.architect.cost.in_a_year import in_a_year
from ascend.architect.cost.prices import GIGABYTE, Prices, prices_of
from ascend.architect.cost.reads import PatternCost, looks_of, pattern_cost, reads_of
from ascend.architect.cost.storage import growth, stored
from ascend.architect.cost.workload import DAYS, Workload
from ascend.architect.cost.writes import (
    CommandCost,
    ProjectionCost,
    by_place,
    command_cost,
    projection_costs,
    writes_of,
)
from ascend.projections.queries.patterns import PATTERNS

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
