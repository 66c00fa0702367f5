"""A follower: the tasks that keep the read items of a store up to date, until they are cancelled.

    hints of the shards whose leases it holds ─┐
    commits and waits of this process          ├─▶ work queue ─▶ runners ─▶ visits
    slow sweep of the registry shards it holds ┘

Which commits of its own process a follower takes for hints: all, if no hints come, or if it hears all hints. Otherwise
another worker may hear of the commit, and only one of them should do the work. A workspace for which somebody in this
process waits is always due here.

Workers with other versions of the projections keep other generation records, so they share nothing with this one: the
names of leases hold the versions.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import anyio
from anyio.abc import TaskGroup

from ascend.domain.errors import AccessDenied, StoreError, StoreUnavailable
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.retry import delays
from ascend.projections.engine.projector import SETTLE_AFTER
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import FollowedLog
from ascend.projections.workers.checks import Checks, iterate
from ascend.projections.workers.hints import ChangeHints
from ascend.projections.workers.leases import Leases
from ascend.projections.workers.listeners import Listeners
from ascend.projections.workers.outage import PASSING
from ascend.projections.workers.runners import FIRST_PAUSE, LONGEST_PAUSE, Runners
from ascend.projections.workers.sweep import Sweep, SweepPace
from ascend.projections.workers.visits import Visit, Visits
from ascend.projections.workers.wakeup import Signal
from ascend.projections.workers.work_queue import BATCH_SECONDS, WorkQueue

T = TypeVar("T")
Busy = Callable[[], Collection[WorkspaceId]]
log = Log("ascend.worker")
PERIOD = 10.0
"""Seconds between two turns of a registry shard, at least, where hints are heard."""
PER_SECOND = 8.0
"""Workspaces that are checked in a second where hints are heard: 10,000 take 21 minutes, and about 1 % of a core."""
PER_SECOND_WITHOUT_HINTS = 200.0
LAST_SETTLING_SECONDS = 2.0
"""Seconds that a follower may take, when it ends, to move *folded* where it was left behind."""
INSTALLATION_PAUSE = 30.0
"""Seconds until the installation of the policies is tried again, where it could not be finished."""
DEPLOYMENT_PAUSE = 2.0
"""Seconds between two steps of a deployment."""
DEPLOYED_PAUSE = 30.0
"""Seconds until a worker looks again whether its code is deployed."""
LISTING_PAUSE = 2.0
"""Seconds between two questions for the shards of the hints."""
BUSY_SECONDS = 1.0
"""Seconds of work after which a workspace is shown to other workers: if this one disappears, it is their last."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """The hints and the leases through which a worker shares the work of a store with others."""

    hints: ChangeHints
    leases: Leases


@dataclass(frozen=True, slots=True)
class FollowerParts:
    """The parts of a worker that its follower uses."""

    log: FollowedLog
    visits: Visits
    checks: Checks
    environment: Environment
    limits: ProjectionLimits
    claim: Callable[[], Awaitable[None]]
    """Is called before anything is visited."""
    install_policies: Callable[[], Awaitable[bool]]
    """Returns False if it must be called again some time later. Until then, policies do not run."""
    only: Sequence[WorkspaceId] | None
    """The workspaces of the worker. None: all."""
    watch: Callable[[Busy], Awaitable[None]] | None
    """Watches the event loop until it is cancelled; it is given what returns the workspaces that are worked on."""
    code: str
    """The versions of the worker's projections: it shares the work with workers of the same versions only."""
    deploy: Callable[[], Awaitable[bool]]
    """Does the next step of the deployment of this code. Returns True if nothing is left to do."""


