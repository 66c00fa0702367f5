"""The runners of a follower: each takes a workspace from the work queue, visits it, and takes the next one."""

from collections.abc import Awaitable, Callable, Iterator

import anyio

from ascend.domain.errors import StoreError
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.retry import delays
from ascend.projections.workers.outage import PASSING, Outage
from ascend.projections.workers.problems import remember
from ascend.projections.workers.visits import Visit, Visits
from ascend.projections.workers.wakeup import Signal
from ascend.projections.workers.work_queue import WorkQueue

log = Log("ascend.worker")
FIRST_PAUSE = 2.0
"""Seconds for which a worker pauses when the store does not answer. Each further pause is twice as long."""
LONGEST_PAUSE = 30.0


class Runners:
    """`visit` visits a workspace, and `finish` is called with its result: it ends the turn of the workspace in the queue."""

    def __init__(
        self,
        queue: WorkQueue,
        visits: Visits,
        signal: Signal,
        visit: Callable[[WorkspaceId], Awaitable[Visit]],
        finish: Callable[[WorkspaceId, Visit], None],
    ) -> None:
        self.queue = queue
        self.visits = visits
        self.signal = signal
        self.visit = visit
        self.finish = finish
        self._outage = Outage(visits.views.state)
        self._pauses: Iterator[float] = delays(FIRST_PAUSE, LONGEST_PAUSE)
        self._paused_until = 0.0
        self._logged: dict[WorkspaceId, str] = {}
        """The errors that were logged, by workspace."""

    async def run(self) -> None:
        """Visit workspaces, one after another, until cancelled. Raises `StoreError` that waiting does not mend."""
        while True:
            workspace = await self._take()
            try:
                visit = await self.visit(workspace)
            except PASSING as error:
                await self._put_off(workspace, error)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - an error in one workspace stops no other
                await self._stall(workspace, error)
            else:
                self._finish(workspace, visit)

    async def _take(self) -> WorkspaceId:
        while True:
            now = anyio.current_time()
            if now >= self._paused_until and (workspace := self.queue.take(now)) is not None:
                return workspace
            due = self.queue.next_due()
            await self.signal.wait(None if due is None else max(due, self._paused_until))

    def _finish(self, workspace: WorkspaceId, visit: Visit) -> None:
        self._outage.end()
        self._pauses = delays(FIRST_PAUSE, LONGEST_PAUSE)
        self._logged.pop(workspace, None)
        self.finish(workspace, visit)
        self.signal.send()

    async def _stall(self, workspace: WorkspaceId, error: Exception) -> None:
        try:
            await self.visits.stall(workspace, error)
        except PASSING as failure:
            await self._put_off(workspace, failure)
        else:
            self._outage.end()
            self.queue.put_off(workspace, anyio.current_time())
            self.signal.send()

    async def _put_off(self, workspace: WorkspaceId, error: StoreError) -> None:
        wait = self.queue.put_off(workspace, anyio.current_time())
        self.signal.send()
        if self._logged.get(workspace) != type(error).__name__:
            log.warning("workspace.put_off", workspace=workspace, error=str(error), again_in=round(wait, 1))
        remember(self._logged, workspace, type(error).__name__)
        if (failure := await self._outage.find(workspace)) is not None:
            self._pause(failure)

    def _pause(self, error: StoreError) -> None:
        """Let no runner begin another visit for a while: the whole store fails."""
        now = anyio.current_time()
        if now >= self._paused_until:
            wait = next(self._pauses)
            self._paused_until = now + wait
            log.warning("worker.no_answer", error=str(error), again_in=wait)
