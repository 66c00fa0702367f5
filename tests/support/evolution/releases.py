"""Three releases of the code and their processes on one store. They differ in the versions of `task.edited`.

          reads     writes
0.1.0     1         1         version 1: all fields that describe a task
0.2.0     1, 2      1         release n reads it …
0.3.0     1, 2      2         … release n+1 writes it. Version 2: only the changed fields
"""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic_core import from_json
from support.bodies import read_body_text
from support.scenario import task_id

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.table.item import Table
from ascend.adapters.table.query import Query
from ascend.domain.ids import CommandId, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Kind
from ascend.domain.runtime.ports import START
from ascend.domain.runtime.request import Receipt
from ascend.domain.tasks import commands as task_commands
from ascend.domain.tasks import rules as task_rules
from ascend.domain.tasks.older_events import TaskEdited1, downcast_task_edited
from ascend.domain.tasks.task import Task, TaskEdited, evolve
from ascend.domain.workspaces.command import Decision
from ascend.domain.workspaces.view import View
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS
from ascend.projections.read_models.tasks import TaskCard
from ascend.projections.workers.status import WorkspaceStatus
from ascend.testing import ADA, HOME, FakeEnvironment

PAINT, OTHER = task_id("paint"), WorkspaceId.derive("other")


class EditTask(task_commands.EditTask):
    """The command of 0.1.0, where the event had one version."""

    def decide(self, view: View) -> Decision:
        task = task_rules.existing_task(view, self.task_id)
        return [downcast_task_edited(event, task) for event in super().decide(view) if isinstance(event, TaskEdited)]


def evolve_first_version(task: Task | None, event: Any, me: str) -> Task:
    match event:
        case TaskEdited1() if task is not None:
            return replace(task, **event.model_dump(include={"title", "description", "about", "tags", "metadata"}))
        case _:
            return evolve(task, event, me)


def make_first_release() -> Application:
    """Return the Life OS of 0.1.0, with the event, the command and the state that it had."""
    (known,) = (kind for kind in LIFE_OS.kinds if kind.state is Task)
    union: Any = TaskEdited1
    for event in known.events:
        union = union if event is TaskEdited else union | event
    commands = tuple(EditTask if command is task_commands.EditTask else command for command in known.commands)
    first = Kind(Task, union, evolve_first_version, commands=commands)
    kinds = tuple(first if kind is known else kind for kind in LIFE_OS.kinds)
    return replace(LIFE_OS, kinds=kinds, snapshots=1, upcasters={}, writes={})


@dataclass(frozen=True)
class Release:
    name: str
    app: Application
    edit: type[task_commands.EditTask]


RELEASES = {
    release.name: release
    for release in (
        Release("0.1.0", make_first_release(), EditTask),
        Release("0.2.0", LIFE_OS, task_commands.EditTask),
        Release("0.3.0", replace(LIFE_OS, writes={}), task_commands.EditTask),
    )
}


@dataclass
class Process:
    release: Release
    store: ascend.Store

    async def edit(self, *, id: CommandId | None = None, to: WorkspaceId = HOME, **fields: Any) -> Receipt:
        command = self.release.edit(task_id=PAINT, **fields)
        return await self.store.execute(to, command, actor=ADA, command_id=id)

    async def work(self) -> tuple[WorkspaceId, ...]:
        """Run the worker once. Return the workspaces that stall."""
        return (await self.store.worker.run_once()).stalled

    async def end_deployment(self) -> None:
        """Switch to the read items of this release, where it has announced them: the processes of the one before are gone."""
        announced = (await self.store.views.state()).state
        if announced is not None and self.store.current.knows(announced.announced):
            await self.store.switch()
            await self.store.prune(
                even_if_in_use=True
            )  # until then, each process that starts waits for the ones before

    async def card(self, workspace: WorkspaceId = HOME) -> TaskCard:
        return await self.store.queries.task(workspace, PAINT, viewer=ADA)

    async def status(self, workspace: WorkspaceId = HOME) -> WorkspaceStatus:
        (status,) = [status async for status in self.store.status() if status.workspace == workspace]
        return status

    async def log(self, workspace: WorkspaceId = HOME) -> list[Commit]:
        return list((await self.store.log.tail(workspace, START, 1_000, 10_000)).commits)


@dataclass
class Fleet:
    """All processes on one SQLite file, and their shared environment."""

    file: Path
    stack: AsyncExitStack
    environment: FakeEnvironment = field(default_factory=FakeEnvironment)

    async def start(self, name: str) -> Process:
        release = RELEASES[name]
        opening = ascend.open_store(
            f"sqlite:///{self.file}", create=True, app=release.app, environment=self.environment
        )
        return Process(release, await self.stack.enter_async_context(opening))

    def new_id(self) -> CommandId:
        return CommandId(self.environment.new_id())

    async def versions(self) -> list[int]:
        """Return the version of each stored `task.edited`, in the order of the log."""
        versions: list[int] = []
        raw = (await self.start("0.3.0")).store
        page = await raw.tables.query(Query(Table.EVENTS, keys.log_partition(HOME)))
        for item in page.items:
            for command in from_json(read_body_text(item))["commands"]:
                versions += [version for tag, version, *_ in command["events"] if tag == "task.edited"]
        return versions


@asynccontextmanager
async def start_fleet(folder: Path) -> AsyncGenerator[Fleet]:
    """Start a fleet on a store where 0.1.0 has created a task in each of two workspaces."""
    async with AsyncExitStack() as stack:
        fleet = Fleet(folder / "store.db", stack)
        first = await fleet.start("0.1.0")
        for workspace in (HOME, OTHER):
            await first.store.execute(workspace, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
            await first.store.execute(workspace, ascend.CreateTask(task_id=PAINT, title="Paint"), actor=ADA)
        await first.work()
        fleet.environment.advance(seconds=1)
        yield fleet
