"""Projects a workspace for one generation, batch by batch.

    read the record ─▶ folded behind rendered? fold the difference, and that is the whole step
                    ─▶ read commits after rendered, and the states that they need ─▶ simulate (pure)
                    ─▶ read the record again: has it moved? then the reads may mix two moments: drop the batch
                    ─▶ write read items ─▶ move rendered ─▶ write edges, snapshots, commands ─▶ move folded

A crash anywhere leaves a state from which the next batch goes on: every write moves something forward or changes
nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from ascend.domain.errors import UpgradeRequired
from ascend.domain.event import touched
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment, Folded, Rendered
from ascend.domain.workspaces.view import Versioned
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.projections.build import Generation
from ascend.projections.deadline import is_too_late
from ascend.projections.engine.batch import Batch
from ascend.projections.engine.batch_writer import SLEPT, BatchWriter
from ascend.projections.engine.commit_reader import CommitReader
from ascend.projections.engine.counts import add_counts
from ascend.projections.engine.fan_out import FanOut
from ascend.projections.engine.outcome import Outcome
from ascend.projections.engine.state_loader import StateLoader
from ascend.projections.engine.step import BatchRun, Overtaken, StepResult
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import GenerationRecord, LogReader, Views, find_record
from ascend.projections.projection import Projection

log = Log("ascend.worker")


class Projector:
    def __init__(
        self,
        log: LogReader,
        views: Views,
        model: Model,
        projections: Iterable[Projection],
        environment: Environment,
        limits: ProjectionLimits = ProjectionLimits(),
    ) -> None:
        self.views = views
        self.model = model
        self.projections = {(projection.name, projection.version): projection for projection in projections}
        self.environment = environment
        self.limits = limits
        self.commits = CommitReader(log, limits)
        self.states = StateLoader(views, model)
        self.writer = BatchWriter(views, environment, limits)
        self.fan_out = FanOut(views, self.states, self.writer, environment, limits)

    async def step(self, workspace: WorkspaceId, generation: Generation, *, exact: bool = False) -> StepResult:
        """Run one batch. The result is idle if nothing is left to do, as far as a read that may lag shows.

        With `exact`, that read is consistent. Writes nothing in an erased workspace.
        Raises `UpgradeRequired` and `LogDiverged`.
        """
        rendered = 0
        try:
            run = await self.begin(workspace, generation)
            rendered = run.record.rendered
            return await self._advance(run, exact=exact)
        except Overtaken:
            self.commits.pace.shorten(workspace, self.limits.commits_per_batch)
            await self.environment.sleep(0.05 * self.environment.random())
            return StepResult(rendered)
        except WorkspaceIsErased:
            return StepResult(0, idle=True)  # whatever is left of the workspace is being swept away

    async def begin(self, workspace: WorkspaceId, generation: Generation) -> BatchRun:
        """Read the records of the workspace. Writes the first record of the generation if there is none."""
        started = self.environment.elapsed()
        records = await self.views.records(workspace)
        mine = find_record(records, generation)
        if mine is None:
            mine = await self._begin_generation(workspace, generation, started)
        if mine.retried:
            records, mine = [record for record in records if record != mine], await self.release_retried(mine)
        # A generation with parked entities has not rendered all items up to its position: it proves nothing.
        others = [record for record in records if record != mine and not record.parked]
        elsewhere = {
            build: max((other.rendered for other in others if build in other.generation.builds), default=0)
            for build in generation.builds
        }
        return BatchRun(mine, started, elsewhere)

    async def release_retried(self, record: GenerationRecord) -> GenerationRecord:
        """Release the parked entities that a retry has rendered. Return the record without them. Raises `Overtaken`."""
        await self.views.release_retried(record)
        released = replace(record, retried=())
        if not await self.views.move(record, released):
            raise Overtaken(record.workspace)
        return released

    async def _begin_generation(
        self, workspace: WorkspaceId, generation: Generation, started: float
    ) -> GenerationRecord:
        """Write the first record of an incarnation. Never in an erased workspace, and never long after the read."""
        await self.commits.check_not_erased(workspace)
        if is_too_late(self.environment, started):
            raise Overtaken(SLEPT)
        incarnation = f"{generation.id}-{self.environment.new_id()[-12:]}"
        record = GenerationRecord(workspace, generation, Rendered(0), Folded(0), "", 0, incarnation=incarnation)
        await self.views.begin(record)
        return record

    async def _advance(self, run: BatchRun, *, exact: bool) -> StepResult:
        record = run.record
        if record.folded < record.rendered:
            await self._fold_rendered(run)
            return StepResult(record.rendered, parked=record.parked)
        commits = await self.commits.read_new(record, exact=exact)
        if not commits:
            await self._clear_stall(record)
            return StepResult(record.rendered, idle=True, parked=record.parked)
        moved = await self._project(run, self.commits.within_bounds(commits))
        self.commits.pace.remember(record.workspace, len(commits), moved.rendered - record.rendered)
        return StepResult(moved.rendered, parked=moved.parked)

    async def _clear_stall(self, record: GenerationRecord) -> None:
        if record.stalled:
            await self.views.move(record, replace(record, stalled=""))

    async def _fold_rendered(self, run: BatchRun) -> None:
        """Fold what is rendered, without rendering it: a worker stopped between the two positions."""
        record = run.record
        commits = self.commits.within_bounds(await self.commits.read_unfolded(record))
        batch = Batch(self.model, {}, record.workspace, {}, ())
        await self._load_touched(batch, run, commits)
        done: list[Commit] = []
        for commit in commits:
            after = await self.states.compute(batch, run, partial(batch.after, commit))
            diff = batch.diff(after, after, commit.position)
            if done and self._is_too_much(batch, diff, [*done, commit], after):
                break
            batch.take(after, diff)
            done.append(commit)
        await self.writer.fold(record, batch, done, run.started)

    async def _project(self, run: BatchRun, commits: Sequence[Commit]) -> GenerationRecord:
        """Render and fold the first commits, as many as fit into one batch. Return the record as of *rendered*."""
        batch = await self.new_batch(run.record)
        await self._load_touched(batch, run, commits)
        done: Sequence[Commit] = await self._simulate(batch, run, commits)
        if not done:
            run, is_complete = await self.fan_out.advance(batch, run, commits[0])
            if not is_complete:
                return run.record  # other workspaces have their turn; the cursor says where to go on
            done = commits[:1]
        moved = moved_past(run.record, batch, done[-1])
        await self.writer.render(run, batch.outcome, moved)
        await self.writer.fold(moved, batch, done, run.started)
        log_projected(moved, batch, done)
        return moved

    async def new_batch(self, record: GenerationRecord) -> Batch:
        """Return an empty batch, which knows what is parked."""
        parked = await self.views.parked(record) if record.parked else ()
        builds = {build: self.projections[build.projection, build.version] for build in record.generation.builds}
        return Batch(self.model, builds, record.workspace, {}, parked)

    async def _load_touched(self, batch: Batch, run: BatchRun, commits: Sequence[Commit]) -> None:
        await self.states.load(batch, run, touched(event for commit in commits for event in commit.events()))

    def _is_too_much(
        self, batch: Batch, diff: Outcome, commits: Sequence[Commit], after: Mapping[Ref, Versioned]
    ) -> bool:
        """Return True if the batch would write more than it may with the last of the commits, whose outcome is `diff`."""
        command_records = sum(len(commit.records) for commit in commits)
        return batch.outcome.writes + diff.writes + len(after) + command_records > self.limits.writes_per_batch

    async def _simulate(self, batch: Batch, run: BatchRun, commits: Sequence[Commit]) -> list[Commit]:
        """Take in commits, as many as a batch may write, up to one that changes a whole subtree.

        That commit gets a batch of its own.

        Return the commits taken in.
        """
        done: list[Commit] = []
        for commit in commits:
            try:
                after = await self.states.compute(batch, run, partial(batch.after, commit))
            except UpgradeRequired:
                if done:
                    break  # the commits before it are not held up
                raise
            if batch.spreads(after):
                break
            diff = await self.states.compute(batch, run, partial(batch.effect, commit, after))
            if batch.parks_again(diff) or (done and self._is_too_much(batch, diff, [*done, commit], after)):
                break
            batch.take(after, diff)
            done.append(commit)
        return done


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


def log_projected(record: GenerationRecord, batch: Batch, commits: Sequence[Commit]) -> None:
    log.debug(
        "workspace.projected",
        workspace=record.workspace,
        generation=record.generation.id,
        first=commits[0].position,
        last=commits[-1].position,
        items=len(batch.outcome.changes),
    )
