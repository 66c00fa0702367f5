"""Projects a workspace for one generation, batch by batch.

    read the record ─▶ folded behind rendered? fold the difference, and that is the whole step
                    ─▶ read commits after rendered, and the states that they need ─▶ simulate (pure)
                    ─▶ read the record again: has it moved? then the reads may mix two moments: drop the batch
                    ─▶ write read items ─▶ move rendered ─▶ write edges, snapshots, commands ─▶ move folded

A crash anywhere leaves a state from which the next batch goes on: every write moves something forward or changes
nothing. The last move may be left to the next batch of this process (see `known`).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial

from ascend.domain.errors import StoreError
from ascend.domain.event import touched
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment, Rendered
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.projections.build import Generation
from ascend.projections.engine.batch import Batch, log_projected
from ascend.projections.engine.batch_writer import BatchWriter
from ascend.projections.engine.beginning import SHORT, Beginnings, is_new
from ascend.projections.engine.building import Builder
from ascend.projections.engine.commit_reader import CommitReader
from ascend.projections.engine.counts import add_counts
from ascend.projections.engine.fan_out import FanOut
from ascend.projections.engine.intake import Intake
from ascend.projections.engine.known import KnownWorkspace, KnownWorkspaces, states_to_keep
from ascend.projections.engine.leading import UNBOUNDED, Leader, NotItsTurn, find_bound, find_leads
from ascend.projections.engine.shared_builds import find_ahead, find_rendered_elsewhere
from ascend.projections.engine.state_loader import StateLoader
from ascend.projections.engine.step import BatchRun, LeftToBuilder, Overtaken, StepResult
from ascend.projections.engine.taking_over import TakeOver
from ascend.projections.generation_record import GenerationRecord, find_record
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import LogReader, Views
from ascend.projections.projection import Projection

SETTLE_AFTER = 1.0
"""Seconds without news after which *folded* is left behind no longer."""


class Projector:
    def __init__(
        self,
        log: LogReader,
        views: Views,
        model: Model,
        projections: Iterable[Projection],
        environment: Environment,
        limits: ProjectionLimits = ProjectionLimits(),
        leader: Leader | None = None,
        builder: Builder | None = None,
    ) -> None:
        """Without `leader`, no generation waits for another one. Without `builder`, no generation is built as of a position here."""
        self.views = views
        self.model = model
        self.projections = {(projection.name, projection.version): projection for projection in projections}
        self.environment = environment
        self.limits = limits
        self.commits = CommitReader(log, limits)
        self.states = StateLoader(views, model)
        self.leader = leader or Leader(views, None)
        self.builder = builder
        self.beginnings = Beginnings(self.commits, views, environment, SHORT if builder else UNBOUNDED, builder)
        self.writer = BatchWriter(views, environment, limits, self.leader)
        self.intake = Intake(self.states, environment, limits)
        self.fan_out = FanOut(views, self.states, self.writer, environment, limits)
        self.take_over = TakeOver(views, self.states)
        self.known = KnownWorkspaces()

    async def step(
        self,
        workspace: WorkspaceId,
        generation: Generation,
        *,
        exact: bool = False,
        leave_folded: bool = False,
        builds: bool = True,
    ) -> StepResult:
        """Run one batch. The result is idle if nothing is left to do, as far as a read that may lag shows.

        With `exact`, that read is consistent. With `leave_folded`, the record's *folded* may stay behind: the next batch
        here moves it, or an idle step `SETTLE_AFTER` seconds later, or `settle`, which the caller must call in the end.
        Without `builds`, a generation that is to be built as of a position is left to somebody else.
        Writes nothing in an erased workspace. Raises `UpgradeRequired` and `LogDiverged`.
        """
        rendered = 0
        try:
            run = await self.begin(workspace, generation, builds=builds)
            rendered = run.record.rendered
            record, commits = await self._advance(run, exact=exact, leave_folded=leave_folded)
            leads = await self.leader.is_led(generation, record.leads)
            before = run.record.commit_id
            return StepResult(
                record.rendered, commits is None, record.parked, leads, commits=commits or (), before=before
            )
        except Overtaken:
            self.commits.pace.shorten(workspace, self.limits.commits_per_batch)
            await self.environment.sleep(0.05 * self.environment.random())
            return StepResult(rendered)
        except LeftToBuilder as left:
            return StepResult(0, idle=True, leads=False, is_unbuilt=True, is_new=left.is_new)
        except NotItsTurn:
            return StepResult(0, idle=True)
        except WorkspaceIsErased:
            return StepResult(0, idle=True)  # whatever is left of the workspace is being swept away

    async def settle(self, *, idle: float = 0.0, busy: Collection[WorkspaceId] = ()) -> None:
        """Move *folded* where this process has left it behind and ran no batch for `idle` seconds, except where it is busy.

        Raises the first `StoreError` in the end: what failed stays behind, and is settled by the next call.
        """
        failures: list[StoreError] = []
        for known in self.known.unsettled():
            if self.environment.elapsed() - known.since >= idle and known.record.workspace not in busy:
                try:
                    await self._settle(known)
                except StoreError as error:  # one that is throttled holds up no other
                    failures.append(error)
        if failures:
            raise failures[0]

    async def _settle(self, known: KnownWorkspace) -> None:
        if known.is_settled:
            return
        has_moved = await self.views.move(known.record, known.base)
        is_outdated = self.known.is_outdated(known)  # a batch of this process was at work meanwhile, and knows more
        if has_moved:
            if not is_outdated:
                self.known.keep(replace(known, record=known.base, ended=()))
            await self.writer.end_edges(known.base, known.ended)
        elif not is_outdated:
            self.known.forget(known.record)  # another worker did the same

    async def begin(self, workspace: WorkspaceId, generation: Generation, *, builds: bool = True) -> BatchRun:
        """Read the records of the workspace. Writes the first record of the generation if there is none.

        Raises `NotItsTurn` where the generation that leads must begin first, and `LeftToBuilder` without `builds`.
        """
        state = await self.leader.learn(generation)
        started = self.environment.elapsed()
        records = await self.views.records(workspace)
        mine, bound = find_record(records, generation), find_bound(records, generation, state)
        if mine is None:
            if bound == 0:
                raise NotItsTurn(workspace)
            mine = await self.beginnings.begin(workspace, generation, records, bound, started, builds=builds)
        if not builds and not mine.is_built:
            raise LeftToBuilder(workspace, is_new=is_new(records))
        if mine.retried:
            records, mine = [record for record in records if record != mine], await self.release_retried(mine)
        known = self.known.find(mine) or KnownWorkspace(mine, mine)
        elsewhere = find_rendered_elsewhere(records, mine, self.projections)
        ahead, leads = find_ahead(records, mine), find_leads(records, mine, state)
        return BatchRun(mine, known.base, started, elsewhere, ahead, known, bound, leads)

    async def release_retried(self, record: GenerationRecord) -> GenerationRecord:
        """Release the parked entities that a retry has rendered. Return the record without them. Raises `Overtaken`."""
        await self.views.release_retried(record)
        released = replace(record, retried=())
        if not await self.views.move(record, released):
            raise Overtaken(record.workspace)
        return released

    async def _advance(
        self, run: BatchRun, *, exact: bool, leave_folded: bool
    ) -> tuple[GenerationRecord, Sequence[Commit] | None]:
        """Return the stored record after one batch, and the commits that it rendered. None: there was nothing to do."""
        if not run.record.is_built:
            return (await self.builder.build(run.record), ()) if self.builder else (run.record, None)
        if run.base.folded < run.record.rendered:
            await self._fold_rendered(run)
            return run.record, ()
        commits = await self.commits.read_new(run.record, exact=exact)
        commits = [commit for commit in commits if commit.position <= run.bound]
        if not commits:
            return await self._rest(run, leave_folded=leave_folded), None
        moved, done = await self._project(run, self.commits.within_bounds(commits), leave_folded=leave_folded)
        self.commits.pace.remember(moved.workspace, len(commits), moved.rendered - run.record.rendered)
        return moved, done

    async def _rest(self, run: BatchRun, *, leave_folded: bool) -> GenerationRecord:
        """Nothing is new: clear a stall, note who leads, and settle what was left behind. Return the stored record."""
        if run.record.stalled or run.leads != run.record.leads:
            rested = replace(run.base, stalled="", leads=run.leads)
            return rested if await self.views.move(run.record, rested) else run.record
        if not leave_folded or self.environment.elapsed() - run.known.since >= SETTLE_AFTER:
            await self._settle(run.known)
        return run.record

    async def _fold_rendered(self, run: BatchRun) -> None:
        """Fold what is rendered, without rendering it: a worker stopped between the two positions."""
        commits = self.commits.within_bounds(await self.commits.read_unfolded(run.record))
        batch = Batch(self.model, {}, run.record.workspace, {}, ())
        await self._load_touched(batch, run, commits)
        done: list[Commit] = []
        for commit in commits:
            after = await self.states.compute(batch, run, partial(batch.after, commit))
            diff = batch.diff(after, after, commit.position)
            if done and self.intake.is_too_much(batch, diff, commit, after):
                break
            batch.take(commit, after, diff)
            done.append(commit)
        folded = await self.writer.fold(run.record, batch, done, run.started)
        await self._settle(KnownWorkspace(run.record, folded, ended=batch.outcome.ended))

    async def _project(
        self, run: BatchRun, commits: Sequence[Commit], *, leave_folded: bool
    ) -> tuple[GenerationRecord, Sequence[Commit]]:
        """Render and fold the first commits, as many as fit into one batch. Return the record as of *rendered*, and these."""
        batch = await self.new_batch(run)
        await self._load_touched(batch, run, commits)
        done: Sequence[Commit] = await self.intake.take_in(batch, run, commits)
        if not done:
            run, is_complete = await self.fan_out.advance(batch, run, commits[0])
            if not is_complete:
                await self.writer.end_edges(run.record, run.known.ended)
                return run.record, ()  # other workspaces have their turn; the cursor says where to go on
            done = commits[:1]
        moved = moved_past(replace(run.base, leads=run.leads), batch, done[-1])
        await self.writer.render(run, batch, batch.outcome, moved)
        await self.writer.end_edges(moved, run.known.ended)
        folded = await self.writer.fold(moved, batch, done, run.started)
        log_projected(moved, batch, done)
        await self._remember(batch, moved, folded, leave_folded=leave_folded)
        return moved, done

    async def _remember(
        self, batch: Batch, moved: GenerationRecord, folded: GenerationRecord, *, leave_folded: bool
    ) -> None:
        """Keep what is known after a batch. Settle it, unless that may be left to the next one."""
        states = states_to_keep(batch)
        batch.renders.keep(states)
        known = KnownWorkspace(moved, folded, self.environment.elapsed(), batch.outcome.ended, states, batch.renders)
        may_leave = leave_folded and self.known.may_leave()
        self.known.keep(known)
        if not may_leave:
            await self._settle(known)

    async def new_batch(self, run: BatchRun) -> Batch:
        """Return a batch that knows the states of this process, and what is parked."""
        record = run.record
        parked = await self.views.parked(record) if record.parked else ()
        builds = {build: self.projections[build.projection, build.version] for build in record.generation.builds}
        batch = Batch(self.model, builds, record.workspace, dict(run.known.states), parked, run.known.renders)
        await self.take_over.run(batch, run)
        return batch

    async def _load_touched(self, batch: Batch, run: BatchRun, commits: Sequence[Commit]) -> None:
        await self.states.load(batch, run, touched(event for commit in commits for event in commit.events()))


def moved_past(record: GenerationRecord, batch: Batch, commit: Commit) -> GenerationRecord:
    """Return the record with *rendered* moved to the last commit of the batch."""
    return replace(
        record,
        rendered=Rendered(commit.position),
        commit_id=commit.id,
        rendered_hash=commit.hash,
        parked=batch.parked_count,
        cursor=(),
        stalled="",
        counts=add_counts(record.counts, batch.outcome.counts),
    )
