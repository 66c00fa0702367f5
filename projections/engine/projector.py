"""One batch of one workspace, for one generation.

    read the record ─▶ folded behind rendered? fold the difference, that was all
                    ─▶ read commits after rendered, and the states that they need ─▶ simulate (pure)
                    ─▶ read the record again: has it moved? then what was read may mix two moments: drop it
                    ─▶ write read items ─▶ move rendered ─▶ write edges, snapshots, commands ─▶ move folded

A crash anywhere leaves a state from which the next batch goes on; every write moves something forward or does nothing.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from ascend.domain.errors import LogDiverged, UpgradeRequired
from ascend.domain.event import touched
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.cache import applied_by
from ascend.domain.runtime.commit import Commit, living
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.logs import note
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Applied, Environment, Folded, Rendered
from ascend.domain.workspaces.view import NotLoaded
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.projections.engine.batch import Batch, Outcome
from ascend.projections.engine.counts import plus
from ascend.projections.engine.pace import Pace
from ascend.projections.engine.step import BatchRun, Overtaken, StepResult
from ascend.projections.engine.walk import Walk
from ascend.projections.ports import Edge, GenerationRecord, LogReader, Parked, Views
from ascend.projections.projection import Generation, Projection

T = TypeVar("T")

TOUCHES = 2_000
"""Entities that they touch, at most (unless already the first commit touches more)."""
COMMITS = 500
"""Commits a batch, at most."""
CHUNK = 250
"""Descendants that are rendered at once when a subtree changes."""
CHUNKS = 8
"""A step of a fan-out; then others have their turn."""
KEPT = 5_000
"""States that are kept between two chunks, so that ancestors are not read for each of them."""
AT_ONCE = 16
"""Writes on their way."""
LONGEST = 10 * 60.0
"""Seconds after reading the record in which a batch may still start a write. Tombstones live far longer."""
SLEPT = "this worker slept"


class Projector:
    def __init__(
        self, log: LogReader, views: Views, model: Model, projections: Iterable[Projection], environment: Environment
    ) -> None:
        self.log = log
        self.views = views
        self.model = model
        self.projections = {(p.name, p.version): p for p in projections}
        self.environment = environment
        self.pace = Pace()

    async def step(self, workspace: WorkspaceId, generation: Generation, *, exact: bool = False) -> StepResult:
        """One batch. It is idle when nothing is left to do, as far as a read that may lag shows.

        With `exact` that read is consistent. Raises `UpgradeRequired` and `LogDiverged`. Of an erased workspace it writes
        nothing.
        """
        rendered = 0
        try:
            job = await self._begin(workspace, generation)
            rendered = job.record.rendered
            if job.record.folded < rendered:
                await self._repair(job)
                return StepResult(rendered)
            commits = await self._commits(job.record, exact=exact)
            if not commits:
                await self._no_longer_stalled(job.record)
                return StepResult(rendered, idle=True)
            rendered = await self._project(job, within_bounds(commits))
            self.pace.learn(workspace, len(commits), rendered - job.record.rendered)
            return StepResult(rendered)
        except Overtaken:
            await self.environment.sleep(0.05 * self.environment.random())
            return StepResult(rendered)
        except WorkspaceIsErased:
            return StepResult(0, idle=True)  # whatever is left of it is being swept away

    async def _begin(self, workspace: WorkspaceId, generation: Generation) -> BatchRun:
        started = self.environment.elapsed()
        records = await self.views.records(workspace)
        mine = next((record for record in records if record.generation == generation), None)
        if mine is None:
            mine = await self._first(workspace, generation, started)
        others = [r for r in records if r != mine and not r.parked]  # what is parked elsewhere is not rendered there
        elsewhere = {
            build: max((r.rendered for r in others if build in r.generation.builds), default=0)
            for build in generation.builds
        }
        return BatchRun(mine, started, elsewhere)

    async def _first(self, workspace: WorkspaceId, generation: Generation, started: float) -> GenerationRecord:
        """Begins a life of the generation: never of an erased workspace, and never long after it was looked at."""
        living(await self.log.commits(workspace, 1, 1, consistent=True, least=0))
        if self.environment.elapsed() - started > LONGEST:
            raise Overtaken(SLEPT)
        life = f"{generation.id}-{self.environment.new_id()[-12:]}"
        record = GenerationRecord(workspace, generation, Rendered(0), Folded(0), "", 0, incarnation=life)
        await self.views.begin(record)
        return record

    async def _commits(self, record: GenerationRecord, *, exact: bool) -> Sequence[Commit]:
        """What follows *rendered*; on the way, the commit at *rendered* must be the one that it was."""
        first = max(1, record.rendered)
        least = 2 if record.rendered else 1  # at least one that is new, or the reason why not
        most = self.pace.of(record, COMMITS) + 1
        commits: Sequence[Commit]
        commits = await self.log.commits(record.workspace, first, most, consistent=exact, least=least)
        if record.rendered:
            if not commits and not exact:
                commits = await self.log.commits(record.workspace, first, most, consistent=True, least=least)
            if not commits or commits[0].id != record.commit_id:
                raise LogDiverged(f"workspace {record.workspace}, position {record.rendered}")
            commits = commits[1:]
        return living(commits)[: most - 1]

    async def _no_longer_stalled(self, record: GenerationRecord) -> None:
        if record.stalled:
            await self.views.move(record, replace(record, stalled=""))

    async def _project(self, job: BatchRun, commits: Sequence[Commit]) -> int:
        record = job.record
        batch = self._batch(record, await self.views.parked(record) if record.parked else ())
        await self._load(batch, job, touched(event for commit in commits for event in commit.events()))
        done = await self._simulate(batch, job, commits)
        if not done:
            job, whole = await self._fan_out(batch, job, commits[0])
            if not whole:
                return job.record.rendered  # others have their turn; the cursor says where to go on
            done = list(commits[:1])
        rendered = replace(
            job.record,
            rendered=Rendered(done[-1].position),
            commit_id=done[-1].id,
            parked=batch.standing,
            cursor=(),
            stalled="",
            counts=plus(job.record.counts, batch.outcome.counts),
        )
        await self._render(job, batch.outcome, rendered)
        await self._fold(rendered, batch, done, job.started)
        note(
            "workspace.projected",
            workspace=record.workspace,
            generation=record.generation.id,
            first=done[0].position,
            last=done[-1].position,
            items=len(batch.outcome.changes),
        )
        return done[-1].position

    def _batch(self, record: GenerationRecord, parked: Iterable[Parked]) -> Batch:
        builds = {build: self.projections[build.projection, build.version] for build in record.generation.builds}
        return Batch(self.model, builds, record.workspace, {}, parked)

    async def _simulate(self, batch: Batch, job: BatchRun, commits: Sequence[Commit]) -> list[Commit]:
        """Takes in commits until one changes a whole subtree: that one gets a batch of its own."""
        done: list[Commit] = []
        for commit in commits:
            try:
                after = await self._loading(batch, job, partial(batch.after, commit))
            except UpgradeRequired:
                if done:
                    break  # what is before it is not held up
                raise
            if batch.spreads(after):
                break
            diff = await self._loading(batch, job, partial(batch.effect, commit, after))
            if batch.parks_again(diff):
                break
            batch.take(after, diff)
            done.append(commit)
        return done

    async def _fan_out(self, batch: Batch, job: BatchRun, commit: Commit) -> tuple[BatchRun, bool]:
        """Writes what the commit changes below what it touches, chunk by chunk, with a cursor in the record.

        Some chunks a step; whether that was all.
        """
        record = job.record
        after = await self._loading(batch, job, partial(batch.after, commit))
        own = await self._loading(batch, job, partial(batch.effect, commit, after))

        async def children(parent: Ref, last: str, count: int) -> Sequence[Ref]:
            refs = await self.views.children(record, parent, last, count)
            await self._load(batch, job, refs)
            return refs

        walk = Walk(children, batch.has_children, batch.spreads(after), record.cursor)
        chunks = 0
        while chunk := await walk.take(CHUNK):
            chunks += 1
            refs = [ref for ref in chunk if ref not in after]
            diff = await self._loading(batch, job, partial(batch.diff, refs, after, commit.position))
            batch.park(diff)
            counts = plus(job.record.counts, diff.counts)
            moved = replace(job.record, cursor=walk.cursor, parked=batch.standing, counts=counts)
            await self._render(job, diff, moved)
            job = replace(job, record=moved, started=self.environment.elapsed())
            if len(batch.states) > KEPT:
                batch.forget([ref for ref in batch.states if ref not in after])
                walk.forget()
            if chunks == CHUNKS:
                return job, False
        batch.take(after, own)
        return job, True

    # Writing

    async def _render(self, job: BatchRun, outcome: Outcome, moved: GenerationRecord) -> None:
        """Writes the items, then moves the record: their counts are right with it, or not at all."""
        await self._check(job)
        await self._write(job, outcome)
        if not await self.views.move(job.record, moved):
            raise Overtaken(moved.workspace)
        rendered_again = [parked for parked in outcome.parked.values() if parked.until is not None]
        await self._each(job.started, rendered_again, lambda parked: self.views.release(moved, parked))

    async def _check(self, job: BatchRun) -> None:
        """Nothing that was read since the record was read mixes two moments if the record has not moved."""
        records = await self.views.records(job.record.workspace)
        if job.record not in records:
            raise Overtaken(job.record.workspace)

    async def _write(self, job: BatchRun, outcome: Outcome) -> None:
        record = job.record
        changes = [c for c in outcome.changes.values() if c.position > job.elsewhere.get(c.build, 0)]
        await self._each(job.started, changes, lambda change: self.views.put_change(record.workspace, change))
        parked = list(outcome.parked.values())
        await self._each(job.started, parked, lambda p: self.views.put_parked(record, p))

    async def _fold(self, record: GenerationRecord, batch: Batch, commits: Sequence[Commit], started: float) -> None:
        """Snapshots, edges before them: where a snapshot is written, its edges are."""
        edges: list[Edge] = list(batch.outcome.edges.values())
        await self._each(started, edges, lambda edge: self.views.put_edge(record, edge))
        states = [(ref, batch.states[ref]) for ref in batch.outcome.touched]
        await self._each(started, states, lambda pair: self.views.put_state(record, *pair))
        applied: list[Applied] = [each_one for commit in commits for each_one in applied_by(commit)]
        await self._each(started, applied, lambda one: self.views.put_applied(record, one))
        folded = replace(record, folded=Folded(record.rendered), clock=commits[-1].clock, folded_id=commits[-1].id)
        await self.views.move(record, folded)  # where it has moved, another worker did the same

    async def _repair(self, job: BatchRun) -> None:
        """A worker stopped between the two positions: fold what it rendered, without rendering."""
        record = job.record
        missing: list[Commit] = []
        while (position := record.folded + len(missing) + 1) <= record.rendered:
            left = record.rendered - position + 1
            more = await self.log.commits(record.workspace, position, left, consistent=True)
            if not more:
                raise LogDiverged(f"workspace {record.workspace}, position {position}")
            missing += living(more)
        batch = Batch(self.model, {}, record.workspace, {}, ())
        await self._load(batch, job, touched(event for commit in missing for event in commit.events()))
        for commit in missing:
            after = await self._loading(batch, job, partial(batch.after, commit))
            batch.take(after, batch.diff(after, after, commit.position))
        await self._fold(record, batch, missing, job.started)

    # Loading

    async def _load(self, batch: Batch, job: BatchRun, refs: Iterable[Ref]) -> None:
        """And what is above them: a level of the hierarchy a request."""
        missing = {ref for ref in refs if ref not in batch.states}
        while missing:
            states = await self.views.states(job.record, missing)
            batch.states.update(states)
            above = {self.model.parent(ref, state.state) for ref, state in states.items()}
            missing = {ref for ref in above if ref is not None and ref not in batch.states}

    async def _loading(self, batch: Batch, job: BatchRun, compute: Callable[[], T]) -> T:
        while True:
            try:
                return compute()
            except NotLoaded as missing:
                await self._load(batch, job, missing.refs)
            except UpgradeRequired:
                await self._check(job)  # or are states that are missing being swept away?
                raise

    async def _each(self, started: float, things: Sequence[T], put: Callable[[T], Awaitable[None]]) -> None:
        async def one(thing: T) -> None:
            if self.environment.elapsed() - started > LONGEST:
                raise Overtaken(SLEPT)
            await put(thing)

        await for_each(things, one, limit=AT_ONCE)


def within_bounds(commits: Sequence[Commit]) -> Sequence[Commit]:
    total = 0
    for count, commit in enumerate(commits):
        total += len(touched(commit.events()))
        if total > TOUCHES:
            return commits[: max(1, count)]
    return commits
