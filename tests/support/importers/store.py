"""A store that imports files, in memory unless it is given tables. Its log is folded to show the result of an import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from ascend.adapters.importers import ImportTarget, Summary, import_github, import_inventree, imported_workspace
from ascend.adapters.importers.ahead import ImportedCommand
from ascend.adapters.importers.report import Report
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.snapshots import TableSnapshots
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.port import Tables
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.dependencies import Dependencies
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.runtime.service import CommandService
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.view import NEVER_EXISTED, Entity, Versioned
from ascend.projections.engine.projector import Projector
from ascend.projections.generation import CurrentGeneration
from ascend.projections.life_os import LIFE_OS
from ascend.projections.workers.small_batches import SmallBatches
from ascend.projections.workers.worker import Worker
from ascend.testing import FakeEnvironment

E = TypeVar("E", bound=Entity)
V = TypeVar("V", bound=Event)
HOME = imported_workspace("Home")

UNLIMITED = 1_000_000_000


class Killed(Exception):
    """The process ends at this command."""


@dataclass
class FoldedLog:
    """A log, folded up to a position."""

    position: int = 0
    events: list[Event] = field(default_factory=list[Event])
    states: dict[Ref, Versioned] = field(default_factory=dict[Ref, Versioned])

    def add(self, commit: Commit) -> None:
        events = list(commit.events())
        before = {ref: self.states.get(ref, NEVER_EXISTED) for event in events for ref in event.touches()}
        self.states |= LIFE_OS.model.fold(before, commit.position, events)
        self.events += events
        self.position = commit.position


@dataclass
class ImportStore:
    """A store with its command service and worker."""

    environment: FakeEnvironment = field(default_factory=FakeEnvironment)
    tables: Tables = field(default_factory=MemoryTables)
    commands_to_live: int = UNLIMITED
    groups: bool = True
    """True if importers send many commands together."""
    folded: dict[WorkspaceId, "FoldedLog"] = field(default_factory=dict[WorkspaceId, "FoldedLog"])

    def __post_init__(self) -> None:
        current = CurrentGeneration(LIFE_OS.model, LIFE_OS.catalog, self.environment)
        views = TableViews(self.tables, LIFE_OS.model, self.environment)
        self.log = TableEventLog(self.tables, LIFE_OS.model)
        projector = Projector(self.log, views, LIFE_OS.model, LIFE_OS.projections, self.environment)
        self.worker = Worker(self.log, views, projector, current, self.environment)
        snapshots = TableSnapshots(views, current)
        small_batches = SmallBatches(self.log, views, LIFE_OS.model, current, self.environment)
        self.service = CommandService(Dependencies(self.log, snapshots, small_batches, self.environment, LIFE_OS.model))

    @property
    def target(self) -> ImportTarget:
        return ImportTarget(self.send, self.log, LIFE_OS.model, self.send_all if self.groups else None)

    async def send(
        self, workspace: WorkspaceId, command: Command, actor: UserId, id: CommandId, expected: Mapping[Ref, int]
    ) -> Receipt:
        """Send a command as an importer does."""
        if not self.commands_to_live:
            raise Killed
        self.commands_to_live -= 1
        request = Request(
            workspace=workspace, command=command, actor=actor, command_id=id, expected=dict(expected), imported=True
        )
        receipt = await self.service.execute(request)
        check_counted(request, receipt)
        return receipt

    async def send_all(
        self, workspace: WorkspaceId, commands: Sequence[ImportedCommand]
    ) -> Sequence[Receipt | Exception]:
        """Send commands as an importer does, up to the one at which it is killed."""
        sent = commands[: self.commands_to_live]
        self.commands_to_live -= len(sent)
        requests = [
            Request(
                workspace=workspace,
                command=command.command,
                actor=command.actor,
                command_id=command.id,
                expected=dict(command.expected),
                imported=True,
            )
            for command in sent
        ]
        outcomes = await self.service.execute_all(requests) if requests else ()
        for request, outcome in zip(requests, outcomes, strict=True):
            check_counted(request, outcome)
        if len(sent) < len(commands):
            raise Killed
        return outcomes

    async def execute(self, command: Command, by: UserId, workspace: WorkspaceId = HOME) -> Receipt:
        """Execute a command of somebody who is no importer."""
        id = CommandId(self.environment.new_id())
        return await self.service.execute(Request(workspace=workspace, command=command, actor=by, command_id=id))

    async def github(self, path: Path, name: str = "Home", report: Report | None = None) -> Summary:
        return await import_github(path, imported_workspace(name), name, self.target, report=report)

    async def inventree(self, path: Path, name: str = "Home", report: Report | None = None) -> Summary:
        return await import_inventree(path, imported_workspace(name), name, self.target, report=report)

    async def head(self, workspace: WorkspaceId = HOME) -> int:
        return (await self.log.head(workspace)).position

    async def events(self, workspace: WorkspaceId = HOME) -> list[Event]:
        """Return all events of the log. Events read before are remembered, because a log only grows."""
        log = self.folded.setdefault(workspace, FoldedLog())
        while commits := await self.log.commits(workspace, log.position + 1, 1_000):
            for commit in commits:
                log.add(commit)
        return log.events

    async def command_ids(self, workspace: WorkspaceId = HOME) -> list[CommandId]:
        """Return the ids of all commands of the log."""
        ids, position = list[CommandId](), 1
        while commits := await self.log.commits(workspace, position, 1_000):
            ids += [record.command_id for commit in commits for record in commit.records]
            position += len(commits)
        return ids

    async def events_of(self, kind: type[V], workspace: WorkspaceId = HOME) -> list[V]:
        """Return the events of this class."""
        return [event for event in await self.events(workspace) if isinstance(event, kind)]

    async def entities(self, kind: type[E], workspace: WorkspaceId = HOME) -> list[E]:
        """Return the entities of this class, folded from the log."""
        await self.events(workspace)
        states = self.folded[workspace].states
        return [cast("E", state.state) for ref, state in states.items() if ref.kind == kind.entity]

    async def only_entity(self, kind: type[E], workspace: WorkspaceId = HOME) -> E:
        (entity,) = await self.entities(kind, workspace)
        return entity


def check_counted(request: Request, outcome: Receipt | Exception) -> None:
    """Check that a command which names a version makes one event, as those behind it count on: no plan repeats a state."""
    if request.expected and isinstance(outcome, Receipt):
        assert outcome.events == 1, request
