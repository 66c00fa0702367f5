"""What reading costs: pages of each access pattern, and workers that look whether there is something to do."""

from dataclasses import dataclass
from typing import Any

from ascend.adapters.layout.items import COMMIT, REGISTRY_ENTRY
from ascend.architect.cost.footprints import Lived
from ascend.architect.cost.joins import joined, own
from ascend.architect.cost.prices import Prices
from ascend.architect.cost.storage import average_bytes
from ascend.architect.cost.units import MISSING, OVERHEAD_BYTES, get_units, page_units, plus
from ascend.architect.cost.workload import DAYS, Workload
from ascend.architect.cost.writes import command_reads, is_log
from ascend.projections.generation import FRESH
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.queries.patterns import PATTERNS

SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class PatternCost:
    """Units of one page; `money` of all of them, a month."""

    query: str
    a_day: float
    lines: int
    page: float
    joined: float
    money: float


def pattern_cost(workload: Workload, lived: Lived, pattern: Pattern[Any], prices: Prices) -> PatternCost:
    a_day, lines = workload.reads_a_day[pattern.query], workload.lines_of(pattern)
    page, beside = page_of(workload, lived, pattern, lines), joined_units(workload, lived, pattern, lines)
    money = prices.reads((page + beside) * a_day * DAYS)
    return PatternCost(pattern.query, a_day, lines, page, beside, money)


def page_of(workload: Workload, lived: Lived, pattern: Pattern[Any], lines: int) -> float:
    if pattern.kind is RequestKind.LOG:
        average = average_bytes(workload, lived.footprints).get((COMMIT.name, "events"), 0) - OVERHEAD_BYTES
        return page_units(lines * average, consistent=True)
    bytes = lived.sizes.get(pattern.item.__name__, pattern.load.bytes)
    if pattern.kind is RequestKind.GET:
        return get_units([bytes] * own(pattern, lines))
    return page_units(own(pattern, lines) * bytes, consistent=pattern.index is None)


def joined_units(workload: Workload, lived: Lived, pattern: Pattern[Any], lines: int) -> float:
    mine = workload.sizes.workspace.model_copy(update={"of_a_user": workload.memberships_of_a_user})
    counts = joined(pattern, lines, workload.sizes.model_copy(update={"workspace": mine}))
    return sum(get_units([lived.sizes[kind]] * count) for kind, count in counts)


def reads_of(workload: Workload, lived: Lived) -> dict[str, float]:
    """Units of a month that people and their commands cause, by place."""
    found = {"events": 0.0, "views": 0.0, "gsi1": 0.0, "gsi2": 0.0}
    for name, a_day in workload.commands_a_day.items():
        found = plus(found, command_reads(workload, lived.footprints[name]), a_day * DAYS)
    for pattern in PATTERNS:
        a_day, lines = workload.reads_a_day[pattern.query] * DAYS, workload.lines_of(pattern)
        place = "events" if pattern.kind is RequestKind.LOG else f"gsi{pattern.index}" if pattern.index else "views"
        found[place] += page_of(workload, lived, pattern, lines) * a_day
        found["views"] += joined_units(workload, lived, pattern, lines) * a_day
    return found


def looks_of(workload: Workload, lived: Lived) -> dict[str, float]:
    """Units of a month that workers cause where nothing happens, by place.

    They look at the registry, at the log, record and policies of each workspace, and at the epochs when these are old.
    """
    looks, pause = DAYS * SECONDS / workload.worker.pause, workload.worker.pause
    found = {"events": 0.0, "views": DAYS * SECONDS / max(FRESH, pause) * MISSING}
    for kind, units in lived.idle.items():
        times = 1 if kind == REGISTRY_ENTRY.name else workload.workspaces
        found["events" if is_log(kind) else "views"] += looks * times * units
    return plus({}, found, workload.worker.processes)
