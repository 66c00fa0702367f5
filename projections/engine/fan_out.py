"""The fan-out of a commit that changes a whole subtree: its read items are written chunk by chunk.

A cursor in the record says how far the subtree is written. So a step may end after some chunks, and a crash costs one
chunk at most.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from ascend.domain.ids import Ref
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Environment
from ascend.domain.workspaces.view import Versioned
from ascend.projections.engine.batch import Batch
from ascend.projections.engine.batch_writer import BatchWriter
from ascend.projections.engine.counts import add_counts
from ascend.projections.engine.outcome import Outcome
from ascend.projections.engine.state_loader import StateLoader
from ascend.projections.engine.step import BatchRun
from ascend.projections.engine.walk import Children, Walk
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import Views


class FanOut:
    def __init__(
        self, views: Views, states: StateLoader, writer: BatchWriter, environment: Environment, limits: ProjectionLimits
    ) -> None:
        self.views = views
        self.states = states
        self.writer = writer
        self.environment = environment
        self.limits = limits

    async def advance(self, batch: Batch, run: BatchRun, commit: Commit) -> tuple[BatchRun, bool]:
        """Write some chunks of what the commit changes below the entities that it touches.

        Return the run with its record moved, and True once the whole subtree is written. Then the batch holds what is
        left to write: the changes of the touched entities themselves.
        """
        taken_over, batch.outcome = batch.outcome, Outcome()
        after = await self.states.compute(batch, run, partial(batch.after, commit))
        own = await self.states.compute(batch, run, partial(batch.effect, commit, after))
        walk = Walk(self._children(batch, run), batch.has_children, batch.spreads(after), run.record.cursor)
        chunks = 0
        while chunk := await walk.take(self.limits.descendants_per_chunk):
            chunks += 1
            untouched = [ref for ref in chunk if ref not in after]
            diff = await self.states.compute(batch, run, partial(batch.diff, untouched, after, commit.position))
            taken_over.merge(diff)
            diff, taken_over = taken_over, Outcome()
            run = await self._write_chunk(batch, run, diff, walk.cursor)
            self._forget(batch, walk, after)
            if chunks == self.limits.chunks_per_step:
                return run, False
        batch.outcome = taken_over
        batch.take(commit, after, own)
        return run, True

    def _children(self, batch: Batch, run: BatchRun) -> Children:
        async def children(parent: Ref, last: str, count: int) -> Sequence[Ref]:
            batch.has_read = True
            refs = await self.views.children(run.record, parent, last, count)
            await self.states.load(batch, run, refs)
            return refs

        return children

    async def _write_chunk(self, batch: Batch, run: BatchRun, diff: Outcome, cursor: tuple[str, ...]) -> BatchRun:
        batch.park(diff)
        counts = add_counts(run.record.counts, diff.counts)
        moved = replace(run.base, cursor=cursor, parked=batch.parked_count, counts=counts)
        await self.writer.render(run, batch, diff, moved)
        return replace(run, record=moved, base=moved, started=self.environment.elapsed())

    def _forget(self, batch: Batch, walk: Walk, touched: Mapping[Ref, Versioned]) -> None:
        """Keep memory bounded: drop all states but those of the touched entities once there are too many."""
        if len(batch.states) > self.limits.states_kept:
            batch.forget([ref for ref in batch.states if ref not in touched])
            walk.forget()
