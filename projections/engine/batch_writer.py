"""Writes the outcome of a batch, phase by phase. Every write moves something forward or changes nothing.

    read items, parked entities ─▶ record: rendered ─▶ ends of tombstones
                                ─▶ edges ─▶ snapshots ─▶ command records ─▶ record: folded ─▶ ends of edges

A tombstone gets its end only after the record has moved past it. Before, any worker may still begin a batch before it: a
batch that stops half-way and is picked up after the tombstone's life would bring the removed item back.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Environment, Folded
from ascend.projections.deadline import is_too_late
from ascend.projections.engine.batch import Batch
from ascend.projections.engine.outcome import Outcome
from ascend.projections.engine.step import BatchRun, Overtaken, check_not_overtaken
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import Edge, GenerationRecord, Views

T = TypeVar("T")
SLEPT = "this worker slept"
COMMANDS_AT_ONCE = 1_000
"""The number of commands whose records are written together, whole commits only. A single commit may hold more."""


class BatchWriter:
    """`render` and `fold` raise `Overtaken` instead of starting a write too late."""

    def __init__(self, views: Views, environment: Environment, limits: ProjectionLimits) -> None:
        self.views = views
        self.environment = environment
        self.limits = limits

    async def render(self, run: BatchRun, batch: Batch, outcome: Outcome, moved: GenerationRecord) -> None:
        """Write the read items, then move the record: its counts change together with its position.

        The record is not read a second time where nothing else was read: known states are of one moment.
        Raises `Overtaken` if the record is not where the batch read it.
        """
        if batch.has_read:
            await check_not_overtaken(self.views, run)
        await self.write_items(run, outcome)
        if not await self.views.move(run.record, moved):
            raise Overtaken(moved.workspace)
        await self._end_items(run, outcome, moved)

    async def write_items(self, run: BatchRun, outcome: Outcome) -> None:
        record, elsewhere = run.record, run.rendered_elsewhere
        changes = [change for change in outcome.changes.values() if change.position > elsewhere.get(change.build, 0)]
        await self._put(run.started, changes, lambda chunk: self.views.put_items(record, chunk, ()))
        parked = list(outcome.parked.values())
        await self._put(run.started, parked, lambda chunk: self.views.put_items(record, (), chunk))

    async def _end_items(self, run: BatchRun, outcome: Outcome, moved: GenerationRecord) -> None:
        """Tombstones that another generation has rendered get their end from its workers."""
        elsewhere = run.rendered_elsewhere
        ended = [change for change in outcome.tombstones if change.position > elsewhere.get(change.build, 0)]
        for chunk in self._chunks(ended):
            await self.views.end_items(moved, chunk, ())
        for unparked in self._chunks(outcome.unparked):
            await self.views.end_items(moved, (), unparked)

    async def fold(
        self, record: GenerationRecord, batch: Batch, commits: Sequence[Commit], started: float
    ) -> GenerationRecord:
        """Write edges, snapshots and command records. Return the record with *folded* at the last of the commits.

        Edges come before snapshots: where a snapshot is written, its edges are.
        """
        edges = list(batch.outcome.edges.values())
        await self._put(started, edges, lambda chunk: self.views.put_edges(record, chunk))
        await self._put(started, batch.snapshots(), lambda chunk: self.views.put_states(record, chunk))
        for commits_of_run in cut_into_runs(commits):
            await self._put(started, [commits_of_run], lambda runs: self.views.put_applied_batch(record, runs[0]))
        last = commits[-1]
        return replace(record, folded=Folded(last.position), clock=last.clock, folded_id=last.id, folded_hash=last.hash)

    async def end_edges(self, record: GenerationRecord, ended: Sequence[Edge]) -> None:
        """Give edges that ended their end: *folded* has moved past them."""
        for chunk in self._chunks(ended):
            await self.views.end_edges(record, chunk)

    async def _put(self, started: float, things: Sequence[T], put: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        for chunk in self._chunks(things):
            if is_too_late(self.environment, started):
                raise Overtaken(SLEPT)
            await put(chunk)

    def _chunks(self, things: Sequence[T]) -> Iterator[Sequence[T]]:
        size = self.limits.writes_at_once
        return (things[start : start + size] for start in range(0, len(things), size))


def cut_into_runs(commits: Sequence[Commit]) -> list[Sequence[Commit]]:
    """Cut commits into runs of at most `COMMANDS_AT_ONCE` commands."""
    runs, count = list[list[Commit]](), COMMANDS_AT_ONCE
    for commit in commits:
        count += len(commit.records)
        if count > COMMANDS_AT_ONCE:
            runs.append([])
            count = len(commit.records)
        runs[-1].append(commit)
    return list[Sequence[Commit]](runs)
