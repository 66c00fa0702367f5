"""The same workload a year later: as many commands and reads as now, on more that lies there, in longer pages.

What lies there grows as the patterns assume (`Load.in_a_year`); where a workload says its commands, by what these make.
"""

from ascend.architect.cost.workload import IN_A_YEAR, NOW, Workload
from ascend.projections.queries.patterns import PATTERNS

DAYS_OF_A_YEAR = 365
MAKE = {
    "things": ("CreateThing",),
    "tasks": ("CreateTask", "OpenNextOccurrence"),
    "assets": ("CreateAsset",),
    "comments": ("PostComment",),
    "relations": ("AddRelation",),
}
"""What is stored, and the commands that each make one more."""


def in_a_year(workload: Workload) -> Workload:
    more = made(workload) if workload.commands else {kind: IN_A_YEAR[kind] - NOW[kind] for kind in NOW}
    then = {kind: count + more[kind] for kind, count in workload.stored.model_dump().items()}
    stored = workload.stored.model_copy(update=then)  # it may be more than a workload may say
    longer = {
        one.query: min(one.load.page, one.load.in_a_year) for one in PATTERNS if one.query not in workload.counted
    }
    return workload.model_copy(update={"stored": stored, "lines": longer | workload.lines})


def made(workload: Workload) -> dict[str, int]:
    """What the commands of a year make in one workspace."""
    rates = workload.commands_a_day
    days = {kind: sum(rates.get(name, 0) for name in names) for kind, names in MAKE.items()}
    days["commits"] = sum(rates.values())
    return {kind: round(count * DAYS_OF_A_YEAR / workload.workspaces) for kind, count in days.items()}
