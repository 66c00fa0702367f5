"""The monthly cost of an index, by the attributes that it projects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ascend.adapters.layout.table_specs import ALL, INCLUDE, KEYS_ONLY
from ascend.architect.check.schema import Schema
from ascend.architect.cost.prices import REGIONS
from ascend.architect.cost.sizes import WorkspaceSizes
from ascend.architect.cost.units import count_get_units, count_query_units, count_write_units
from ascend.architect.cost.workload import DAYS, is_personal
from ascend.projections.pattern import Pattern

UNREAD_BYTES = 70
"""Size of the attributes that no query reads from an index: position, workspace, type."""
KEY_BYTES = 300
"""Size of an entry that holds only the keys of the table and of the index."""
PEOPLE = WorkspaceSizes().people
"""Number of people in the workspace that the loads of the patterns assume."""
TOLERANCE = 1.25
"""An index may cost this many times the cheapest one before it should project less.

All applications share the two indexes, and the projection of an index cannot be changed. For small items, the attributes
that no query reads are an eighth of an entry.
"""
LEAST_SAVING = 0.1
"""Dollars a month below which no index needs to change."""


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Dollars a month of an index, by its projection, in the workspace that the patterns assume."""

    index: str
    declared: str
    money: Mapping[str, float]

    @property
    def cheapest(self) -> str:
        return min(self.money, key=lambda name: self.money[name])

    @property
    def reason(self) -> str:
        """Why the index projects what it is declared to project."""
        if self.declared == self.cheapest:
            return "nothing is cheaper"
        less = 1 - self.money[self.cheapest] / self.money[self.declared]
        saving = f"{self.cheapest} would save {less:.0%}"
        if self.money[self.declared] > self.money[self.cheapest] * TOLERANCE:
            return saving
        return f"{saving}, but attributes that are not in the list can be read later only with a new index"

    def __str__(self) -> str:
        others = ", ".join(f"{name} ${money:.2f}" for name, money in self.money.items() if name != self.declared)
        declared = f"{self.index} holds {self.declared}: ${self.money[self.declared]:.2f} a month with the assumed load"
        return f"{declared}; {others}. {self.reason[0].upper()}{self.reason[1:]}."


def compare_projections(schema: Schema) -> list[Alternatives]:
    """Return the cost of each index that a pattern reads: as declared, and with the other projections."""
    used = ((spec, schema.find_patterns(spec)) for spec in schema.indexes)
    return [
        Alternatives(
            index=spec.name,
            declared=spec.projection,
            money={name: monthly_cost(patterns, name) for name in (ALL, INCLUDE, KEYS_ONLY)},
        )
        for spec, patterns in used
        if patterns
    ]


def monthly_cost(patterns: list[Pattern[Any]], projection: str) -> float:
    """Return dollars a month. An item that several patterns show is written once."""
    prices = REGIONS["us-east-1"]
    reads = sum(count_reads(pattern) * count_page_units(pattern, projection) for pattern in patterns)
    writes = sum(
        count_writes(pattern) * count_write_units(estimate_entry_bytes(pattern, projection))
        for pattern in find_busiest(patterns)
    )
    return prices.price_reads(reads * DAYS) + prices.price_writes(writes * DAYS)


def find_busiest(patterns: Iterable[Pattern[Any]]) -> list[Pattern[Any]]:
    """Return the pattern with the most writes of each item."""
    return list({pattern.item: pattern for pattern in sorted(patterns, key=count_writes)}.values())


def count_people(pattern: Pattern[Any]) -> int:
    return PEOPLE if is_personal(pattern) else 1


def count_reads(pattern: Pattern[Any]) -> int:
    """Return the reads of a day."""
    return pattern.load.reads_a_day * count_people(pattern)


def count_writes(pattern: Pattern[Any]) -> int:
    """Return the writes of a day."""
    return pattern.load.writes_a_day * count_people(pattern)


def count_page_units(pattern: Pattern[Any], projection: str) -> float:
    """Return the read units of a page. If the index holds only keys, the items are read from the table as well."""
    lines = min(pattern.load.page, pattern.load.items)
    units = count_query_units(lines * estimate_entry_bytes(pattern, projection), consistent=False)
    return units + (count_get_units([pattern.load.bytes] * lines, consistent=False) if projection == KEYS_ONLY else 0)


def estimate_entry_bytes(pattern: Pattern[Any], projection: str) -> int:
    whole = pattern.load.bytes
    return {ALL: whole, INCLUDE: max(KEY_BYTES, whole - UNREAD_BYTES), KEYS_ONLY: KEY_BYTES}[projection]
