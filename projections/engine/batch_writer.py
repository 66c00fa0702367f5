"""Writes the outcome of a batch, phase by phase. Every write moves something forward or changes nothing.

    read items, parked entities ─▶ record: rendered ─▶ ends of tombstones
                                ─▶ edges ─▶ snapshots ─▶ command records ─▶ record: folded ─▶ ends of edges

A tombstone gets its end only after the record has moved past it. Before, any worker may still begin a batch before it: a
batch that stops half-way and is picked up after the tombstone's life would bring the removed item back.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Environment, Folded
from ascend.projections.deadline import Check, is_too_late
from ascend.projections.engine.batch import Batch
from ascend.projections.engine.leading import Leader
from ascend.projections.engine.outcome import Outcome
from ascend.projections.engine.step import BatchRun, Overtaken, check_not_overtaken
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.limits import ProjectionLimits
from ascend.projections.ports import Change, Edge, Parked, Views

T = TypeVar("T")
SLEPT = "this worker slept"
COMMANDS_AT_ONCE = 1_000
"""The number of commands whose records are written together, whole commits only. A single commit may hold more."""


class BatchWriter:
    """`render` and `fold` raise `Overtaken` instead of starting a write too late."""

    def __init__(self, views: Views, environment: Environment, limits: ProjectionLimits, leader: Leader) -> None:
        self.views = views
        self.environment = environment
        self.limits = limits
        self.leader = leader

    async def render(self, run: BatchRun, batch: Batch, outcome: Outcome, moved: GenerationRecord) -> None:
        """Write the read items, then move the record: its counts change together with its position.

        The record is not read a second time where nothing else was read: known states are of one moment. But a worker that
        slept until its knowledge of the generations is stale looks again which generation leads.
        Raises `Overtaken` if the record is not where the batch read it.
        """
        if batch.has_read or self.leader.is_stale():
            await self.leader.check_bound(await check_not_overtaken(self.views, run), moved)
        await self.write_items(run, outcome)
        if not await self.views.move(run.record, moved):
            raise Overtaken(moved.workspace)
        await self._end_items(run, outcome, moved)

    async def write_items(self, run: BatchRun, outcome: Outcome) -> None:
        """Write read items, then what is parked. Raises `Overtaken` by a retry of what the batch un-parks."""
        record = run.record
        changes = [change for change in outcome.changes.values() if not run.is_written(change.build, change.position)]

        async def put(changes: Sequence[Change], parked: Sequence[Parked], check: Check) -> None:
            if not await self.views.put_items(record, changes, parked, check):
                raise Overtaken(record.workspace)

        await self._put(run.started, changes, lambda chunk, check: put(chunk, (), check))
        await self._put(run.started, list(outcome.parked.values()), lambda chunk, check: put((), chunk, check))

    async def _end_items(self, run: BatchRun, outcome: Outcome, moved: GenerationRecord) -> None:
        """Tombstones that another generation has rendered get their end from its workers."""
        ended = [change for change in outcome.tombstones if not run.is_written(change.build, change.position)]
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
        await self._put(started, edges, partial(self.views.put_edges, record))
        await self._put(started, batch.snapshots(), partial(self.views.put_states, record))
        for commits_of_run in cut_into_runs(commits):
            await self.views.put_applied_batch(record, commits_of_run, self._check_in_time(started))
        last = commits[-1]
        return replace(record, folded=Folded(last.position), clock=last.clock, folded_id=last.id, folded_hash=last.hash)

    async def end_edges(self, record: GenerationRecord, ended: Sequence[Edge]) -> None:
        """Give edges that ended their end: *folded* has moved past them."""
        for chunk in self._chunks(ended):
            await self.views.end_edges(record, chunk)

    async def _put(
        self, started: float, things: Sequence[T], put: Callable[[Sequence[T], Check], Awaitable[None]]
    ) -> None:
        check = self._check_in_time(started)
        for chunk in self._chunks(things):
            await put(chunk, check)

    def _check_in_time(self, started: float) -> Check:
        """Return a check that raises `Overtaken` once no write may start on the basis of what was read at `started`."""

        def check() -> None:
            if is_too_late(self.environment, started):
                raise Overtaken(SLEPT)

        return check

    def _chunks(self, things: Sequence[T]) -> Iterator[Sequence[T]]:
        size = self.limits.writes_at_once
        return (things[start : start + size] for start in range(0, len(things), size))


def cut_into_runs(commits: Sequence[Commit]) -> list[Sequence[Commit]]:
    """Cut commits into runs of at most `COMMANDS_AT_ONCE` commands."""
    runs, count = list[list[Commit]](), 0
    for commit in commits:
        if not runs or count + len(commit.records) > COMMANDS_AT_ONCE:
            runs.append([])
            count = 0
        runs[-1].append(commit)
        count += len(commit.records)
    return list[Sequence[Commit]](runs)
