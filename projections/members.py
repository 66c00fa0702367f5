"""Who is in a workspace, its name, and which workspaces a user is in. Every query checks membership here."""

from collections.abc import Iterable

from ascend.domain.command import Role
from ascend.domain.ids import UserId
from ascend.domain.workspace import Workspace
from ascend.projections.item import ReadItem
from ascend.projections.projection import Look, Projection


class WorkspaceCard(ReadItem, key=("W#{workspace}", "workspace")):
    name: str
    version: int
    members: int


class MemberLine(ReadItem, key=("W#{workspace}", "member#{user}"), gsi1=("U#{user}", "{workspace}")):
    """In the table: the members of a workspace. In the index: the workspaces of a user."""

    user: UserId
    name: str
    role: Role
    workspace_name: str
    """Copied: at most 500 lines change with a workspace's name, and a feed page needs one read a workspace."""


def render(workspace: Workspace, look: Look) -> Iterable[ReadItem]:
    yield WorkspaceCard(
        workspace=look.workspace, name=workspace.name, version=look.version, members=len(workspace.members)
    )
    for user, member in workspace.members.items():
        yield MemberLine(
            workspace=look.workspace,
            user=user,
            name=member.name,
            role=member.role,
            workspace_name=workspace.name,
        )


MEMBERS = Projection("members", 1, (WorkspaceCard, MemberLine), {Workspace: render})
