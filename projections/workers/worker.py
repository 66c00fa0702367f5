"""Workers: any number, anywhere. A worker projects workspaces until nothing is left to do, or goes on for ever."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import anyio

from ascend.domain.errors import AccessDenied, InvalidInput, StoreError, StoreUnavailable
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.retry import delays
from ascend.projections.build import Generation
from ascend.projections.engine.projector import Projector
from ascend.projections.engine.step import StepResult
from ascend.projections.generation import CurrentGeneration
from ascend.projections.limits import ProjectionLimits
from ascend.projections.policies.runner import PolicyRunner
from ascend.projections.ports import LogReader, Views, find_record
from ascend.projections.workers.ownership import Ownership
from ascend.projections.workers.problems import NAMED, ParkedEntity, Problems

log = Log("ascend.worker")
PAUSE = 1.0
"""Seconds between two passes, unless something wakes the worker."""
LONGEST_PAUSE = 30.0
"""Seconds until the next pass after the store has failed to answer several times."""
SECONDS_TO_SETTLE = 2.0
"""Seconds that a follower may take, when it ends, to move *folded* where it was left behind."""
ERROR_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True)
class Pass:
    """The result of one pass over the worker's workspaces."""

    workspaces: int
    batches: int
    stalled: tuple[WorkspaceId, ...]
    parked: int = 0
    """The number of entities that are parked."""
    parked_entities: tuple[ParkedEntity, ...] = ()
    """The parked entities, at most `problems.NAMED` of each workspace."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The result of one visit to a workspace: the batches run there, the position *rendered*, the parked entities."""

    batches: int
    rendered: int
    parked: int


