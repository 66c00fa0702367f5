"""Builds an announced generation in every workspace, many at a time, until it leads there. Several processes may share the work.

survey ─▶ workspaces in random order ─▶ build ─▶ does it lead? ─▶ done
                                         └─ another process builds it: look again later
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from traceback import clear_frames

from ascend.domain.errors import LogDiverged, StoreError, UnreadableLog
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.logs import Log
from ascend.projections.build import Generation
from ascend.projections.engine.building.meter import WorkMeter
from ascend.projections.engine.leading import rendered_in
from ascend.projections.generation import CurrentGeneration
from ascend.projections.generation_record import find_record
from ascend.projections.workers.estimate import Estimate, RebuildProgress
from ascend.projections.workers.survey import SurveyedWorkspace, survey
from ascend.projections.workers.visits import LOOK_AGAIN
from ascend.projections.workers.worker import Worker

LOG = Log("ascend.operations")
SHOW_EVERY = 0.5
LOG_EVERY = 10.0
"""Seconds between two reports of the progress, to whoever looks and to the log."""
LONGER_PAUSE = 20
"""The pause after a report, in relation to the time that it took, at least: it looks at all workspaces."""

Progress = Callable[[RebuildProgress], None]


class FullBuild:
    """A build under way. Use it once. The worker's builder reports to `meter`."""

    def __init__(
        self,
        worker: Worker,
        meter: WorkMeter,
        current: CurrentGeneration,
        target: Generation,
        progress: Progress | None,
    ) -> None:
        self.worker = worker
        self.views = worker.views
        self.current = current
        self.target = target
        self.is_lost = False
        """True if the current generation belongs to another log: the log was restored from a backup."""
        self.has_diverged = False
        """True if the generation that is being built belongs to another log."""
        self.unreadable: dict[WorkspaceId, Exception] = {}
        """Workspaces that cannot be built to their end, and were not before."""
        self.behind: dict[WorkspaceId, Exception] = {}
        """Workspaces in which the generation would show less than the current one."""
        self._report = ProgressReport(worker, meter, progress)

    async def run(self) -> None:
        """Build up to the heads as they are now. Raises `StoreError`."""
        surveyed = await survey(self.worker.log, self.views, self.current.state, self.target)
        self._report.begin(surveyed)
        pending = [each for each in surveyed if not each.is_built]
        pending.sort(key=lambda _: self.worker.environment.random())  # so that processes begin in different places
        while pending:
            left = await self._attempt_all(pending)
            if len(left) == len(pending):
                await self.worker.environment.sleep(LOOK_AGAIN)
            pending = left
        self._report.end()

    async def _attempt_all(self, pending: Sequence[SurveyedWorkspace]) -> list[SurveyedWorkspace]:
        """Return the workspaces that other processes build."""
        left: list[SurveyedWorkspace] = []

        async def build(surveyed: SurveyedWorkspace) -> None:
            if await self._attempt(surveyed):
                self._report.finish(surveyed.workspace)
            else:
                left.append(surveyed)

        await for_each(pending, build, limit=self.worker.limits.builds_at_once)
        return left

    async def _attempt(self, surveyed: SurveyedWorkspace) -> bool:
        """Build in one workspace. Return False if another process does."""
        try:
            return await self._is_built(surveyed) or await self._catch_up(surveyed)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - an error in one workspace stops no other
            workspace = surveyed.workspace
            is_held_up = isinstance(error, LogDiverged) or await self._is_behind(workspace)
            (self.behind if is_held_up else self.unreadable)[workspace] = without_variables(error)
            return True

    async def _is_built(self, surveyed: SurveyedWorkspace) -> bool:
        """Return True if another process has built the workspace meanwhile."""
        record = find_record(await self.views.records(surveyed.workspace), self.target)
        leads = record is not None and record.leads == self.current.state.announcements
        return leads and record is not None and record.is_built and record.rendered >= surveyed.commits

    async def _catch_up(self, surveyed: SurveyedWorkspace) -> bool:
        """Build, until the generation leads in the workspace, and is rendered up to the head as it is then.

        Until it leads, the current generation may go beyond it. Return False if another process builds it.
        """
        workspace = surveyed.workspace
        is_lost = not surveyed.is_level and not await self._keep_current(workspace)
        while True:
            await self._build_on(workspace)
            record = find_record(await self.views.records(workspace), self.target)
            state = self.current.state
            if record is None or self.target != state.announced:
                return True
            if record.is_built and record.leads == state.announcements:
                break
            if await self.worker.log.is_erased(workspace):
                return True  # nobody goes on there, and what is left is being swept away
            if not record.is_built or not self.current.knows(state.current):
                return False  # another process builds; or workers of other code are further, and go on
            if is_lost:  # what was shown there cannot be shown again
                await self.views.move(record, replace(record, leads=state.announcements))
            is_lost = is_lost or not await self._keep_current(workspace)
        if record.rendered < await self.worker.log.last_position(workspace):
            await self._build_on(workspace)
        return True

    async def _build_on(self, workspace: WorkspaceId) -> None:
        try:
            await self.worker.catch_up(workspace, self.target)
        except LogDiverged:
            self.has_diverged = True
            raise

    async def _keep_current(self, workspace: WorkspaceId) -> bool:
        """Catch up with the current generation. Return False if it belongs to another log.

        Raises `LogDiverged` if it does, and the target shares builds with it.
        """
        current = self.current.state.current
        if not self.current.knows(current):
            return True  # its own workers do
        try:
            await self.worker.catch_up(workspace, current)
        except LogDiverged:
            if set(current.builds) & set(self.target.builds):
                raise
            self.is_lost = True
            return False
        except UnreadableLog:
            return True  # what the announced generation can read is decided by itself
        return True

    async def _is_behind(self, workspace: WorkspaceId) -> bool:
        """Return True if the target is rendered less far than the current generation, or nobody knows how far that is."""
        before = self.current.state.current
        stored = await self.views.stored_records(workspace)
        is_unknown = find_record(stored.readable, before) is None and bool(stored.unreadable)
        return is_unknown or rendered_in(stored.readable, self.target) < rendered_in(stored.readable, before)


