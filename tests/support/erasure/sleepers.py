"""A process that stops in the middle of its work while a workspace is erased, and goes on some minutes later.

It stops before the effect of a storage call (the effect then happens when it wakes), or after it.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import anyio
from support.erasure.house import DOOMED
from support.faulty import Call
from support.staged import StagedTables

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.store import Limits
from ascend.testing import FakeEnvironment

Work = Callable[[ascend.Store], Awaitable[object]]


@dataclass
class Sleeper:
    """A process that works up to a storage call, and makes no further call until it is woken."""

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

    async def pause(self, call: Call) -> None:
        if call.number >= self.stops_at:
            self.stopped.set()
            await self.woken.wait()

    def listen(self) -> None:
        if self.before:
            self.tables.before = self.pause
        else:
            self.tables.after = self.pause

    async def wake(self) -> None:
        self.woken.set()
        await self.ended.wait()


class WakingEnvironment(FakeEnvironment):
    """The environment of the eraser. It wakes the sleeper some minutes after the erasure began."""

    def __init__(self, sleeper: Sleeper, minutes: float) -> None:
        super().__init__()
        vars(self).update(vars(sleeper.environment))  # the clocks of both are the same
        self.sleeper = sleeper
        self.wakes_at = self.elapsed() + minutes * 60

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if self.elapsed() >= self.wakes_at and not self.sleeper.woken.is_set():
            await self.sleeper.wake()


async def erase_during_sleep(
    tables: MemoryTables,
    environment: FakeEnvironment,
    work: Work,
    stops_at: int,
    minutes: float,
    first: Work | None,
    limits: Limits,
) -> None:
    """Erase DOOMED while a process sleeps from its call number `stops_at` on.

    A request sent before the sleep arrives within 10 minutes, because no request lives longer.
    """
    sleeper = Sleeper(StagedTables(tables), environment, stops_at, before=minutes < 10, limits=limits)
    sleeper.listen()
    async with anyio.create_task_group() as group:
        group.start_soon(sleeper.run, work)
        await sleeper.stopped.wait()
        eraser = ascend.Store(tables, WakingEnvironment(sleeper, minutes))
        if first is not None:
            await first(eraser)
        await eraser.erase(DOOMED)
        environment.advance(seconds=max(0.0, minutes * 60 - 15 * 60))
        await sleeper.wake()


async def count_calls(tables: MemoryTables, work: Work, limits: Limits) -> int:
    """Return the number of storage calls of the undisturbed work."""
    staged, environment = StagedTables(tables), FakeEnvironment()
    environment.advance(days=1)
    await work(ascend.Store(staged, environment, limits=limits))
    return len(staged.calls)
