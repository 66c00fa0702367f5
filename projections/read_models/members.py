"""Who is in a workspace or invited to it, its name, and which workspaces a user is in. Every query checks members here."""

from collections.abc import Iterable

from ascend.domain.ids import UserId
from ascend.domain.role import Role
from ascend.domain.workspaces.workspace import Workspace
from ascend.projections.item import ReadItem
from ascend.projections.projection import Projection, RenderContext


class WorkspaceCard(ReadItem, key=("W#{workspace}", "workspace")):
    name: str
    version: int
    members: int
    invited: int
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = {}
    archived: bool = False


class MemberLine(ReadItem, key=("W#{workspace}", "member#{user}"), gsi1=("U#{user}", "member#{workspace}")):
    """In the table: the members of a workspace. In the index: the workspaces of a user."""

    user: UserId
    name: str
    role: Role
    workspace_name: str
    """Copied: at most 500 lines change with a workspace's name, and a feed page needs one read a workspace."""
    archived: bool = False
    """Of the workspace."""


class InvitationLine(ReadItem, key=("W#{workspace}", "invitation#{user}"), gsi1=("U#{user}", "invitation#{workspace}")):
    """In the table: who is invited. In the index: a user's open invitations."""

    user: UserId
    role: Role
    workspace_name: str


def render(workspace: Workspace, context: RenderContext) -> Iterable[ReadItem]:
    if workspace.erased:
        return
    yield WorkspaceCard(
        workspace=context.workspace,
        name=workspace.name,
        version=context.version,
        members=len(workspace.members),
        invited=len(workspace.invited),
        tags=workspace.tags,
        metadata=workspace.metadata,
        archived=workspace.archived,
    )
    for user, member in workspace.members.items():
        yield MemberLine(
            workspace=context.workspace,
            user=user,
            name=member.name,
            role=member.role,
            workspace_name=workspace.name,
            archived=workspace.archived,
        )
    for user, role in workspace.invited.items():
        yield InvitationLine(workspace=context.workspace, user=user, role=role, workspace_name=workspace.name)


MEMBERS = Projection("members", 2, (WorkspaceCard, MemberLine, InvitationLine), {Workspace: render})
