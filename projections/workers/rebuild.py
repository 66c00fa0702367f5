"""Rebuild without downtime: build the new items beside the old ones, then switch (see `switching`)."""

from collections.abc import Callable, Collection, Mapping

from ascend.domain.errors import InvalidInput, LogDiverged, NotReady, UnreadableLog, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.projections.build import Generation
from ascend.projections.engine.building.meter import WorkMeter
from ascend.projections.generation_state import GenerationState
from ascend.projections.workers.full_build import FullBuild, Progress
from ascend.projections.workers.readiness import Coverage, is_level, measure
from ascend.projections.workers.switching import Switching
from ascend.projections.workers.worker import Worker

LOG = Log("ascend.operations")

Unreadable = Mapping[WorkspaceId, Exception]
ReportUnreadable = Callable[[WorkspaceId, Exception], None]
ABANDONED = 3
"""Unfinished rebuilds of another log that a rebuild leaves behind."""
PATIENCE = 10
"""Looks, one each lease, at a generation of other code that nobody works on, before a roll-back to it is given up."""
NAMED = 20
"""Workspaces that a message names."""


class Rebuild:
    """Builds generations in every workspace, many at a time, and switches to them. Safe to stop and to run again."""

    def __init__(
        self,
        worker: Worker,
        switching: Switching,
        meter: WorkMeter,
        progress: Progress | None = None,
        report_unreadable: ReportUnreadable | None = None,
    ) -> None:
        self.worker = worker
        self.log = worker.log
        self.views = worker.views
        self.switching = switching
        self.meter = meter
        self.progress = progress
        self.report_unreadable = report_unreadable
        self._is_lost = False
        """True if the current generation belongs to another log: the log was restored from a backup."""
        self._has_diverged = False
        """True if the generation that is being built belongs to another log."""

    async def run(self, names: Collection[str] = ()) -> GenerationState:
        """Build these projections (all, if none is named) anew and switch to them.

        Goes on with an earlier rebuild of the same projections that was stopped. Workspaces that cannot be read to their
        end, and were not before, are reported.

        Raises:
            InvalidInput: There is no projection with one of the names.
            SwitchConflict: Something else is announced, or somebody has withdrawn this rebuild.
            LogDiverged: The other projections were built from another log. Then rebuild all.
            UnreadableLog: This process cannot read as much of the log as was read before.
        """
        current = self.switching.current
        known = [projection.name for projection in current.projections]
        if unknown := sorted(set(names) - set(known)):
            raise InvalidInput(f"no projection {', '.join(unknown)}; there are {', '.join(known)}")
        state = await self._claim()
        if not current.knows(state.announced) or is_way_back(state) or changed_builds(state) != set(names or known):
            state = await self.switching.announce(state, state.afresh(names or known))
        for _ in range(ABANDONED):
            try:
                return await self._drive(state)
            except LogDiverged:  # perhaps a rebuild was stopped, and the log was restored since: leave its items behind
                state = await self.switching.withdraw()
                if not self._has_diverged:
                    raise
                state = await self.switching.announce(state, state.afresh(names or known))
        return await self._drive(state)

    async def _claim(self) -> GenerationState:
        """Return the state. Raises `UpgradeRequired` if this code cannot build what queries read."""
        state = await self.switching.claim()
        if not self.switching.current.knows(state.current):
            raise UpgradeRequired("queries read the items of another version of the code: use that one for this job")
        return state

    async def _drive(self, state: GenerationState) -> GenerationState:
        """Build what is announced, and switch. There is no way back to items of another log.

        What cannot be built is withdrawn, so that nobody keeps it.
        """
        if state.announced is None:
            return state  # another process has announced the same, and switched
        try:
            state = await self.switching.drive(state, self.build)
        except LogDiverged:
            raise
        except UnreadableLog:
            await self.switching.withdraw()
            raise
        return await self.switching.retire() if self._is_lost else state

    async def roll_back(self, names: Collection[str] = ()) -> GenerationState:
        """Switch back to the previous generation, or only these projections to their previous builds.

        Where the previous generation belongs to other code, its workers must run: only they can keep it true.

        Raises:
            InvalidInput: There is no way back, or not for one of the names.
            SwitchConflict: Something else is announced.
            NotReady: No worker of the other code runs.
        """
        state = await self.switching.claim()
        if state.previous is None:
            raise InvalidInput(
                "there is no previous generation: rebuild, or deploy the earlier code with raised versions"
            )
        target = state.previous if not names else state.mixed(names)
        if target == state.current:
            raise InvalidInput(f"the previous generation has no other builds of {', '.join(sorted(names))}")
        if names and not self.switching.current.knows(target):
            raise InvalidInput("the previous generation belongs to other code: roll back all projections at once")
        return await self._drive(await self.switching.announce(state, target))

    async def build(self, target: Generation) -> None:
        """Build a generation everywhere, up to the heads as they are now. Raises the first reason that holds it up."""
        if self.switching.current.knows(target):
            await self._build_all(target)
        else:
            await self._wait_for_others()

    async def _wait_for_others(self) -> None:
        """Wait until workers of other code have brought what is announced to where it may be switched to.

        Raises `NotReady` if they do not get on.
        """
        number, seen, looks = self.switching.current.state.announcements, Coverage(), 0
        while (state := await self.switching.claim()).announced and state.announcements == number:
            if state.at_hand or await is_level(self.log, self.views, state, self.switching.current.environment):
                return
            before, seen = seen, await measure(self.log, self.views, state)
            looks = looks + 1 if seen == before else 0
            if looks == PATIENCE:
                raise NotReady("no worker of the other code gets on with its items: run one, then do this again")
            await self.switching.settle()

    async def _build_all(self, target: Generation) -> None:
        job = FullBuild(self.worker, self.meter, self.switching.current, target, self.progress)
        try:
            await job.run()
        finally:
            self._is_lost = self._is_lost or job.is_lost
        self._has_diverged = self._has_diverged or job.has_diverged
        if job.behind:
            raise refuse_switch(job.behind)
        self._report(job.unreadable)

    def _report(self, unreadable: Unreadable) -> None:
        for workspace, error in unreadable.items():
            LOG.warning("rebuild.unreadable", workspace=workspace, error=str(error))
            if self.report_unreadable is not None:
                self.report_unreadable(workspace, error)


def changed_builds(state: GenerationState) -> set[str]:
    """Return the names of the projections whose builds a switch to the announced generation would change."""
    assert state.announced is not None
    return {build.projection for build in set(state.announced.builds) - set(state.current.builds)}


def is_way_back(state: GenerationState) -> bool:
    """Return True if a roll-back has announced a generation, perhaps of some projections only: it has no new builds."""
    assert state.announced is not None
    before = () if state.previous is None else state.previous.builds
    return set(state.announced.builds) <= {*state.current.builds, *before}


def refuse_switch(behind: Unreadable) -> Exception:
    """Return the first error. If it is one of Ascend's, it names every workspace that holds up the switch."""
    first = next(iter(behind.values()))
    if not isinstance(first, UnreadableLog):
        return first
    return type(first)(f"{first.detail}; not switched, because of {', '.join(list(behind)[:NAMED])}")
