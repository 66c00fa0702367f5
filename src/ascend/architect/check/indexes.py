"""Rules about indexes: each is used, holds what is read of it, and is projected as is cheapest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ascend.adapters.layout.table_specs import ALL, INCLUDE, KEYS_ONLY, IndexSpec
from ascend.architect.check.schema import Finding, Rule, Schema
from ascend.architect.cost.prices import REGIONS
from ascend.architect.cost.units import get_units, page_units, write_units
from ascend.architect.cost.workload import DAYS, Workspaces, is_personal
from ascend.projections.pattern import Pattern

READ = ("data",)
"""The attributes that a query reads of a read item."""
BESIDE_BYTES = 70
"""Of the attributes that nobody reads of an index: position, workspace, type."""
KEY_BYTES = 300
"""Of an entry with keys only: those of the table and of the index."""
PEOPLE = Workspaces().people
"""For whom the patterns' assumptions are made."""
TOLERANCE = 1.1
"""What is dearer by less than this is no reason to have less in an index."""


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Dollars a month of an index, in the workspace that the patterns assume, by how much of an item it holds."""

    index: str
    declared: str
    money: Mapping[str, float]

    @property
    def cheapest(self) -> str:
        return min(self.money, key=lambda name: self.money[name])

    @property
    def reason(self) -> str:
        """Why it is as declared."""
        if self.declared == self.cheapest:
            return "nothing is cheaper"
        less = 1 - self.money[self.cheapest] / self.money[self.declared]
        if self.money[self.declared] > self.money[self.cheapest] * TOLERANCE:
            return f"{self.cheapest} would save {less:.0%}"
        return (
            f"{self.cheapest} would save {less:.0%}, and what a list of attributes leaves out cannot be read later "
            "without a new index"
        )

    def __str__(self) -> str:
        others = ", ".join(f"{name} ${money:.2f}" for name, money in self.money.items() if name != self.declared)
        declared = f"{self.index} holds {self.declared}: ${self.money[self.declared]:.2f} a month as assumed"
        return f"{declared}; {others}. {self.reason[0].upper()}{self.reason[1:]}."


def unused(schema: Schema) -> Iterator[Finding]:
    """An index that no pattern asks; items that are written to an index where nobody asks for them."""
    for spec in indexes(schema):
        if not asked_of(schema, spec):
            said = "no pattern asks it, and every write of an item that is in it is paid for twice"
            yield Finding("unused index", spec.name, said, "remove it, or declare the pattern that needs it")
    for keys in schema.all_keys():
        if keys.place.startswith("gsi") and not any(schema.keys_of(one) == keys for one in schema.patterns):
            said = "no pattern asks for these items there"
            todo = (
                f"remove {keys.place} from {keys.item.name} (a new version of its projection), or declare the pattern"
            )
            yield Finding("unused index", str(keys), said, todo)


def lacking(schema: Schema) -> Iterator[Finding]:
    """An index that does not hold what is read of it."""
    for spec in indexes(schema):
        missing = [name for name in READ if spec.projection != ALL and name not in spec.included]
        if missing and (patterns := asked_of(schema, spec)):
            queries = ", ".join(pattern.query for pattern in patterns)
            said = f"{queries} reads {', '.join(missing)}, which {spec.projection} leaves out"
            yield Finding("projection", spec.name, said, f"project {ALL}, or include {', '.join(missing)}")


def dear(schema: Schema) -> Iterator[Finding]:
    """An index that would be cheaper if it held less, or more."""
    for one in alternatives(schema):
        best = one.money[one.cheapest]
        if one.money[one.declared] > best * TOLERANCE:
            said = f"{one.declared} costs ${one.money[one.declared]:.2f} a month, {one.cheapest} ${best:.2f}"
            yield Finding("projection", one.index, said, f"project {one.cheapest}, or correct the patterns' loads")


def alternatives(schema: Schema) -> list[Alternatives]:
    """What each index that is asked costs, and would cost."""
    found = [(spec, asked_of(schema, spec)) for spec in indexes(schema)]
    return [
        Alternatives(spec.name, spec.projection, {name: monthly(patterns, name) for name in (ALL, INCLUDE, KEYS_ONLY)})
        for spec, patterns in found
        if patterns
    ]


def monthly(patterns: list[Pattern[Any]], projection: str) -> float:
    """An item that several patterns show is written once."""
    prices, busiest = REGIONS["us-east-1"], {one.item: one for one in sorted(patterns, key=writes_a_day)}
    reads = sum(one.load.reads_a_day * people(one) * page(one, projection) for one in patterns)
    writes = sum(writes_a_day(one) * write_units(entry_bytes(one, projection)) for one in busiest.values())
    return prices.reads(reads * DAYS) + prices.writes(writes * DAYS)


def people(pattern: Pattern[Any]) -> int:
    return PEOPLE if is_personal(pattern) else 1


def writes_a_day(pattern: Pattern[Any]) -> int:
    return pattern.load.writes_a_day * people(pattern)


def page(pattern: Pattern[Any], projection: str) -> float:
    """With keys only, what a page names is read from the table as well."""
    lines = min(pattern.load.page, pattern.load.items)
    units = page_units(lines * entry_bytes(pattern, projection), consistent=False)
    return units + (get_units([pattern.load.bytes] * lines, consistent=False) if projection == KEYS_ONLY else 0)


def entry_bytes(pattern: Pattern[Any], projection: str) -> int:
    whole = pattern.load.bytes
    return {ALL: whole, INCLUDE: max(KEY_BYTES, whole - BESIDE_BYTES), KEYS_ONLY: KEY_BYTES}[projection]


def indexes(schema: Schema) -> list[IndexSpec]:
    return [index for table in schema.tables for index in table.indexes]


def asked_of(schema: Schema, spec: IndexSpec) -> list[Pattern[Any]]:
    return [pattern for pattern in schema.patterns if pattern.index and f"gsi{pattern.index}" == spec.name]


INDEXES: tuple[Rule, ...] = (unused, lacking, dear)
