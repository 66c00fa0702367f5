"""Lists, one line each, as they come: workspaces, members, tasks, history."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from ascend import NotFound, Operator, Ref, Role, Status, WorkspaceId
from ascend.cli.desk import Desk
from ascend.cli.paging import cards
from ascend.cli.terminal.dates import shown
from ascend.cli.terminal.printing import Column
from ascend.domain.runtime.commit import Commit, encode_event, encode_record
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.members import MemberLine
from ascend.projections.read_models.tasks import TaskLine

MOST = 1_000
NOT_RENDERED = "(not rendered yet: ascend worker --until-caught-up)"


@dataclass(frozen=True, slots=True)
class WorkspaceLine:
    """`members` for the operator, `role` for a user; no name before a worker has rendered it."""

    workspace: WorkspaceId
    name: str | None
    members: int | None = None
    role: Role | None = None


async def workspaces(desk: Desk) -> None:
    last = (
        Column[WorkspaceLine]("MEMBERS", 8, lambda line: "" if line.members is None else line.members)
        if isinstance(desk.viewer, Operator)
        else Column[WorkspaceLine]("ROLE", 8, lambda line: line.role or "")
    )
    columns = (
        Column[WorkspaceLine]("ID", 36, lambda line: line.workspace, "dim"),
        last,
        Column[WorkspaceLine]("NAME", 0, lambda line: NOT_RENDERED if line.name is None else line.name),
    )
    await desk.printer.listing(columns, workspace_lines(desk))


async def workspace_lines(desk: Desk) -> AsyncIterator[WorkspaceLine]:
    queries, viewer = desk.store.queries, desk.viewer
    if isinstance(viewer, Operator):
        async for workspace, card in cards(desk.store):
            known = None if card is None else (card.name, card.members)
            yield WorkspaceLine(workspace, *(known or (None, None)))
        return
    async for line in all_items(lambda cursor: queries.workspaces(viewer, viewer=viewer, cursor=cursor)):
        yield WorkspaceLine(line.workspace, line.workspace_name, role=line.role)


async def members(desk: Desk, name: str) -> None:
    workspace = await desk.names.rendered_workspace(name)
    lines = all_items(
        lambda cursor: desk.store.queries.members(workspace, viewer=desk.viewer, limit=MOST, cursor=cursor)
    )
    columns = (
        Column[MemberLine]("ID", 32, lambda line: line.user),
        Column[MemberLine]("ROLE", 8, lambda line: line.role),
        Column[MemberLine]("NAME", 0, lambda line: line.name),
    )
    await desk.printer.listing(columns, lines)


async def tasks(desk: Desk, name: str, status: Status | None) -> None:
    workspace = await desk.names.rendered_workspace(name)
    queries, viewer, now = desk.store.queries, desk.viewer, desk.options.clock()
    lines = all_items(
        (lambda cursor: queries.tasks(workspace, viewer=viewer, limit=MOST, cursor=cursor))
        if status is None
        else (lambda cursor: queries.tasks_by_status(workspace, status, viewer=viewer, limit=MOST, cursor=cursor))
    )
    columns = (
        Column[TaskLine]("ID", 36, lambda line: line.task, "dim", roomy=True),
        Column[TaskLine]("STATUS", 9, lambda line: line.status),
        Column[TaskLine]("PRIORITY", 8, lambda line: line.priority.name.lower(), roomy=True),
        Column[TaskLine]("DUE", 16, lambda line: shown(line.due, now)),
        Column[TaskLine]("ASSIGNED TO", 15, lambda line: ",".join(line.assignees)),
        Column[TaskLine]("TITLE", 0, lambda line: line.title),
    )
    await desk.printer.listing(columns, lines)


# History: from the log itself, so that it shows what no worker has rendered yet


@dataclass(frozen=True, slots=True)
class HistoryLine:
    position: int
    at: datetime
    actor: str
    event: str
    data: Mapping[str, Any]


async def history(desk: Desk, name: str) -> None:
    workspace = await desk.names.workspace(name)
    if not isinstance(desk.viewer, Operator):
        await desk.store.queries.check(workspace, desk.viewer)
    elif not (await desk.store.log.head(workspace)).position:
        raise NotFound(Ref("workspace", workspace))
    if desk.printer.json:
        await desk.printer.array(to_data(commit) async for commit in commits(desk, workspace))
        return
    columns = (
        Column[HistoryLine]("POS", 6, lambda line: f"{line.position:>6}", "dim"),
        Column[HistoryLine]("AT", 16, lambda line: f"{line.at.astimezone(desk.options.clock().tzinfo):%Y-%m-%d %H:%M}"),
        Column[HistoryLine]("BY", 15, lambda line: line.actor),
        Column[HistoryLine]("EVENT", 22, lambda line: line.event),
        Column[HistoryLine]("DATA", 0, lambda line: to_json(line.data).decode()),
    )
    await desk.printer.listing(columns, history_lines(desk, workspace))


async def commits(desk: Desk, workspace: WorkspaceId) -> AsyncIterator[Commit]:
    position = 1
    while page := await desk.store.log.commits(workspace, position, MOST, consistent=True):
        for commit in page:
            yield commit
        position = page[-1].position + 1


async def history_lines(desk: Desk, workspace: WorkspaceId) -> AsyncIterator[HistoryLine]:
    async for commit in commits(desk, workspace):
        for record in commit.records:
            for event in record.events:
                tag, _, at, data = encode_event(event)
                yield HistoryLine(commit.position, at, record.actor, tag, data)


def to_data(commit: Commit) -> dict[str, Any]:
    """As it is stored, with names for an event's parts."""
    commands = [
        {**encode_record(record), "events": [named(encode_event(event)) for event in record.events]}
        for record in commit.records
    ]
    return {
        "workspace": commit.workspace,
        "position": commit.position,
        "id": commit.id,
        "clock": commit.clock,
        "time": commit.time,
        "commands": commands,
    }


def named(event: list[Any]) -> dict[str, Any]:
    return dict(zip(("type", "version", "at", "data"), event, strict=True))
