"""The cost of reads: the pages of each access pattern, and the reads of commands."""

from dataclasses import dataclass
from typing import Any

from ascend.adapters.layout.items import COMMIT
from ascend.architect.cost.footprints import CostProfile
from ascend.architect.cost.joins import count_joined_items, count_own_items
from ascend.architect.cost.prices import Prices
from ascend.architect.cost.storage import average_command_bytes
from ascend.architect.cost.units import OVERHEAD_BYTES, add_scaled, count_get_units, count_query_units
from ascend.architect.cost.workload import DAYS, Workload
from ascend.architect.cost.writes import count_command_reads
from ascend.projections.life_os import LIFE_OS
from ascend.projections.pattern import Pattern, RequestKind


@dataclass(frozen=True, slots=True)
class PatternCost:
    """The read units of one page; `money` is the price of all pages of a month."""

    query: str
    a_day: float
    lines: int
    page: float
    joined: float
    money: float


def compute_pattern_cost(
    workload: Workload, profile: CostProfile, pattern: Pattern[Any], prices: Prices
) -> PatternCost:
    a_day, lines = workload.reads_a_day[pattern.query], workload.count_lines(pattern)
    page = count_pattern_units(workload, profile, pattern, lines)
    joined = count_joined_units(workload, profile, pattern, lines)
    money = prices.price_reads((page + joined) * a_day * DAYS)
    return PatternCost(pattern.query, a_day, lines, page, joined, money)


def count_pattern_units(workload: Workload, profile: CostProfile, pattern: Pattern[Any], lines: int) -> float:
    """Return the units of the pattern's own request for one page."""
    if pattern.kind is RequestKind.LOG:
        command_bytes = average_command_bytes(workload, profile.footprints)
        commit_bytes = command_bytes.get((COMMIT.name, "events"), 0) - OVERHEAD_BYTES
        return count_query_units(lines * commit_bytes, consistent=True)
    bytes = profile.item_bytes.get(pattern.item.__name__, pattern.load.bytes)
    if pattern.kind is RequestKind.GET:
        return count_get_units([bytes] * count_own_items(pattern, lines))
    return count_query_units(count_own_items(pattern, lines) * bytes, consistent=pattern.index is None)


def count_joined_units(workload: Workload, profile: CostProfile, pattern: Pattern[Any], lines: int) -> float:
    """Return the units of the BatchGet that goes with one page."""
    workspace = workload.sizes.workspace.model_copy(update={"of_a_user": workload.memberships_of_a_user})
    counts = count_joined_items(pattern, lines, workload.sizes.model_copy(update={"workspace": workspace}))
    return sum(count_get_units([profile.item_bytes[item_type]] * count) for item_type, count in counts)


def sum_read_units(workload: Workload, profile: CostProfile) -> dict[str, float]:
    """Return the read units of a month that commands and queries cause, by place."""
    total = {"events": 0.0, "views": 0.0, "gsi1": 0.0, "gsi2": 0.0}
    for name, a_day in workload.commands_a_day.items():
        total = add_scaled(total, count_command_reads(workload, profile.footprints[name]), a_day * DAYS)
    for pattern in LIFE_OS.catalog.patterns:
        pages, lines = workload.reads_a_day[pattern.query] * DAYS, workload.count_lines(pattern)
        total[find_place(pattern)] += count_pattern_units(workload, profile, pattern, lines) * pages
        total["views"] += count_joined_units(workload, profile, pattern, lines) * pages
    return total


def find_place(pattern: Pattern[Any]) -> str:
    """Return the table or index that the pattern reads."""
    if pattern.kind is RequestKind.LOG:
        return "events"
    return f"gsi{pattern.index}" if pattern.index else "views"
