"""What lies in the tables, in bytes by item type and place: so many entities of each kind, as large as they were made."""

from collections.abc import Collection, Mapping

from ascend.adapters.layout.items import APPLIED, APPLIED_COMMAND, COMMIT
from ascend.architect.cost.footprints import ONCE_A_BATCH, Footprint, Lived, Where
from ascend.architect.cost.units import plus
from ascend.architect.cost.workload import Workload
from ascend.projections.read_models.history import HistoryLine

OF_A_COMMIT = frozenset({COMMIT.name, HistoryLine.__name__})
MADE_BY = {
    "things": ("CreateThing",),
    "tasks": ("CreateTask", "AssignTask", "ScheduleTask", "PrioritiseTask"),
    "assets": ("CreateAsset", "LinkAsset"),
    "comments": ("PostComment",),
    "relations": ("AddRelation",),
}
"""What is stored of an entity is what these commands add."""


def stored(workload: Workload, lived: Lived) -> dict[Where, float]:
    """Of all workspaces, the service's overhead included."""
    found: dict[Where, float] = {}
    for kind, commands in MADE_BY.items():
        for command in commands:
            found = plus(found, entity_bytes(lived.footprints[command]), getattr(workload.stored, kind))
    found = plus(found, entity_bytes(lived.footprints["AddMember"]), workload.sizes.workspace.people)
    average = average_bytes(workload, lived.footprints)
    found = plus(found, only(average, OF_A_COMMIT), workload.stored.commits)
    kept = min(workload.stored.commits, sum(workload.commands_a_day.values()) / workload.workspaces * APPLIED.days)
    found = plus(found, only(average, {APPLIED_COMMAND.name}), kept)
    return plus({}, found, workload.workspaces)


def growth(workload: Workload, lived: Lived) -> dict[Where, float]:
    """More a day; records of commands expire, and do not count."""
    found: dict[Where, float] = {}
    for command, rate in workload.commands_a_day.items():
        found = plus(found, without(lived.footprints[command].bytes, {APPLIED_COMMAND.name}), rate)
    return found


def entity_bytes(one: Footprint) -> dict[Where, float]:
    """Without what is of the commit, the command or the workspace."""
    return without(one.bytes, OF_A_COMMIT | ONCE_A_BATCH | {APPLIED_COMMAND.name})


def average_bytes(workload: Workload, footprints: Mapping[str, Footprint]) -> dict[Where, float]:
    """What an average command adds."""
    rates = workload.commands_a_day
    found: dict[Where, float] = {}
    for command, rate in rates.items():
        found = plus(found, footprints[command].bytes, rate / (sum(rates.values()) or 1))
    return found


def only(bytes: Mapping[Where, float], kinds: Collection[str]) -> dict[Where, float]:
    return {where: amount for where, amount in bytes.items() if where[0] in kinds}


def without(bytes: Mapping[Where, float], kinds: Collection[str]) -> dict[Where, float]:
    return {where: amount for where, amount in bytes.items() if where[0] not in kinds}
