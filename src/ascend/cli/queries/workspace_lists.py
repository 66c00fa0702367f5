"""Lists of workspaces and of their members, one line each."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from ascend import Operator, Role, WorkspaceId
from ascend.cli.context import CommandContext
from ascend.cli.naming import PAGE_SIZE
from ascend.cli.terminal.printing import Column
from ascend.cli.workspace_cards import workspace_cards
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.members import MemberLine

NOT_RENDERED = "(not rendered yet: ascend worker --until-caught-up)"


@dataclass(frozen=True, slots=True)
class WorkspaceLine:
    """One workspace: with `members` for the operator, with `role` for a user.

    The name is None until a worker has rendered the workspace.
    """

    workspace: WorkspaceId
    name: str | None
    members: int | None = None
    role: Role | None = None


async def list_workspaces(context: CommandContext) -> None:
    last = (
        Column[WorkspaceLine]("MEMBERS", 8, lambda line: "" if line.members is None else line.members)
        if isinstance(context.viewer, Operator)
        else Column[WorkspaceLine]("ROLE", 8, lambda line: line.role or "")
    )
    columns = (
        Column[WorkspaceLine]("ID", 36, lambda line: line.workspace, "dim"),
        last,
        Column[WorkspaceLine]("NAME", 0, lambda line: NOT_RENDERED if line.name is None else line.name),
    )
    await context.printer.table(columns, workspace_lines(context))


async def workspace_lines(context: CommandContext) -> AsyncIterator[WorkspaceLine]:
    queries, viewer = context.store.queries, context.viewer
    if isinstance(viewer, Operator):
        async for workspace, card in workspace_cards(context.store):
            yield WorkspaceLine(workspace, None) if card is None else WorkspaceLine(workspace, card.name, card.members)
        return
    async for line in all_items(lambda cursor: queries.workspaces(viewer, viewer=viewer, cursor=cursor)):
        yield WorkspaceLine(line.workspace, line.workspace_name, role=line.role)


async def list_members(context: CommandContext, name: str) -> None:
    workspace = await context.names.find_rendered_workspace(name)
    queries, viewer = context.store.queries, context.viewer
    columns = (
        Column[MemberLine]("ID", 32, lambda line: line.user),
        Column[MemberLine]("ROLE", 8, lambda line: line.role),
        Column[MemberLine]("NAME", 0, lambda line: line.name),
    )
    lines = all_items(lambda cursor: queries.members(workspace, viewer=viewer, limit=PAGE_SIZE, cursor=cursor))
    await context.printer.table(columns, lines)
