"""Two versions of the Life OS on one store, in memory, with clocks that tests move."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.testing import ADA, FakeEnvironment

NEXT = replace(
    ascend.LIFE_OS,
    projections=tuple(
        replace(projection, version=projection.version + 1) if projection.name == "feed" else projection
        for projection in ascend.LIFE_OS.projections
    ),
)
"""New code: one of its projections has changed."""


class BusyEnvironment(FakeEnvironment):
    """While somebody sleeps, it does some work."""

    work: Callable[[], Awaitable[object]] | None = None

    async def sleep(self, seconds: float) -> None:
        work, self.work = self.work, None  # what sleeps in the work only sleeps
        if work is not None:
            await work()
        self.work = work
        await super().sleep(seconds)


class Deploying:
    """A store that old code has worked on, and new code that comes."""

    def __init__(self) -> None:
        self.tables = MemoryTables()
        self.environment = BusyEnvironment()
        self.old = self.open(ascend.LIFE_OS)
        self.new = self.open(NEXT)

    def open(self, app: ascend.Application) -> ascend.Store:
        """Return the store as another process opens it."""
        return ascend.Store(self.tables, self.environment, app)

    async def fill(self, workspaces: int = 3) -> list[ascend.WorkspaceId]:
        made = [ascend.WorkspaceId.derive(str(number)) for number in range(workspaces)]
        for workspace in made:
            await self.old.execute(workspace, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        await self.old.worker.run_once()
        return made

    async def state(self) -> ascend.GenerationState:
        state = (await self.old.views.state()).state
        assert state is not None
        return state

    async def while_it_waits(self, job: Callable[[], Awaitable[object]], work: Callable[[], Awaitable[object]]) -> None:
        """Run a job. Whenever it begins to wait, do some work of another process."""
        self.environment.work = work
        try:
            await job()
        finally:
            self.environment.work = None