def without_variables(error: Exception) -> Exception:
    """Return the error without the variables of its traceback: they would keep what was built so far in memory."""
    cause: BaseException | None = error
    while cause is not None:
        clear_frames(cause.__traceback__)
        cause = cause.__cause__ or cause.__context__
    return error


class ProgressReport:
    """Reports the progress of a build: to whoever looks, and to the log."""

    def __init__(self, worker: Worker, meter: WorkMeter, show: Progress | None) -> None:
        self.environment = worker.environment
        self.meter = meter
        self.show = show
        self._shown_at = self._logged_at = self.environment.elapsed()
        self._pause = SHOW_EVERY

    def begin(self, surveyed: Sequence[SurveyedWorkspace]) -> None:
        commits = {each.workspace: each.commits for each in surveyed if not each.is_built}
        built = {each.workspace: each.commits for each in surveyed if each.is_built}
        self._estimate = Estimate(self.environment, self.meter, commits, built)
        self.meter.watch(self._report)
        self._show(self._estimate.measure())

    def finish(self, workspace: WorkspaceId) -> None:
        self._estimate.finish(workspace)
        self._report()

    def end(self) -> None:
        progress = self._estimate.measure()
        self._show(progress)
        self._log(progress)

    def _report(self) -> None:
        now = self.environment.elapsed()
        if now - self._shown_at < self._pause:
            return
        self._shown_at = now
        progress = self._estimate.measure()
        self._show(progress)
        if now - self._logged_at >= LOG_EVERY:
            self._logged_at = now
            self._log(progress)
        self._pause = max(SHOW_EVERY, LONGER_PAUSE * (self.environment.elapsed() - now))

    def _show(self, progress: RebuildProgress) -> None:
        if self.show is not None:
            self.show(progress)

    def _log(self, progress: RebuildProgress) -> None:
        for each in progress.building:
            LOG.info("rebuild.building", **describe(each.share, each.seconds_left), workspace=each.workspace)
        counts = {"built": progress.built, "workspaces": progress.workspaces}
        LOG.info("rebuild.progressed", **describe(progress.share, progress.seconds_left), **counts)


def describe(share: float, seconds_left: float | None) -> dict[str, object]:
    left = None if seconds_left is None else round(seconds_left)
    return {"percent": round(100 * share, 1), "seconds_left": left}