class Worker:
    """Keeps the read items of all workspaces up to date, or, with `only`, those of the given workspaces.

    Without `policies`, it only projects. With `ownership`, its passes refuse a store of another application.
    """

    def __init__(
        self,
        log: LogReader,
        views: Views,
        projector: Projector,
        current: CurrentGeneration,
        environment: Environment,
        policies: PolicyRunner | None = None,
        limits: ProjectionLimits = ProjectionLimits(),
        only: Iterable[WorkspaceId] | None = None,
        ownership: Ownership | None = None,
    ) -> None:
        self.log = log
        self.views = views
        self.projector = projector
        self.current = current
        self.environment = environment
        self.policies = policies
        self.limits = limits
        self.ownership = ownership
        self.only = None if only is None else tuple(dict.fromkeys(only))
        self._woken = anyio.Event()
        self._problems = Problems()

    async def catch_up(
        self, workspace: WorkspaceId, generation: Generation | None = None, *, most: int | None = None
    ) -> int:
        """Run batches up to the present end of the log, by a consistent read. Return how many.

        Later commits are left for the next time. With `most`: at most so many batches, and commits appended just now may
        wait for the next pass. Runs no policy. Raises `UpgradeRequired`, `LogDiverged`, `StoreError`, and `InvalidInput`
        for a workspace that this worker was not given.
        """
        if not self.visits(workspace):
            raise InvalidInput(f"this worker was not given the workspace {workspace}: use `store.worker`")
        visit = await self._catch_up(workspace, generation, most)
        return visit.batches

    async def _catch_up(
        self, workspace: WorkspaceId, generation: Generation | None, most: int | None, *, leave_folded: bool = False
    ) -> Visit:
        """Run batches. Return their number, and the workspace after them."""
        target = await self.log.last_position(workspace) if most is None else None
        batches, step, exact = 0, StepResult(0), False
        while most is None or batches < most:
            present = generation or await self.generation()
            step = await self.projector.step(workspace, present, exact=exact, leave_folded=leave_folded)
            if step.idle:
                if target is None or exact:
                    break
                exact = True
                continue
            batches, exact = batches + 1, False
            if target is not None and step.rendered >= target:
                break
        return Visit(batches, step.rendered, step.parked)

    async def generation(self) -> Generation:
        """Return the current generation. Reads the epochs again if they are stale."""
        if self.current.is_stale():
            self.current.refresh(await self.views.epochs())
        return self.current.generation

    async def run_once(self, progress: Callable[[WorkspaceId], None] | None = None, *, most: int | None = None) -> Pass:
        """Catch up with every workspace of the worker, then run the policies there: one pass.

        A workspace that stalls is marked, and the others go on. The result names stalled workspaces and parked entities.
        `most` limits the batches of each workspace. Raises `WrongApplication`, `StoreError`.
        """
        return await self._run_pass(progress, most)

    async def _run_pass(
        self, progress: Callable[[WorkspaceId], None] | None, most: int | None, *, leave_folded: bool = False
    ) -> Pass:
        if self.ownership is not None:
            await (self.ownership.claim() if self.only is None else self.ownership.confirm())
        stalled: list[WorkspaceId] = []
        parked_entities: list[ParkedEntity] = []
        batches, parked = 0, 0
        workspaces = await self._prepare()

        async def visit(workspace: WorkspaceId) -> None:
            nonlocal batches, parked
            try:
                done = await self._visit(workspace, most, leave_folded=leave_folded)
                batches += done.batches  # not in the line before: others add to it during the wait
                parked += done.parked
                parked_entities.extend(await self._report_parked(workspace, done))
                self._problems.forget_stall(workspace)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - an error in one workspace stops no other
                stalled.append(workspace)
                await self._mark_stalled(workspace, error)
            if progress is not None:
                progress(workspace)

        await for_each(workspaces, visit, limit=self.limits.workspaces_at_once)
        return Pass(len(workspaces), batches, tuple(stalled), parked, tuple(parked_entities))

    async def _prepare(self) -> Sequence[WorkspaceId]:
        """Install the policies that are new. Return the workspaces of this pass."""
        installation = None if self.policies is None else self.policies.installation
        if self.only is not None:
            if installation is not None:
                await installation.run_in(self.only)
            return self.only
        workspaces = [workspace async for workspace in self.log.workspaces()]
        if installation is not None:
            await installation.run(workspaces)
        return workspaces

    async def _visit(self, workspace: WorkspaceId, most: int | None, *, leave_folded: bool) -> Visit:
        """Run batches, the policies that react to them, and batches of what these did."""
        batches, visit = 0, Visit(0, 0, 0)
        rounds = self.policies.limits.rounds_per_pass if self.policies is not None and most is None else 1
        for _ in range(rounds):
            generation = await self.generation()
            visit = await self._catch_up(workspace, generation, most, leave_folded=leave_folded)
            batches += visit.batches
            if self.policies is None or not await self.policies.run(
                workspace, generation, visit.rendered, most=None if most is None else 1
            ):
                break
            self.wake()  # there may be more to do when this pass is over
        return replace(visit, batches=batches)

    async def _report_parked(self, workspace: WorkspaceId, visit: Visit) -> list[ParkedEntity]:
        """Log the parked entities that are new to this process. Return them all. Reads nothing if there are none."""
        record = find_record(await self.views.records(workspace), self.current.generation) if visit.parked else None
        if record is None:
            self._problems.forget_parked(workspace)
            return []
        parked = [entity for entity in await self.views.parked(record) if entity.until is None][:NAMED]
        self._problems.report_parked(workspace, parked)
        return [ParkedEntity(workspace, entity.build.projection, entity.ref) for entity in parked]

    async def follow(self, pause: float = PAUSE) -> None:
        """Run passes until cancelled. While the store gives no answer, wait longer before each next pass.

        Raises `WrongApplication`, and a `StoreError` that waiting does not mend.
        """
        try:
            await self._follow(pause)
        finally:
            with anyio.move_on_after(SECONDS_TO_SETTLE, shield=True), suppress(StoreError):
                await self.projector.settle()

    async def _follow(self, pause: float) -> None:
        waits = delays(2 * pause, LONGEST_PAUSE)
        while True:
            wait = pause
            self._woken = anyio.Event()
            try:
                await self._run_pass(None, self.limits.batches_per_pass, leave_folded=True)
                waits = delays(2 * pause, LONGEST_PAUSE)
            except (StoreUnavailable, AccessDenied) as error:  # credentials expire, and are renewed
                wait = next(waits)
                log.warning("worker.no_answer", error=str(error), again_in=wait)
            with anyio.move_on_after(wait):
                await self._woken.wait()

    def visits(self, workspace: WorkspaceId) -> bool:
        """Return True if the workspace is one of those that the worker keeps up to date."""
        return self.only is None or workspace in self.only

    def wake(self) -> None:
        """Begin the next pass at once: there may be something to do. Only a hint; the log says what."""
        self._woken.set()

    async def _mark_stalled(self, workspace: WorkspaceId, error: Exception) -> None:
        reason = (str(error) or type(error).__name__)[:ERROR_CHARACTERS]
        self._problems.report_stalled(workspace, reason, error)
        generation = self.current.generation
        record = find_record(await self.views.records(workspace), generation)
        if record is not None and record.stalled != reason:
            await self.views.move(record, replace(record, stalled=reason))
