"""Every command of the domain."""

from ascend.domain import asset_commands as assets
from ascend.domain import comment, link, members, relation, task_dependencies, task_recurrence
from ascend.domain import task_commands as tasks
from ascend.domain import thing_commands as things
from ascend.domain import workspace_commands as workspaces
from ascend.domain.command import Command

COMMANDS: tuple[type[Command], ...] = (
    workspaces.CreateWorkspace,
    workspaces.RenameWorkspace,
    workspaces.DescribeWorkspace,
    workspaces.ArchiveWorkspace,
    workspaces.RestoreWorkspace,
    workspaces.EraseWorkspace,
    members.InviteMember,
    members.WithdrawInvitation,
    members.DeclineInvitation,
    members.JoinWorkspace,
    members.AddMember,
    members.ChangeRole,
    members.RemoveMember,
    members.LeaveWorkspace,
    things.CreateThing,
    things.RenameThing,
    things.DescribeThing,
    things.MoveThing,
    things.ArchiveThing,
    things.RestoreThing,
    things.DeleteThing,
    assets.CreateAsset,
    assets.EditAsset,
    assets.RetireAsset,
    link.LinkAsset,
    link.UnlinkAsset,
    tasks.CreateTask,
    tasks.EditTask,
    tasks.ScheduleTask,
    tasks.PrioritiseTask,
    tasks.AssignTask,
    tasks.UnassignTask,
    tasks.ReleaseTask,
    tasks.StartTask,
    tasks.CompleteTask,
    tasks.ReopenTask,
    tasks.CancelTask,
    tasks.DeleteTask,
    task_dependencies.BlockTask,
    task_dependencies.UnblockTask,
    task_recurrence.OpenNextOccurrence,
    relation.AddRelation,
    relation.EditRelation,
    relation.RemoveRelation,
    comment.PostComment,
    comment.EditComment,
    comment.DeleteComment,
)
