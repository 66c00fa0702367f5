"""One pass over many workspaces: each is checked, and visited if there is something to do. One that fails is tried again."""

from collections.abc import AsyncIterator, Callable

from ascend.domain.errors import StoreError
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.retry import delays
from ascend.projections.limits import ProjectionLimits
from ascend.projections.workers.checks import CheckedWorkspace, Checks, in_chunks
from ascend.projections.workers.outage import PASSING, Outage
from ascend.projections.workers.problems import log_awaited
from ascend.projections.workers.results import Pass
from ascend.projections.workers.visits import LOOK_AGAIN, Visit, Visits

FIRST_RETRY = 0.5
"""Seconds until the workspaces that failed are visited again. Each further time doubles them."""
RETRIES = 4


class FullPass:
    """A pass under way. Use it once."""

    def __init__(
        self,
        visits: Visits,
        checks: Checks,
        environment: Environment,
        limits: ProjectionLimits,
        progress: Callable[[WorkspaceId], None] | None,
        most: int | None,
    ) -> None:
        self.visits = visits
        self.checks = checks
        self.environment = environment
        self.limits = limits
        self.progress = progress
        self.most = most
        self._outage = Outage(visits.views.state)
        self._count = 0
        self._batches = 0
        self._done: list[Visit] = []
        self._stalled: list[WorkspaceId] = []
        self._failed: dict[WorkspaceId, StoreError] = {}
        self._unfinished: list[WorkspaceId] = []
        self._unbuilt: list[WorkspaceId] = []
        """Workspaces that other processes build."""

    async def run(self, workspaces: AsyncIterator[WorkspaceId]) -> Pass:
        """Visit the workspaces, and wait for those that other processes build.

        Raises `StoreError` if the store fails, or a workspace fails again and again.
        """
        async for chunk in in_chunks(workspaces):
            self._count += len(chunk)
            checked = await self.checks.check(
                chunk, await self.visits.kept(), consistent=True, leads=self.visits.current.leads
            )
            await for_each(checked, self._work_on, limit=self.limits.workspaces_at_once)
        await self._retry()
        await self._wait_for_builders()
        return Pass(
            self._count,
            self._batches,
            tuple(self._stalled),
            sum(visit.parked for visit in self._done),
            tuple(entity for visit in self._done for entity in visit.parked_entities),
            tuple(self._unfinished),
        )

    async def _work_on(self, checked: CheckedWorkspace) -> None:
        if checked.needs_visit or checked.parked:  # the result names what is parked
            await self._visit(checked.workspace, checked.end)
        else:
            self._report(checked.workspace)

    async def _retry(self) -> None:
        """Visit the workspaces that failed again, some times. Raises the error of the first one that goes on failing."""
        for wait in delays(FIRST_RETRY, FIRST_RETRY * 2**RETRIES, count=RETRIES):
            if not self._failed:
                return
            await self.environment.sleep(wait)
            failed, self._failed = self._failed, {}
            await for_each(failed, self._visit, limit=self.limits.workspaces_at_once)
        if self._failed:
            raise next(iter(self._failed.values()))

    async def _wait_for_builders(self) -> None:
        """Visit the workspaces that other processes build again, until they are built: there, or here after a claim lapsed."""
        for workspace in self._unbuilt:
            log_awaited(workspace)
        while self._unbuilt:
            await self.environment.sleep(LOOK_AGAIN)
            unbuilt, self._unbuilt = self._unbuilt, []
            await for_each(unbuilt, self._visit, limit=self.limits.workspaces_at_once)
            await self._retry()

    async def _visit(self, workspace: WorkspaceId, end: int | None = None) -> None:
        try:
            visit = await self._visit_or_stall(workspace, end)
        except PASSING as error:
            self._failed[workspace] = error
            if (failure := await self._outage.find(workspace)) is not None:
                raise failure from error
        else:
            self._outage.end()
            self._finish(workspace, visit)

    def _finish(self, workspace: WorkspaceId, visit: Visit) -> None:
        self._batches += visit.batches
        if visit.is_unbuilt and self.most is None:
            self._unbuilt.append(workspace)
        else:
            self._done.append(visit)
            if visit.has_more or visit.is_unbuilt or visit.is_behind:
                self._unfinished.append(workspace)
            self._report(workspace)

    async def _visit_or_stall(self, workspace: WorkspaceId, end: int | None) -> Visit:
        try:
            return await self.visits.visit(workspace, self.most, end)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - an error in one workspace stops no other
            await self.visits.stall(workspace, error)
            self._stalled.append(workspace)
            return Visit()

    def _report(self, workspace: WorkspaceId) -> None:
        if self.progress is not None:
            self.progress(workspace)
