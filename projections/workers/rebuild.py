"""Rebuild without downtime: build the new items beside the old ones, then switch (see `switching`)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from ascend.domain.errors import InvalidInput, LogDiverged, NotReady, StoreError, UnreadableLog, UpgradeRequired
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.logs import Log
from ascend.projections.build import Generation
from ascend.projections.engine.leading import rendered_in
from ascend.projections.generation_record import find_record
from ascend.projections.generation_state import GenerationState
from ascend.projections.workers.readiness import Coverage, is_level, measure
from ascend.projections.workers.switching import Switching
from ascend.projections.workers.worker import Worker

LOG = Log("ascend.operations")

Progress = Callable[[WorkspaceId], None]
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
        progress: Progress | None = None,
        report_unreadable: ReportUnreadable | None = None,
    ) -> None:
        self.worker = worker
        self.log = worker.log
        self.views = worker.views
        self.switching = switching
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
            Contention: Something else is announced, or somebody has withdrawn this rebuild.
            LogDiverged: The other projections were built from another log. Then rebuild all.
            UnreadableLog: This process cannot read as much of the log as was read before.
        """
        current = self.switching.current
        known = [projection.name for projection in current.projections]
        if unknown := sorted(set(names) - set(known)):
            raise InvalidInput(f"no projection {', '.join(unknown)}; there are {', '.join(known)}")
        state = await self._claim()
        if not current.knows(state.announced) or changed_builds(state) != set(names or known):
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
            Contention: Something else is announced.
            NotReady: No worker of the other code runs.
        """
        state = await self.switching.claim()
        if state.previous is None:
            raise InvalidInput("there is no previous generation: rebuild instead, or deploy the earlier code")
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
        unreadable: dict[WorkspaceId, Exception] = {}
        behind: dict[WorkspaceId, Exception] = {}

        async def build(workspace: WorkspaceId) -> None:
            try:
                await self._catch_up(workspace, target)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - an error in one workspace stops no other
                is_held_up = isinstance(error, LogDiverged) or await self._is_behind(workspace, target)
                (behind if is_held_up else unreadable)[workspace] = error
            if self.progress is not None:
                self.progress(workspace)

        workspaces = [workspace async for workspace in self.log.workspaces()]
        await for_each(workspaces, build, limit=self.worker.limits.workspaces_at_once)
        if behind:
            raise refuse_switch(behind)
        self._report(unreadable)

    async def _catch_up(self, workspace: WorkspaceId, target: Generation) -> None:
        """Build, until the generation leads in the workspace, and is rendered up to the head as it is then.

        Until it leads, the current generation may go beyond it.
        """
        is_lost = not await self._keep_current(workspace, target)
        while True:
            await self._build_on(workspace, target)
            record = find_record(await self.views.records(workspace), target)
            state = self.switching.current.state
            if record is None or target != state.announced:
                return
            if record.leads == state.announcements:
                break
            if is_lost:  # what was shown there cannot be shown again
                await self.views.move(record, replace(record, leads=state.announcements))
            is_lost = is_lost or not await self._keep_current(workspace, target)
        if record.rendered < await self.log.last_position(workspace):
            await self._build_on(workspace, target)

    async def _build_on(self, workspace: WorkspaceId, target: Generation) -> None:
        try:
            await self.worker.catch_up(workspace, target)
        except LogDiverged:
            self._has_diverged = True
            raise

    async def _keep_current(self, workspace: WorkspaceId, target: Generation) -> bool:
        """Catch up with the current generation. Return False if it belongs to another log.

        Raises `LogDiverged` if it does, and `target` shares builds with it.
        """
        current = self.switching.current.state.current
        if not self.switching.current.knows(current):
            return True  # its own workers do
        try:
            await self.worker.catch_up(workspace, current)
        except LogDiverged:
            if set(current.builds) & set(target.builds):
                raise
            self._is_lost = True
            return False
        except UnreadableLog:
            return True  # what the announced generation can read is decided by itself
        return True

    async def _is_behind(self, workspace: WorkspaceId, target: Generation) -> bool:
        """Return True if `target` is rendered less far than the current generation, or nobody knows how far that is."""
        before = self.switching.current.state.current
        stored = await self.views.stored_records(workspace)
        is_unknown = find_record(stored.readable, before) is None and bool(stored.unreadable)
        return is_unknown or rendered_in(stored.readable, target) < rendered_in(stored.readable, before)

    def _report(self, unreadable: Unreadable) -> None:
        for workspace, error in unreadable.items():
            LOG.warning("rebuild.unreadable", workspace=workspace, error=str(error))
            if self.report_unreadable is not None:
                self.report_unreadable(workspace, error)


def changed_builds(state: GenerationState) -> set[str]:
    """Return the names of the projections whose builds a switch to the announced generation would change."""
    assert state.announced is not None
    return {build.projection for build in set(state.announced.builds) - set(state.current.builds)}


def refuse_switch(behind: Unreadable) -> Exception:
    """Return the first error. If it is one of Ascend's, it names every workspace that holds up the switch."""
    first = next(iter(behind.values()))
    if not isinstance(first, UnreadableLog):
        return first
    return type(first)(f"{first.detail}; not switched, because of {', '.join(list(behind)[:NAMED])}")
