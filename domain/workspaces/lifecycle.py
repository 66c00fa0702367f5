"""The commands on a workspace as a whole."""

from dataclasses import replace
from typing import ClassVar

from ascend.domain.errors import NotAllowed, Refusal
from ascend.domain.ids import OPERATOR_USER
from ascend.domain.role import Role
from ascend.domain.values import Label, Metadata, Name
from ascend.domain.workspaces.command import NOTHING, Command, Decision
from ascend.domain.workspaces.tags import EditTagsCommand
from ascend.domain.workspaces.view import View
from ascend.domain.workspaces.workspace import (
    Workspace,
    WorkspaceArchived,
    WorkspaceCreated,
    WorkspaceDescribed,
    WorkspaceErased,
    WorkspaceRenamed,
    WorkspaceRestored,
)


class WorkspaceExists(Refusal):
    """There is already a workspace with this id."""


class CreateWorkspace(Command):
    """Creates a workspace. Send it to the new workspace's id: the sender becomes the owner."""

    needs = None
    while_archived: ClassVar[bool] = True
    name: Name
    owner_name: Label

    def decide(self, view: View) -> Decision:
        workspace = view.find(Workspace, view.workspace_id)
        if workspace is None:
            created = WorkspaceCreated(
                at=view.at,
                by=view.actor,
                workspace_id=view.workspace_id,
                name=self.name,
                owner_name=self.owner_name,
            )
            return [created]
        member = workspace.members.get(view.actor)
        if workspace.name == self.name and member is not None and member.role is Role.OWNER:
            return NOTHING
        raise WorkspaceExists(view.workspace_id)


class RenameWorkspace(Command):
    """Renames the workspace. Everybody sees the new name, also in feeds."""

    needs = Role.ADMIN
    name: Name

    def decide(self, view: View) -> Decision:
        if view.workspace.name == self.name:
            return NOTHING
        return [WorkspaceRenamed(at=view.at, by=view.actor, workspace_id=view.workspace_id, name=self.name)]


class DescribeWorkspace(EditTagsCommand):
    """Changes the tags and the metadata of the workspace. A field that is left out keeps its value; None empties it."""

    needs = Role.ADMIN
    metadata: Metadata | None = None

    def decide(self, view: View) -> Decision:
        workspace = view.workspace
        changed = replace(workspace, **self.changes_to(workspace))
        if changed == workspace:
            return NOTHING
        described = WorkspaceDescribed(
            at=view.at,
            by=view.actor,
            workspace_id=view.workspace_id,
            tags=changed.tags,
            metadata=changed.metadata,
        )
        return [described]


class ArchiveWorkspace(Command):
    """Archives the workspace. Until it is restored, nothing in it can be changed, and its Tasks leave all feeds."""

    needs = Role.ADMIN
    while_archived: ClassVar[bool] = True

    def decide(self, view: View) -> Decision:
        if view.workspace.archived:
            return NOTHING
        return [WorkspaceArchived(at=view.at, by=view.actor, workspace_id=view.workspace_id)]


class RestoreWorkspace(Command):
    """Restores the archived workspace. It can be changed again, and its Tasks are back in the feeds."""

    needs = Role.ADMIN
    while_archived: ClassVar[bool] = True

    def decide(self, view: View) -> Decision:
        if not view.workspace.archived:
            return NOTHING
        return [WorkspaceRestored(at=view.at, by=view.actor, workspace_id=view.workspace_id)]


class EraseWorkspace(Command):
    """Erases the workspace. It is the first step of `Store.erase`. Refused unless the sender is the operator."""

    needs = None
    while_archived: ClassVar[bool] = True

    def decide(self, view: View) -> Decision:
        if view.actor != OPERATOR_USER:
            raise NotAllowed("only an operator erases a workspace: use Store.erase, or `ascend erase`")
        view.get(Workspace, view.workspace_id)
        return [WorkspaceErased(at=view.at, by=view.actor, workspace_id=view.workspace_id)]
