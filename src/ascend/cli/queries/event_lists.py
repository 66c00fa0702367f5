"""Lists of events, one line each: those of a workspace, read from the log, and those of one entity."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic_core import from_json, to_json

from ascend import Event, NotFound, Operator, Ref, WorkspaceId
from ascend.cli.context import CommandContext
from ascend.cli.naming import PAGE_SIZE
from ascend.cli.terminal.dates import format_time
from ascend.cli.terminal.printing import Column
from ascend.domain.runtime.body import describe_record, encode_event
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.runtime.commit import Commit
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.history import HistoryLine


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event of the log, as a row of the table."""

    position: int
    at: datetime
    actor: str
    event: str
    data: Mapping[str, Any]


async def list_events(context: CommandContext, name: str) -> None:
    """List all events of a workspace from its log: the list includes events that no worker has rendered yet."""
    workspace = await context.names.find_workspace(name)
    if not isinstance(context.viewer, Operator):
        await context.store.queries.check(workspace, context.viewer)
    elif not await context.store.log.last_position(workspace):
        raise NotFound(Ref("workspace", workspace))
    if context.printer.json:
        await context.printer.array(commit_to_json(commit) async for commit in read_commits(context, workspace))
        return
    now = context.now()
    columns = (
        Column[LoggedEvent]("POS", 6, lambda row: f"{row.position:>6}", "dim"),
        Column[LoggedEvent]("TIME", 16, lambda row: format_time(row.at, now)),
        Column[LoggedEvent]("ACTOR", 15, lambda row: row.actor),
        Column[LoggedEvent]("EVENT", 22, lambda row: row.event),
        Column[LoggedEvent]("DATA", 0, lambda row: to_json(row.data).decode()),
    )
    await context.printer.table(columns, logged_events(context, workspace))


async def read_commits(context: CommandContext, workspace: WorkspaceId) -> AsyncIterator[Commit]:
    """Yield all commits of the workspace."""
    position, hash = 1, START_HASH
    while page := await context.store.log.commits(workspace, position, PAGE_SIZE, consistent=True, predecessor=hash):
        for commit in page:
            yield commit
        position, hash = page[-1].position + 1, page[-1].hash


async def logged_events(context: CommandContext, workspace: WorkspaceId) -> AsyncIterator[LoggedEvent]:
    async for commit in read_commits(context, workspace):
        for record in commit.records:
            for event in record.events:
                tag, _, _, data = from_json(encode_event(event))
                yield LoggedEvent(commit.position, event.at, record.actor, tag, data)


def commit_to_json(commit: Commit) -> dict[str, Any]:
    """Return the commit as it is stored, with names for the parts of an event."""
    commands = [
        {**describe_record(record), "events": [name_parts(event) for event in record.events]}
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


def name_parts(event: Event) -> dict[str, Any]:
    return dict(zip(("type", "version", "at", "data"), from_json(encode_event(event)), strict=True))


async def list_entity_events(context: CommandContext, name: str, entity_name: str) -> None:
    """List the events of one entity from its rendered history, the latest first."""
    workspace = await context.names.find_rendered_workspace(name)
    entity = await context.names.find_entity(workspace, entity_name)
    ref = Ref(type(entity).__name__.removesuffix("Id").lower(), entity)
    queries, viewer, now = context.store.queries, context.viewer, context.now()
    columns = (
        Column[HistoryLine]("POS", 6, lambda line: f"{line.position:>6}", "dim"),
        Column[HistoryLine]("TIME", 16, lambda line: format_time(line.happened, now)),
        Column[HistoryLine]("ACTOR", 15, lambda line: line.actor),
        Column[HistoryLine]("EVENT", 0, lambda line: line.event),
    )
    lines = all_items(lambda cursor: queries.history_of(workspace, ref, viewer=viewer, limit=PAGE_SIZE, cursor=cursor))
    await context.printer.table(columns, lines)
