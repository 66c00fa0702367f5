"""The default mix of commands: how often a workspace sends each command in a day, unless a workload says so itself."""

from collections.abc import Mapping
from typing import Any

from ascend.projections.pattern import Pattern
from ascend.projections.read_models.assets import ASSET
from ascend.projections.read_models.comments import COMMENT
from ascend.projections.read_models.links import ASSETS_OF_TARGET, BLOCKED_BY_TASK
from ascend.projections.read_models.members import INVITATIONS_OF_WORKSPACE, MEMBERS_OF_WORKSPACE, WORKSPACE
from ascend.projections.read_models.relations import RELATIONS_OUT
from ascend.projections.read_models.tasks import TASK
from ascend.projections.read_models.things import THING

COMMAND_MIX: tuple[tuple[Pattern[Any], Mapping[str, float]], ...] = (
    (
        WORKSPACE,
        {
            "CreateWorkspace": 0.1,
            "RenameWorkspace": 9,
            "DescribeWorkspace": 90,
            "ArchiveWorkspace": 0.5,
            "RestoreWorkspace": 0.4,
        },
    ),
    (
        INVITATIONS_OF_WORKSPACE,
        {"InviteMember": 50, "JoinWorkspace": 44, "WithdrawInvitation": 4, "DeclineInvitation": 2},
    ),
    (MEMBERS_OF_WORKSPACE, {"AddMember": 10, "ChangeRole": 50, "RemoveMember": 25, "LeaveWorkspace": 15}),
    (
        TASK,
        {
            "CreateTask": 16,
            "EditTask": 9,
            "ScheduleTask": 16,
            "PrioritiseTask": 6,
            "AssignTask": 18,
            "UnassignTask": 2,
            "ReleaseTask": 1,
            "StartTask": 11,
            "StopTask": 1,
            "CompleteTask": 14,
            "ReopenTask": 1,
            "CancelTask": 2,
            "DeleteTask": 1,
            "OpenNextOccurrence": 2,
        },
    ),
    (BLOCKED_BY_TASK, {"BlockTask": 90, "UnblockTask": 10}),
    (
        THING,
        {
            "CreateThing": 25,
            "RenameThing": 10,
            "DescribeThing": 49,
            "MoveThing": 12,
            "ArchiveThing": 2,
            "RestoreThing": 1,
            "DeleteThing": 1,
        },
    ),
    (ASSET, {"CreateAsset": 60, "EditAsset": 35, "RetireAsset": 5}),
    (ASSETS_OF_TARGET, {"LinkAsset": 90, "UnlinkAsset": 10}),
    (RELATIONS_OUT, {"AddRelation": 70, "EditRelation": 20, "RemoveRelation": 10}),
    (COMMENT, {"PostComment": 85, "EditComment": 13, "DeleteComment": 2}),
)
"""For each pattern: how its assumed writes a day are shared among the commands that cause them, in percent.

A command outside of the mix has no estimate. `EraseWorkspace` is one: only `erase` sends it, once in a workspace's life, and
nearly all of the price of an erasure is the removal of the workspace's items. To estimate a new command, give it a share here
and send it in `typical_workspace`.
"""
SENT_COMMANDS = tuple(name for _, mix in COMMAND_MIX for name in mix)


def derive_default_commands() -> dict[str, float]:
    """Return the rate of each command, a day in one workspace: its share of the writes that its pattern assumes."""
    return {
        name: round(pattern.load.writes_a_day * percent / 100, 4)
        for pattern, mix in COMMAND_MIX
        for name, percent in mix.items()
    }
