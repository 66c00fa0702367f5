"""What people do with a workspace as a whole."""

from typing import TYPE_CHECKING, ClassVar

from ascend.domain.errors import NotAllowed, Refusal
from ascend.domain.ids import OPERATOR_USER
from ascend.domain.role import Role
from ascend.domain.values import Label, Metadata, Name, Tags
from ascend.domain.workspaces.command import NOTHING, Command, Decision
from ascend.domain.workspaces.workspace import (
    Workspace,
    WorkspaceArchived,
    WorkspaceCreated,
    WorkspaceDescribed,
    WorkspaceErased,
    WorkspaceRenamed,
    WorkspaceRestored,
)

if TYPE_CHECKING:
    from ascend.domain.workspaces.view import View


class WorkspaceExists(Refusal):
    """There is a workspace with this id already."""


class CreateWorkspace(Command):
    """The sender becomes its owner. Sent to the workspace's new id."""

    needs = None
    while_archived: ClassVar[bool] = True
    name: Name
    owner_name: Label

    def decide(self, view: "View") -> Decision:
        there = view.find(Workspace, view.workspace_id)
        if there is None:
            made = WorkspaceCreated(
                at=view.at,
                by=view.actor,
                workspace_id=view.workspace_id,
                name=self.name,
                owner_name=self.owner_name,
            )
            return [made]
        me = there.members.get(view.actor)
        if there.name == self.name and me is not None and me.role is Role.OWNER:
            return NOTHING
        raise WorkspaceExists(view.workspace_id)


class RenameWorkspace(Command):
    """Everybody sees the new name, in feeds, too."""

    needs = Role.ADMIN
    name: Name

    def decide(self, view: "View") -> Decision:
        if view.workspace.name == self.name:
            return NOTHING
        return [WorkspaceRenamed(at=view.at, by=view.actor, workspace_id=view.workspace_id, name=self.name)]


class DescribeWorkspace(Command):
    """What is not given stays as it is."""

    needs = Role.ADMIN
    tags: Tags | None = None
    metadata: Metadata | None = None

    def decide(self, view: "View") -> Decision:
        workspace = view.workspace
        tags = workspace.tags if self.tags is None else self.tags
        metadata = workspace.metadata if self.metadata is None else self.metadata
        if (tags, metadata) == (workspace.tags, workspace.metadata):
            return NOTHING
        described = WorkspaceDescribed(
            at=view.at, by=view.actor, workspace_id=view.workspace_id, tags=tags, metadata=metadata
        )
        return [described]


class ArchiveWorkspace(Command):
    """Nothing in it can be changed until it is restored, and its tasks leave everybody's feeds."""

    needs = Role.ADMIN
    while_archived: ClassVar[bool] = True

    def decide(self, view: "View") -> Decision:
        if view.workspace.archived:
            return NOTHING
        return [WorkspaceArchived(at=view.at, by=view.actor, workspace_id=view.workspace_id)]


class RestoreWorkspace(Command):
    """Of an archived workspace: it can be changed again, and its tasks are back in the feeds."""

    needs = Role.ADMIN
    while_archived: ClassVar[bool] = True

    def decide(self, view: "View") -> Decision:
        if not view.workspace.archived:
            return NOTHING
        return [WorkspaceRestored(at=view.at, by=view.actor, workspace_id=view.workspace_id)]


class EraseWorkspace(Command):
    """The first step of `Store.erase`, which only an operator may take: people send no such command."""

    needs = None
    while_archived: ClassVar[bool] = True

    def decide(self, view: "View") -> Decision:
        if view.actor != OPERATOR_USER:
            raise NotAllowed("only an operator erases a workspace: Store.erase, or `ascend erase`")
        view.get(Workspace, view.workspace_id)
        return [WorkspaceErased(at=view.at, by=view.actor, workspace_id=view.workspace_id)]
