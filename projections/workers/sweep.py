"""The slow sweep of a follower: it finds what hints have missed, one registry shard after another.

    a shard's turn ─▶ its workspaces, a hundred at a time ─▶ checks ─▶ those that need a visit are due
                      └─ as slowly as the pace says

A shard's turn comes after a period, and at once where hints may have been lost.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass

import anyio

from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.retry import delays
from ascend.projections.workers.checks import Checks, in_chunks
from ascend.projections.workers.outage import PASSING
from ascend.projections.workers.runners import FIRST_PAUSE, LONGEST_PAUSE
from ascend.projections.workers.visits import Visits
from ascend.projections.workers.wakeup import Signal
from ascend.projections.workers.work_queue import WorkQueue

log = Log("ascend.worker")
HASTE = 500.0
"""Workspaces that are checked in a second where hints may have been lost."""


@dataclass(frozen=True, slots=True)
class SweepPace:
    """The pace of a sweep."""

    period: float
    """Seconds from the beginning of a shard's turn to that of its next one, at least."""
    per_second: float
    """Workspaces that are checked in a second, at most."""


class Sweep:
    """Sweeps shards; `read_shard` yields the workspaces of one, and `get_pace` is asked before each step."""

    def __init__(
        self,
        read_shard: Callable[[int], AsyncIterator[WorkspaceId]],
        get_pace: Callable[[], SweepPace],
        checks: Checks,
        visits: Visits,
        queue: WorkQueue,
        work: Signal,
    ) -> None:
        self.read_shard = read_shard
        self.get_pace = get_pace
        self.checks = checks
        self.visits = visits
        self.queue = queue
        self.work = work
        self._turns: dict[int, float] = {}
        """The shards that this worker sweeps, with the time at which the last turn of each began."""
        self._urgent: dict[int, None] = {}
        self._changed = Signal()
        self._pauses: Iterator[float] = delays(FIRST_PAUSE, LONGEST_PAUSE)

    def own(self, shards: Iterable[int]) -> None:
        """Sweep these shards and no others from now on: those that are new at once."""
        now = anyio.current_time()
        shards = tuple(shards)
        new = [shard for shard in shards if shard not in self._turns]
        self._turns = {shard: self._turns.get(shard, now) for shard in shards}
        self.hurry(new)

    def hurry(self, shards: Iterable[int] | None = None) -> None:
        """Sweep these shards at once, or all that this worker sweeps: hints may have been lost there."""
        self._urgent |= dict.fromkeys(self._turns if shards is None else shards)
        self._changed.send()

    async def run(self) -> None:
        """Sweep until cancelled. While the store gives no answer, wait longer before each attempt."""
        while True:
            shard = await self._next()
            is_urgent = shard in self._urgent
            self._urgent.pop(shard, None)
            if shard in self._turns:
                self._turns[shard] = anyio.current_time()
            try:
                await self._sweep(shard, is_urgent=is_urgent)
                self._pauses = delays(FIRST_PAUSE, LONGEST_PAUSE)
            except PASSING as error:
                self._urgent[shard] = None
                wait = next(self._pauses)
                log.warning("worker.no_answer", error=str(error), again_in=wait)
                await anyio.sleep(wait)

    async def _next(self) -> int:
        """Return the shard whose turn it is, as soon as there is one."""
        while True:
            if self._urgent:
                return next(iter(self._urgent))
            shard = min(self._turns, key=self._turns.__getitem__, default=None)
            due = None if shard is None else self._turns[shard] + self.get_pace().period
            if shard is not None and due is not None and due <= anyio.current_time():
                return shard
            await self._changed.wait(due)

    async def _sweep(self, shard: int, *, is_urgent: bool) -> None:
        async for chunk in in_chunks(self.read_shard(shard)):
            began = anyio.current_time()
            # a workspace that is put off is visited after its back-off, and may fail here as well
            workspaces = [workspace for workspace in chunk if not self.queue.is_put_off(workspace)]
            generations = await self.visits.kept()
            # where a hint may have been lost just now, a read that lags may miss the same commit
            for checked in await self.checks.check(
                workspaces, generations, consistent=is_urgent, leads=self.visits.current.leads
            ):
                if checked.needs_visit and not (checked.is_rendered and self.queue.is_repeated(checked.workspace)):
                    self.queue.add(checked.workspace, anyio.current_time())
            self.work.send()
            await self._slow_down(began, len(chunk), is_urgent=is_urgent)

    async def _slow_down(self, began: float, checked: int, *, is_urgent: bool) -> None:
        """Wait until so many workspaces may have been checked. A shard that becomes urgent ends a slow wait."""
        while True:
            per_second = HASTE if is_urgent or self._urgent else self.get_pace().per_second
            until = began + checked / per_second
            if anyio.current_time() >= until:
                return
            await self._changed.wait(until)
