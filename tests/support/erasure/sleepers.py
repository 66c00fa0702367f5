"""A process that stops in the middle of its work while a workspace is erased, and is woken some minutes later.

It stops before the effect of a storage call (which then happens when it wakes), or after it.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import anyio
from support.environment import FakeEnvironment
from support.erasure.house import DOOMED
from support.faulty import Call
from support.staged import StagedTables

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.store import Limits

Work = Callable[[ascend.Store], Awaitable[object]]


@dataclass
class Sleeper:
    """Does its work up to a storage call, and no call after it, until it is woken."""

    tables: StagedTables
    environment: FakeEnvironment
    stops_at: int
    before: bool
    limits: Limits
    stopped: anyio.Event = field(default_factory=anyio.Event)
    woken: anyio.Event = field(default_factory=anyio.Event)
    ended: anyio.Event = field(default_factory=anyio.Event)

    async def run(self, work: Work) -> None:
        store = ascend.Store(self.tables, self.environment, limits=self.limits)
        with suppress(WorkspaceIsErased):
            await work(store)
        self.stopped.set()
        self.ended.set()

    async def here(self, call: Call) -> None:
        if call.number >= self.stops_at:
            self.stopped.set()
            await self.woken.wait()

    def listen(self) -> None:
        if self.before:
            self.tables.before = self.here
        else:
            self.tables.after = self.here

    async def wake(self) -> None:
        self.woken.set()
        await self.ended.wait()


class Wakes(FakeEnvironment):
    """The eraser's: some minutes after it began, the sleeper wakes."""

    def __init__(self, sleeper: Sleeper, minutes: float) -> None:
        super().__init__(of=sleeper.environment)
        self.sleeper = sleeper
        self.at = self.elapsed() + minutes * 60

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if self.elapsed() >= self.at and not self.sleeper.woken.is_set():
            await self.sleeper.wake()


async def erased_meanwhile(
    tables: MemoryTables,
    environment: FakeEnvironment,
    work: Work,
    stops_at: int,
    minutes: float,
    first: Work | None,
    limits: Limits,
) -> None:
    """What was sent before the sleep arrives within minutes: no request lives longer."""
    sleeper = Sleeper(StagedTables(tables), environment, stops_at, before=minutes < 10, limits=limits)
    sleeper.listen()
    async with anyio.create_task_group() as group:
        group.start_soon(sleeper.run, work)
        await sleeper.stopped.wait()
        eraser = ascend.Store(tables, Wakes(sleeper, minutes))
        if first is not None:
            await first(eraser)
        await eraser.erase(DOOMED)
        environment.advance(seconds=max(0.0, minutes * 60 - 15 * 60))
        await sleeper.wake()


async def calls_of(tables: MemoryTables, work: Work, limits: Limits) -> int:
    """How many storage calls it is, undisturbed."""
    staged, environment = StagedTables(tables), FakeEnvironment()
    environment.advance(days=1)
    await work(ascend.Store(staged, environment, limits=limits))
    return len(staged.calls)
