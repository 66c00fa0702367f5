"""Given a store in memory and files made of a few records; what came of an import is folded from the log."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from support.engines import not_run
from support.environment import FakeEnvironment
from support.paths import DATA

from ascend.adapters.importers import Summary, import_github, import_inventree, imported_workspace
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import TableSnapshots, TableViews
from ascend.domain.catalog import MODEL
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.execution import Dependencies
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.runtime.service import CommandService
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.view import NEVER_EXISTED, Entity, Versioned
from ascend.projections.catalog import PROJECTIONS
from ascend.projections.engine.projector import Projector
from ascend.projections.generation import CurrentGeneration
from ascend.projections.workers.worker import Worker

E = TypeVar("E", bound=Entity)
V = TypeVar("V", bound=Event)
HOME = imported_workspace("Home")


FOR_EVER = 1_000_000_000


class Killed(Exception):
    """The process ends here."""


class Catching:
    def __init__(self, worker: Worker) -> None:
        self.worker = worker

    async def catch_up(self, workspace: WorkspaceId) -> None:
        await self.worker.catch_up(workspace)


@dataclass
class Read:
    """A log up to some position, folded."""

    position: int = 0
    events: list[Event] = field(default_factory=list[Event])
    states: dict[Ref, Versioned] = field(default_factory=dict[Ref, Versioned])

    def add(self, commit: Commit) -> None:
        events = list(commit.events())
        before = {ref: self.states.get(ref, NEVER_EXISTED) for event in events for ref in event.touches()}
        self.states |= MODEL.fold(before, commit.position, events)
        self.events += events
        self.position = commit.position


@dataclass
class Store:
    """Everything in memory."""

    environment: FakeEnvironment = field(default_factory=FakeEnvironment)
    tables: MemoryTables = field(default_factory=MemoryTables)
    commands_to_live: int = FOR_EVER
    read: dict[WorkspaceId, "Read"] = field(default_factory=dict[WorkspaceId, "Read"])

    def __post_init__(self) -> None:
        current = CurrentGeneration(MODEL, PROJECTIONS, self.environment)
        views = TableViews(self.tables, MODEL, self.environment)
        self.log = TableEventLog(self.tables, MODEL)
        projector = Projector(self.log, views, MODEL, PROJECTIONS, self.environment)
        self.worker = Worker(self.log, views, projector, current, self.environment)
        snapshots = TableSnapshots(views, current)
        self.service = CommandService(Dependencies(self.log, snapshots, Catching(self.worker), self.environment, MODEL))

    async def send(self, workspace: WorkspaceId, command: Command, actor: UserId, id: CommandId) -> Receipt:
        if not self.commands_to_live:
            raise Killed
        self.commands_to_live -= 1
        request = Request(workspace=workspace, command=command, actor=actor, command_id=id)
        return await self.service.execute(request)

    async def do(self, command: Command, by: UserId, workspace: WorkspaceId = HOME) -> Receipt:
        """What somebody does who is no importer."""
        return await self.send(workspace, command, by, CommandId(self.environment.new_id()))

    async def github(self, path: Path, name: str = "Home") -> Summary:
        return await import_github(path, imported_workspace(name), name, self.send)

    async def inventree(self, path: Path, name: str = "Home") -> Summary:
        return await import_inventree(path, imported_workspace(name), name, self.send)

    async def head(self, workspace: WorkspaceId = HOME) -> int:
        return (await self.log.head(workspace)).position

    async def events(self, workspace: WorkspaceId = HOME) -> list[Event]:
        """All of them; those read before are remembered, since a log is only ever added to."""
        read = self.read.setdefault(workspace, Read())
        while commits := await self.log.commits(workspace, read.position + 1, 1_000):
            for commit in commits:
                read.add(commit)
        return read.events

    async def told(self, kind: type[V], workspace: WorkspaceId = HOME) -> list[V]:
        """The events of this kind."""
        return [event for event in await self.events(workspace) if isinstance(event, kind)]

    async def every(self, kind: type[E], workspace: WorkspaceId = HOME) -> list[E]:
        """The entities of this kind, as the log says they are."""
        await self.events(workspace)
        states = self.read[workspace].states
        return [cast("E", state.state) for ref, state in states.items() if ref.kind == kind.entity]

    async def only(self, kind: type[E], workspace: WorkspaceId = HOME) -> E:
        (one,) = await self.every(kind, workspace)
        return one


def real(*names: str) -> Path:
    """A file that other people wrote. It does not ship with the project; without it, the test is reported as not run."""
    path = DATA.joinpath(*names)
    if not path.exists():
        not_run("real files", f"there is no {path}")
    return path


def written(folder: Path, content: object, name: str = "file.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def issue(number: int, **fields: Any) -> dict[str, Any]:
    """As GitHub's REST API writes it."""
    given = {
        "number": number,
        "title": f"Issue {number}",
        "user": {"login": "ada"},
        "state": "open",
        "html_url": f"https://github.com/lovelace/engine/issues/{number}",
        "created_at": f"2024-01-01T10:{number % 60:02d}:00Z",
        "comments": 0,
    }
    return given | fields


def comment(author: str | None, body: str, day: int, **fields: Any) -> dict[str, Any]:
    at = f"2024-02-{day:02d}T10:00:00Z"
    return {"author": author, "body": body, "createdAt": at, "updatedAt": at} | fields


def archive(*issues: Mapping[str, Any], pulls: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    return {"repo": "lovelace/engine", "labels": [], "issues": [*issues], "pulls": [*pulls]}


def row(model: str, pk: object, **fields: Any) -> dict[str, Any]:
    return {"model": model, "pk": pk, "fields": fields}
