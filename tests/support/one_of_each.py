"""One example of each command of the domain, for rules that hold for all of them."""

from datetime import date
from decimal import Decimal

from support.samples import BLOCKER, BOX, DUE, HOUSE, MORE, NEXT, ON_SHELF, ON_TASK, SHELF, TEXTS, VALID, WHOLE, A, C, T
from support.scenario import ADA, BEA, MAX

from ascend.domain import links as link
from ascend.domain.assets import commands as asset_commands
from ascend.domain.assets.asset import AssetKind
from ascend.domain.comments import commands as comments
from ascend.domain.relations import commands as relations
from ascend.domain.role import Role
from ascend.domain.tasks import commands as task_commands
from ascend.domain.tasks import dependencies as task_dependencies
from ascend.domain.tasks import next_occurrence as task_recurrence
from ascend.domain.tasks.task import Priority
from ascend.domain.things import commands as thing_commands
from ascend.domain.workspaces import lifecycle as workspace_commands
from ascend.domain.workspaces import members
from ascend.domain.workspaces.command import Command

EXAMPLES: tuple[Command, ...] = (
    workspace_commands.CreateWorkspace(name="Home", owner_name="Ada"),
    workspace_commands.RenameWorkspace(name="House"),
    workspace_commands.DescribeWorkspace(**MORE),
    workspace_commands.ArchiveWorkspace(),
    workspace_commands.RestoreWorkspace(),
    workspace_commands.EraseWorkspace(),
    members.InviteMember(user_id=BEA, role=Role.VIEWER),
    members.WithdrawInvitation(user_id=BEA),
    members.DeclineInvitation(),
    members.JoinWorkspace(name="Bea"),
    members.AddMember(user_id=BEA, name="Bea", role=Role.ADMIN),
    members.ChangeRole(user_id=BEA, role=Role.VIEWER),
    members.RemoveMember(user_id=BEA),
    members.LeaveWorkspace(),
    thing_commands.CreateThing(thing_id=SHELF, name="Shelf", parent=HOUSE, **TEXTS),
    thing_commands.RenameThing(thing_id=SHELF, name="Board"),
    thing_commands.DescribeThing(thing_id=SHELF, **TEXTS),
    thing_commands.MoveThing(thing_id=SHELF, parent=None),
    thing_commands.ArchiveThing(thing_id=SHELF),
    thing_commands.RestoreThing(thing_id=SHELF),
    thing_commands.DeleteThing(thing_id=SHELF, children=thing_commands.Children.REPARENT, reparented=(BOX,)),
    asset_commands.CreateAsset(
        asset_id=A, kind=AssetKind.VALUE, name="Savings", amount=Decimal("1.50"), currency="EUR", **TEXTS
    ),
    asset_commands.EditAsset(asset_id=A, uri="https://example.org/a%20b", amount=None, currency=None),
    asset_commands.RetireAsset(asset_id=A),
    link.LinkAsset(asset_id=A, to=ON_SHELF),
    link.UnlinkAsset(asset_id=A, to=ON_TASK),
    task_commands.CreateTask(task_id=T, title="Paint", about=(SHELF,), parent=WHOLE, **TEXTS),
    task_commands.EditTask(task_id=T, title="Draw", about=()),
    task_commands.ScheduleTask(task_id=T, start=date(2026, 5, 1), due=DUE, recurrence="FREQ=WEEKLY"),
    task_commands.PrioritiseTask(task_id=T, priority=Priority.URGENT),
    task_commands.AssignTask(task_id=T, users=(ADA, MAX)),
    task_commands.UnassignTask(task_id=T, users=(MAX,)),
    task_commands.ReleaseTask(task_id=T),
    task_commands.StartTask(task_id=T),
    task_commands.CompleteTask(task_id=T),
    task_commands.ReopenTask(task_id=T),
    task_commands.CancelTask(task_id=T),
    task_commands.DeleteTask(task_id=T),
    task_dependencies.BlockTask(task_id=T, blockers=(BLOCKER, NEXT)),
    task_dependencies.UnblockTask(task_id=T, blockers=(BLOCKER,)),
    task_recurrence.OpenNextOccurrence(task_id=T),
    relations.AddRelation(source=ON_SHELF, type="part of", target=ON_TASK, **VALID),
    relations.EditRelation(source=ON_SHELF, type="part of", target=ON_TASK, inverse=None),
    relations.RemoveRelation(source=ON_SHELF, type="part of", target=ON_TASK),
    comments.PostComment(comment_id=C, asset_id=A, text="Mine?", mentions=(BEA,), **MORE),
    comments.EditComment(comment_id=C, text="Ours?", **MORE),
    comments.DeleteComment(comment_id=C),
)


def every_command() -> set[type[Command]]:
    """Return all commands of the domain."""
    subclasses = list(Command.__subclasses__())
    for command in subclasses:
        subclasses += command.__subclasses__()
    ours = (command for command in subclasses if command.__module__.startswith("ascend.domain."))
    return {command for command in ours if not command.__abstractmethods__}
