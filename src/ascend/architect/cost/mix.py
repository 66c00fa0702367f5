"""Which commands a workspace sends a day, where nobody says it: every command that can be sent, more or less often."""

from collections.abc import Mapping
from typing import Any

from ascend.domain.catalog import COMMANDS
from ascend.projections.pattern import Pattern
from ascend.projections.queries import patterns

NOT_SENT = frozenset({"EraseWorkspace"})
"""Sent by `erase` only, once in a workspace's life; nearly all of the price of erasing is in what it sweeps away."""
SENT = tuple(command.__name__ for command in COMMANDS if command.__name__ not in NOT_SENT)

MIX: tuple[tuple[Pattern[Any], Mapping[str, float]], ...] = (
    (
        patterns.WORKSPACE,
        {
            "CreateWorkspace": 0.1,
            "RenameWorkspace": 9,
            "DescribeWorkspace": 90,
            "ArchiveWorkspace": 0.5,
            "RestoreWorkspace": 0.4,
        },
    ),
    (
        patterns.INVITATIONS_OF_WORKSPACE,
        {"InviteMember": 50, "JoinWorkspace": 44, "WithdrawInvitation": 4, "DeclineInvitation": 2},
    ),
    (patterns.MEMBERS_OF_WORKSPACE, {"AddMember": 10, "ChangeRole": 50, "RemoveMember": 25, "LeaveWorkspace": 15}),
    (
        patterns.TASK,
        {
            "CreateTask": 16,
            "EditTask": 9,
            "ScheduleTask": 16,
            "PrioritiseTask": 6,
            "AssignTask": 18,
            "UnassignTask": 2,
            "ReleaseTask": 1,
            "StartTask": 12,
            "CompleteTask": 14,
            "ReopenTask": 1,
            "CancelTask": 2,
            "DeleteTask": 1,
            "OpenNextOccurrence": 2,
        },
    ),
    (patterns.BLOCKED_BY_TASK, {"BlockTask": 90, "UnblockTask": 10}),
    (
        patterns.THING,
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
    (patterns.ASSET, {"CreateAsset": 60, "EditAsset": 35, "RetireAsset": 5}),
    (patterns.ASSETS_OF_TARGET, {"LinkAsset": 90, "UnlinkAsset": 10}),
    (patterns.RELATIONS_OUT, {"AddRelation": 70, "EditRelation": 20, "RemoveRelation": 10}),
    (patterns.COMMENT, {"PostComment": 85, "EditComment": 13, "DeleteComment": 2}),
)
"""Percent of the writes a day that a pattern assumes of the item that it shows."""


def default_commands() -> dict[str, float]:
    """A day, in one workspace: the writes that the patterns assume, shared among the commands that make them."""
    return {
        name: round(pattern.load.writes_a_day * percent / 100, 4)
        for pattern, mix in MIX
        for name, percent in mix.items()
    }
