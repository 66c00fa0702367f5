"""A visit of a worker to one workspace: batches, then the policies that react to them. An error stalls the workspace."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ascend.domain.errors import StoreError
from ascend.domain.ids import WorkspaceId
from ascend.projections.build import Generation
from ascend.projections.engine.leading import find_leads
from ascend.projections.engine.projector import Projector
from ascend.projections.engine.step import StepResult
from ascend.projections.generation import CurrentGeneration
from ascend.projections.generation_record import find_record
from ascend.projections.policies.rendered import RenderedCommits
from ascend.projections.policies.runner import Answered, PolicyRunner
from ascend.projections.ports import FollowedLog, Views
from ascend.projections.workers.problems import NAMED, ParkedEntity, Problems, describe_parked, log_awaited

ERROR_CHARACTERS = 1_000
LOOK_AGAIN = 1.0
"""Seconds between two looks at workspaces that other processes build."""


@dataclass(frozen=True, slots=True)
class Visit:
    """The result of one visit to a workspace."""

    batches: int = 0
    rendered: int = 0
    parked: int = 0
    """The number of entities that are parked there."""
    has_more: bool = False
    """True if there is more to do: the visit ended because its turn was over."""
    is_held_up: bool = False
    """True if a policy could not answer an event: visit the workspace again later."""
    is_unbuilt: bool = False
    """True if a generation is to be built there by this worker, or by another one that is at it."""
    is_behind: bool = False
    """True if a generation is not rendered to the end: workers of other code go first."""
    parked_entities: Sequence[ParkedEntity] = ()
    """The parked entities, at most `problems.NAMED`."""


class Visits:
    """Visits workspaces, and logs what is stalled or parked when this process sees it for the first time."""

    def __init__(
        self,
        log: FollowedLog,
        views: Views,
        projector: Projector,
        current: CurrentGeneration,
        policies: PolicyRunner | None,
    ) -> None:
        self.log = log
        self.views = views
        self.projector = projector
        self.current = current
        self.policies = policies
        self._problems = Problems()

    async def generation(self) -> Generation:
        """Return the generation that queries of this code read. Reads the state of the generations again if it is stale."""
        await self.current.refresh(self.views.state)
        return self.current.generation

    async def kept(self) -> Sequence[Generation]:
        """Return the generations that this worker keeps true: the one that leads comes first."""
        await self.current.refresh(self.views.state)
        return self.current.kept()

    async def visit(
        self,
        workspace: WorkspaceId,
        most: int | None,
        end: int | None = None,
        *,
        leave_folded: bool = False,
        builds: bool = True,
    ) -> Visit:
        """Run batches, the policies that react to them, and batches of what these did.

        `end` is the end of the log, if the caller has read it just now. With `leave_folded`, the caller calls `settle`.
        Without `builds`, no generation is built as of a position: the caller calls `build`.
        """
        batches, visit, answered = 0, Visit(), Answered()
        rounds = self.policies.limits.rounds_per_pass if self.policies is not None and most is None else 1
        for _ in range(rounds):
            rendered = None if self.policies is None else self.policies.begin_visit()
            visit = await self.keep_true(
                workspace, most, end, leave_folded=leave_folded, builds=builds, rendered=rendered
            )
            batches, end, generation = batches + visit.batches, None, self.current.generation
            if self.policies is None:
                break
            answered = await self.policies.run(
                workspace, generation, visit.rendered, most=None if most is None else 1, visited=rendered
            )
            if not answered.has_more:
                break
        parked = await self._report_parked(workspace, visit)
        self._problems.forget_stall(workspace)
        return replace(
            visit,
            batches=batches,
            has_more=visit.has_more or answered.has_more,
            is_held_up=answered.is_held_up,
            parked_entities=parked,
        )

    async def settle(self, *, idle: float = 0.0, busy: Collection[WorkspaceId] = ()) -> None:
        """Move *folded* where a visit has left it behind (see `Projector.settle`)."""
        await self.projector.settle(idle=idle, busy=busy)

    async def keep_true(
        self,
        workspace: WorkspaceId,
        most: int | None,
        end: int | None,
        *,
        leave_folded: bool = False,
        builds: bool = True,
        rendered: RenderedCommits | None = None,
    ) -> Visit:
        """Run batches of every generation that this worker keeps. The result is that of the one that queries read.

        The commits that are rendered for queries go into `rendered`.
        """
        visits, own = list[Visit](), Visit()
        for generation in await self.kept():
            kept = rendered if generation == self.current.generation else None
            work = partial(self.catch_up, workspace, generation, most, end, leave_folded=leave_folded, rendered=kept)
            visit = await self._run_or_build(workspace, generation, work, builds=builds)
            visits.append(visit)
            if generation == self.current.generation:
                own = visit
        return replace(
            own,
            batches=sum(visit.batches for visit in visits),
            has_more=any(visit.has_more for visit in visits),
            is_unbuilt=any(visit.is_unbuilt for visit in visits),
            is_behind=any(visit.is_behind for visit in visits),
        )

    async def build(self, workspace: WorkspaceId) -> Visit:
        """Build the generations that are to be built there, and leave everything else to visits."""
        is_unbuilt = False
        for generation in await self.kept():
            work = partial(self.catch_up, workspace, generation, 1)
            visit = await self._run_or_build(workspace, generation, work)
            is_unbuilt = is_unbuilt or visit.is_unbuilt
        return Visit(is_unbuilt=is_unbuilt)

    async def _run_or_build(
        self,
        workspace: WorkspaceId,
        generation: Generation,
        work: Callable[..., Awaitable[Visit]],
        *,
        builds: bool = True,
    ) -> Visit:
        """Run batches of a generation. With `builds`, build it if that is left to this worker."""
        visit = await self._run(workspace, generation, partial(work, builds=False))
        return await self._run(workspace, generation, work) if visit.is_unbuilt and builds else visit

    async def _run(self, workspace: WorkspaceId, generation: Generation, work: Callable[[], Awaitable[Visit]]) -> Visit:
        is_read = generation == self.current.generation
        return await (work() if is_read else self._visit_other(workspace, generation, work))

    def _is_rebuilt(self, generation: Generation) -> bool:
        """Return True if an operator has announced the generation: then `ascend rebuild` builds it, within its budget."""
        state = self.current.state
        return generation == state.announced and self.current.knows(state.current)

    async def _visit_other(
        self, workspace: WorkspaceId, generation: Generation, work: Callable[[], Awaitable[Visit]]
    ) -> Visit:
        try:
            visit = await work()
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - what queries do not read stops nothing else
            await self.stall(workspace, error, generation)
            return Visit()
        self._problems.forget_stall(workspace, generation)
        return visit

    async def catch_up_for_queries(self, workspace: WorkspaceId, most: int | None) -> int:
        """Run batches of the generation that queries read, and return how many.

        Without `most`, wait while another process builds it.
        """
        visit = await self._catch_up_with_leader(workspace, most)
        batches, waits = visit.batches, visit.is_unbuilt and most is None
        if waits:
            log_awaited(workspace)
        while waits:
            await self.projector.environment.sleep(LOOK_AGAIN)
            visit = await self._catch_up_with_leader(workspace, most)
            batches, waits = batches + visit.batches, visit.is_unbuilt
        return batches

    async def _catch_up_with_leader(self, workspace: WorkspaceId, most: int | None) -> Visit:
        """Run batches of the generation that queries read. It goes nowhere before the one that leads, so that goes first.

        In a new workspace, the one that leads is built, too: otherwise, the other one could not be begun.
        """
        own = await self.generation()
        for generation in self.current.kept():
            if generation == own:
                break
            work = partial(self.catch_up, workspace, generation, most)
            leading = await self._run_or_build(workspace, generation, work)
            if leading.is_unbuilt:
                return leading
        return await self.catch_up(workspace, own, most)

    async def catch_up(
        self,
        workspace: WorkspaceId,
        generation: Generation,
        most: int | None,
        end: int | None = None,
        *,
        leave_folded: bool = False,
        builds: bool = True,
        rendered: RenderedCommits | None = None,
    ) -> Visit:
        """Run batches up to the present end of the log, at most `most`, and no policy. Their commits go into `rendered`.

        Without `builds`, no generation is built as of a position. The result says if one is to be built by this worker.
        """
        target = await self.log.last_position(workspace) if end is None else end
        batches, step, exact = 0, StepResult(0), False
        while most is None or batches < most:
            read_at = self.projector.environment.elapsed()
            step = await self.projector.step(
                workspace, generation, exact=exact, leave_folded=leave_folded, builds=builds
            )
            batches += not step.idle
            if rendered is not None:
                rendered.add(step.before, step.commits, read_at)
            if step.is_unbuilt:
                is_unbuilt = builds or step.is_new or not self._is_rebuilt(generation)
                return Visit(batches, is_unbuilt=is_unbuilt)
            if (step.rendered >= target and step.leads) or (step.idle and exact):
                break
            exact = step.idle
        else:
            return Visit(batches, step.rendered, step.parked, has_more=True)
        is_behind = step.rendered < target and await self._is_led_by_other_code(workspace)
        return Visit(batches, step.rendered, step.parked, is_behind=is_behind)

    async def _is_led_by_other_code(self, workspace: WorkspaceId) -> bool:
        """Return True if workers of other code go first there. In an erased workspace, nobody goes on."""
        return not self.current.knows(self.current.state.live[0]) and not await self.log.is_erased(workspace)

    async def stall(self, workspace: WorkspaceId, error: Exception, only: Generation | None = None) -> None:
        """Mark the workspace as stalled by this error, so that the status shows it, and that it holds up no switch.

        With `only`, mark this generation, which queries do not read.
        """
        reason = (str(error) or type(error).__name__)[:ERROR_CHARACTERS]
        self._problems.report_stalled(workspace, reason, error, only)
        marked, records = [only] if only else self.current.kept(), await self.views.records(workspace)
        for record in records:
            stalled = replace(record, stalled=reason, leads=find_leads(records, record, self.current.state))
            if record.generation in marked and record != stalled:
                await self.views.move(record, stalled)

    async def _report_parked(self, workspace: WorkspaceId, visit: Visit) -> list[ParkedEntity]:
        """Log the parked entities that are new to this process. Return them all. Reads nothing if there are none."""
        record = find_record(await self.views.records(workspace), self.current.generation) if visit.parked else None
        if record is None:
            self._problems.forget_parked(workspace)
            return []
        parked = [entity for entity in await self.views.parked(record) if entity.until is None][:NAMED]
        self._problems.report_parked(workspace, parked)
        return [describe_parked(workspace, entity) for entity in parked]
