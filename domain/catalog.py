"""The catalog of the Life OS: all kinds of entities, and all commands."""

from ascend.domain import links as link
from ascend.domain.assets import asset
from ascend.domain.assets import commands as assets
from ascend.domain.comments import commands as comments
from ascend.domain.comments import comment
from ascend.domain.relations import commands as relations
from ascend.domain.relations import relation
from ascend.domain.runtime.model import Hierarchy, Kind, Model
from ascend.domain.tasks import commands as tasks
from ascend.domain.tasks import dependencies as task_dependencies
from ascend.domain.tasks import next_occurrence as task_recurrence
from ascend.domain.tasks import older_events as older
from ascend.domain.tasks import task
from ascend.domain.things import commands as things
from ascend.domain.things import thing
from ascend.domain.workspaces import lifecycle as workspaces
from ascend.domain.workspaces import members, workspace
from ascend.domain.workspaces.command import Command

thing_hierarchy = Hierarchy(parent=thing.parent_of, children=thing.children_of, inherited=thing.inherited_part)

MODEL = Model.from_kinds(
    Kind(workspace.Workspace, workspace.WorkspaceEvents, workspace.evolve),
    Kind(thing.Thing, thing.ThingEvents, thing.evolve, thing_hierarchy),
    Kind(asset.Asset, asset.AssetEvents, asset.evolve),
    Kind(link.Link, link.LinkEvents, link.evolve),
    Kind(task.Task, task.TaskEvents, task.evolve),
    Kind(relation.Relation, relation.RelationEvents, relation.evolve),
    Kind(comment.Comment, comment.CommentEvents, comment.evolve),
    snapshots=2,
    upcasters={("task.edited", 1): older.upcast_task_edited},
    writes={"task.edited": older.downcast_task_edited},  # release 0.1.0 reads only version 1; remove this in 0.3.0
)

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
    relations.AddRelation,
    relations.EditRelation,
    relations.RemoveRelation,
    comments.PostComment,
    comments.EditComment,
    comments.DeleteComment,
)