class Follower:
    """Follows once. Without `sharing`, it does all the work, and hears no hints."""

    def __init__(self, parts: FollowerParts, sharing: Sharing | None, pause: float) -> None:
        self.parts = parts
        self.sharing = sharing
        self.pause = pause
        limits = parts.limits
        suspects = tuple if sharing is None else lambda: sharing.leases.suspects
        self.queue = WorkQueue(parts.environment.random, max(1, limits.workspaces_at_once // 2), suspects)
        self.work = Signal()
        self.runners = Runners(self.queue, parts.visits, self.work, self._visit, self._finish_visit)
        self.builds = WorkQueue(parts.environment.random, max(1, limits.builds_at_once // 2), suspects)
        """Workspaces in which a generation is to be built. It may take long, and must not hold up what is live."""
        self.build_work = Signal()
        self.builders = Runners(self.builds, parts.visits, self.build_work, parts.visits.build, self._finish_build)
        self.sweep = Sweep(self._read_shard, self._get_pace, parts.checks, parts.visits, self.queue, self.work)
        self.listeners = (
            None if sharing is None else Listeners(sharing.hints, self._hear, self._sweep_all, self.sweep.hurry)
        )
        self._hints, self._sweep = f"hints-{parts.code}#", f"sweep-{parts.code}#"
        """The beginnings of the names of leases."""
        self._hint_shards: Sequence[str] = ()
        self._are_listed = anyio.Event()
        self._owned: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Follow until cancelled. Raises `WrongApplication`, and a `StoreError` that waiting does not mend."""
        await self._until_answered(self.parts.claim, (StoreUnavailable, AccessDenied))
        jobs: list[Callable[[], Awaitable[None]]] = [self.sweep.run, self._install_policies, self._settle]
        if self.parts.only is None:
            jobs.append(self._deploy)
        jobs += [self.runners.run] * self.parts.limits.workspaces_at_once
        jobs += [self.builders.run] * self.parts.limits.builds_at_once
        if (watch := self.parts.watch) is not None:
            jobs.append(lambda: watch(self.queue.find_busy))
        if self.sharing is None:
            self.sweep.own(self._all_shards())
        else:
            jobs += [self._list_shards, self._keep_leases, self._follow_leases]
        try:
            await for_each(jobs, lambda job: job(), limit=len(jobs))
        finally:
            with anyio.move_on_after(LAST_SETTLING_SECONDS, shield=True), suppress(StoreError):
                await self.parts.visits.settle()

    def hear_of_own_commit(self, workspace: WorkspaceId) -> None:
        """Take in that this process has appended a commit."""
        if self.sharing is None or self._find_owned(self._hints).issuperset(self._hint_shards):
            self._hear([workspace])

    def hurry(self, workspace: WorkspaceId) -> None:
        """Visit the workspace at once: somebody in this process waits for it."""
        self.queue.add(workspace, anyio.current_time(), is_urgent=True)
        self.work.send()

    async def _visit(self, workspace: WorkspaceId) -> Visit:
        return await self.parts.visits.visit(
            workspace, self.parts.limits.batches_per_pass, leave_folded=True, builds=False
        )

    def _finish_visit(self, workspace: WorkspaceId, visit: Visit) -> None:
        now = anyio.current_time()
        if visit.is_unbuilt and self.builds.add(workspace, now):
            self.build_work.send()
        if visit.is_held_up and not visit.has_more:
            self.queue.repeat(workspace, now)
        else:
            self.queue.finish(workspace, now, has_more=visit.has_more)

    def _finish_build(self, workspace: WorkspaceId, visit: Visit) -> None:
        now = anyio.current_time()
        if visit.is_unbuilt:  # another worker builds it: see that it ends
            self.builds.repeat(workspace, now)
            return
        self.builds.finish(workspace, now)
        if self.queue.add(workspace, now):
            self.work.send()

    async def _settle(self) -> None:
        """Move *folded* where a batch has left it behind and none followed: commands read less of the log then."""
        while True:
            await anyio.sleep(SETTLE_AFTER)
            with suppress(*PASSING):  # the visits log it, and the next attempt comes soon
                await self.parts.visits.settle(idle=SETTLE_AFTER, busy=self.queue.find_busy())

    async def _deploy(self) -> None:
        """Bring the generation of this code to where queries read it. Afterwards, look now and then whether that is so."""
        while True:
            is_done = await self._until_answered(self.parts.deploy, PASSING)
            await anyio.sleep(DEPLOYED_PAUSE if is_done else DEPLOYMENT_PAUSE)

    def sees_other_code(self) -> bool:
        """Return True if a worker of other code is alive."""
        return self.sharing is not None and self.sharing.leases.sees_other_than(self._sweep)

    async def _install_policies(self) -> None:
        while not await self._until_answered(self.parts.install_policies, PASSING):  # noqa: ASYNC110 - it asks the store
            await anyio.sleep(INSTALLATION_PAUSE)
        self.sweep.hurry()  # what was rendered before is not answered yet

    async def _until_answered(self, request: Callable[[], Awaitable[T]], passing: tuple[type[StoreError], ...]) -> T:
        for wait in delays(FIRST_PAUSE, LONGEST_PAUSE):
            try:
                return await request()
            except passing as error:  # credentials expire, and are renewed
                log.warning("worker.no_answer", error=str(error), again_in=wait)
                await anyio.sleep(wait)
        raise AssertionError("the delays never end")

    # Work that this worker holds leases for

    async def _keep_leases(self) -> None:
        assert self.sharing is not None
        await self.sharing.leases.keep(self._name_leases, self._find_busy)

    async def _list_shards(self) -> None:
        """Ask for the shards of the hints. A slow answer must not delay the heartbeat, so this is a job of its own."""
        assert self.sharing is not None
        while True:
            with suppress(*PASSING):
                self._hint_shards = await self.sharing.hints.shards()
            self._are_listed.set()
            await anyio.sleep(LISTING_PAUSE)

    async def _name_leases(self) -> Sequence[str]:
        await self._are_listed.wait()
        shards = [f"{self._hints}{shard}" for shard in self._hint_shards]
        return [*shards, *(f"{self._sweep}{shard}" for shard in self._all_shards())]

    def _find_busy(self) -> Collection[WorkspaceId]:
        since = anyio.current_time() - BUSY_SECONDS
        return [*self.queue.find_busy(since), *self.builds.find_busy(since)]

    def _find_owned(self, beginning: str) -> set[str]:
        """Return the shards whose leases begin like this."""
        return {name.removeprefix(beginning) for name in self._owned if name.startswith(beginning)}

    async def _follow_leases(self) -> None:
        assert self.sharing is not None
        async with anyio.create_task_group() as group:
            while True:
                await self.sharing.leases.wait_for_change()
                self._own(self.sharing.leases.owned, group)

    def _own(self, owned: frozenset[str], group: TaskGroup) -> None:
        assert self.listeners is not None
        if self._owned and not owned:
            self.queue.clear()  # others have taken over
            self.builds.clear()
        self._owned = owned
        self.listeners.own(self._find_owned(self._hints), group)
        self.sweep.own(sorted(map(int, self._find_owned(self._sweep))))

    def _hear(self, workspaces: Collection[WorkspaceId]) -> None:
        due = anyio.current_time() + BATCH_SECONDS
        earlier = [self.queue.add(workspace, due) for workspace in workspaces]
        if any(earlier):
            self.work.send()

    def _sweep_all(self) -> None:
        """Sweep all shards, those of other workers, too: this one will hear hints of all of them, and missed some."""
        self.sweep.hurry(self._all_shards())

    # Shards of the registry, or the given workspaces as the only shard

    def _all_shards(self) -> Sequence[int]:
        return range(self.parts.log.registry_shards if self.parts.only is None else 1)

    def _read_shard(self, shard: int) -> AsyncIterator[WorkspaceId]:
        return self.parts.log.registered(shard) if self.parts.only is None else iterate(self.parts.only)

    def _get_pace(self) -> SweepPace:
        hears = bool(self._hint_shards) and self.listeners is not None and not self.listeners.are_failing
        return (
            SweepPace(max(PERIOD, self.pause), PER_SECOND) if hears else SweepPace(self.pause, PER_SECOND_WITHOUT_HINTS)
        )
