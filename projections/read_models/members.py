"""The members and invitations of a workspace, and the workspaces of a user. Every query checks membership here."""

from collections.abc import Iterable

from ascend.domain.ids import UserId
from ascend.domain.role import Role
from ascend.domain.workspaces.workspace import Workspace
from ascend.projections.item import ReadItem
from ascend.projections.pattern import SPLITS_BY_SORT_KEY, Load, Pattern, RequestKind
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
    """In the table, the members of a workspace; in the index, the workspaces of a user."""

    user: UserId
    name: str
    role: Role
    workspace_name: str
    """Copied from the workspace: a rename rewrites at most 500 lines, and a feed page needs one read for each workspace."""
    archived: bool = False
    """True if the workspace is archived."""


class InvitationLine(ReadItem, key=("W#{workspace}", "invitation#{user}"), gsi1=("U#{user}", "invitation#{workspace}")):
    """In the table, the open invitations of a workspace; in the index, those of a user."""

    user: UserId
    role: Role
    workspace_name: str


def render_workspace(workspace: Workspace, context: RenderContext) -> Iterable[ReadItem]:
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


WORKSPACE = Pattern(
    name="Summary of a workspace, with counts",
    query="workspace",
    example="queries.workspace(home, viewer=ada)",
    kind=RequestKind.GET,
    item=WorkspaceCard,
    given=("workspace",),
    joined="the projection's record, which holds the counts",
    load=Load(reads_a_day=2_000, writes_a_day=2, items=1, in_a_year=1, page=1, bytes=300),
    hot=SPLITS_BY_SORT_KEY,
)
MEMBERS_OF_WORKSPACE = Pattern(
    name="Members of a workspace",
    query="members",
    example="queries.members(home, viewer=ada)",
    item=MemberLine,
    given=("workspace",),
    load=Load(reads_a_day=500, writes_a_day=1, items=100, in_a_year=150, page=100, bytes=300),
)
INVITATIONS_OF_WORKSPACE = Pattern(
    name="Open invitations of a workspace",
    query="invitations",
    example="queries.invitations(home, viewer=ada)",
    item=InvitationLine,
    given=("workspace",),
    load=Load(reads_a_day=10, writes_a_day=1, items=5, in_a_year=5, page=20, bytes=250),
)
WORKSPACES_OF_USER = Pattern(
    name="A user's workspaces",
    query="workspaces",
    example="queries.workspaces(ada, viewer=ada)",
    item=MemberLine,
    given=("user",),
    index=1,
    joined="the same lines from the table: an index may lag",
    load=Load(reads_a_day=10, writes_a_day=1, items=5, in_a_year=8, page=99, bytes=300, primary=True),
)
INVITATIONS_OF_USER = Pattern(
    name="A user's open invitations",
    query="invitations_of",
    example="queries.invitations_of(eve, viewer=eve)",
    item=InvitationLine,
    given=("user",),
    index=1,
    joined="the same lines from the table: an index may lag",
    load=Load(reads_a_day=10, writes_a_day=1, items=1, in_a_year=1, page=20, bytes=250),
)

MEMBERS = Projection(
    "members",
    2,
    (WorkspaceCard, MemberLine, InvitationLine),
    {Workspace: render_workspace},
    patterns=(WORKSPACE, MEMBERS_OF_WORKSPACE, INVITATIONS_OF_WORKSPACE, WORKSPACES_OF_USER, INVITATIONS_OF_USER),
)
