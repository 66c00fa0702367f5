"""The same workload a year later: the same commands and reads a day, on more stored entities, in longer pages.

Stored entities grow as the patterns assume (`Load.in_a_year`), or by what the workload's own commands create.
"""

from ascend.architect.cost.workload import IN_A_YEAR, NOW, Workload
from ascend.projections.life_os import LIFE_OS

DAYS_OF_A_YEAR = 365
CREATED_BY = {
    "things": ("CreateThing",),
    "tasks": ("CreateTask", "OpenNextOccurrence"),
    "assets": ("CreateAsset",),
    "comments": ("PostComment",),
    "relations": ("AddRelation",),
}
"""Each kind of entity, and the commands that create one more."""


def grow_by_a_year(workload: Workload) -> Workload:
    growth = count_created(workload) if workload.commands else {kind: IN_A_YEAR[kind] - NOW[kind] for kind in NOW}
    counts = {kind: count + growth[kind] for kind, count in workload.stored.model_dump().items()}
    stored = workload.stored.model_copy(update=counts)  # a copy is not validated: the counts may exceed the limit
    lines = {
        pattern.query: min(pattern.load.page, pattern.load.in_a_year)
        for pattern in LIFE_OS.catalog.patterns
        if pattern.query not in workload.known_counts
    }
    return workload.model_copy(update={"stored": stored, "lines": lines | workload.lines})


def count_created(workload: Workload) -> dict[str, int]:
    """Return the number of entities, by kind, and of commits that the commands of a year add to one workspace."""
    rates = workload.commands_a_day
    a_day = {kind: sum(rates.get(name, 0) for name in names) for kind, names in CREATED_BY.items()}
    a_day["commits"] = sum(rates.values())
    return {kind: round(count * DAYS_OF_A_YEAR / workload.workspaces) for kind, count in a_day.items()}
