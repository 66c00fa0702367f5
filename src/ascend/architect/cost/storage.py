"""Stored bytes by item type and place: the number of entities of each kind times the bytes of a typical one."""

from collections.abc import Collection, Mapping

from ascend.adapters.layout.items import APPLIED_COMMAND, COMMAND_RECORD_TTL, COMMIT
from ascend.architect.cost.footprints import ONCE_A_BATCH, CostProfile, Footprint, ItemPlace
from ascend.architect.cost.units import add_scaled
from ascend.architect.cost.workload import Workload
from ascend.projections.read_models.history import HistoryLine

PER_COMMIT = frozenset({COMMIT.name, HistoryLine.__name__})
"""Item types of which each commit adds some."""
STORED_BY = {
    "things": ("CreateThing",),
    "tasks": ("CreateTask", "AssignTask", "ScheduleTask", "PrioritiseTask"),
    "assets": ("CreateAsset", "LinkAsset"),
    "comments": ("PostComment",),
    "relations": ("AddRelation",),
}
"""Each kind of entity, and the commands that add the bytes of a typical one."""


def sum_stored_bytes(workload: Workload, profile: CostProfile) -> dict[ItemPlace, float]:
    """Return the billed bytes of all workspaces, the service's overhead included."""
    total: dict[ItemPlace, float] = {}
    for kind, commands in STORED_BY.items():
        for command in commands:
            entity_bytes = select_entity_bytes(profile.footprints[command])
            total = add_scaled(total, entity_bytes, getattr(workload.stored, kind))
    member_bytes = select_entity_bytes(profile.footprints["AddMember"])
    total = add_scaled(total, member_bytes, workload.sizes.workspace.people)
    commands_a_day = sum(workload.commands_a_day.values()) / workload.workspaces
    command_bytes, commits = average_command_bytes(workload, profile.footprints), workload.stored.commits
    total = add_scaled(total, keep_types(command_bytes, PER_COMMIT), commits)
    records = min(commits, commands_a_day * COMMAND_RECORD_TTL.days)  # command records expire
    total = add_scaled(total, keep_types(command_bytes, {APPLIED_COMMAND.name}), records)
    return add_scaled({}, total, workload.workspaces)


def sum_daily_growth(workload: Workload, profile: CostProfile) -> dict[ItemPlace, float]:
    """Return the bytes that a day's commands add. Command records expire, and do not count."""
    total: dict[ItemPlace, float] = {}
    for command, rate in workload.commands_a_day.items():
        growth = drop_types(profile.footprints[command].bytes, {APPLIED_COMMAND.name})
        total = add_scaled(total, growth, rate)
    return total


def select_entity_bytes(footprint: Footprint) -> dict[ItemPlace, float]:
    """Return the bytes of the entity alone, without those of the commit, the command record or the workspace."""
    return drop_types(footprint.bytes, PER_COMMIT | ONCE_A_BATCH | {APPLIED_COMMAND.name})


def average_command_bytes(workload: Workload, footprints: Mapping[str, Footprint]) -> dict[ItemPlace, float]:
    """Return the bytes that an average command adds."""
    rates = workload.commands_a_day
    average: dict[ItemPlace, float] = {}
    for command, rate in rates.items():
        average = add_scaled(average, footprints[command].bytes, rate / (sum(rates.values()) or 1))
    return average


def keep_types(bytes: Mapping[ItemPlace, float], item_types: Collection[str]) -> dict[ItemPlace, float]:
    return {key: count for key, count in bytes.items() if key[0] in item_types}


def drop_types(bytes: Mapping[ItemPlace, float], item_types: Collection[str]) -> dict[ItemPlace, float]:
    return {key: count for key, count in bytes.items() if key[0] not in item_types}
