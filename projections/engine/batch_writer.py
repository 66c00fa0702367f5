"""Writes the outcome of a batch. Every write moves something forward or changes nothing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.concurrency import for_each
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
    """Both methods raise `Overtaken` instead of starting a write too late."""

    def __init__(self, views: Views, environment: Environment, limits: ProjectionLimits) -> None:
        self.views = views
        self.environment = environment
        self.limits = limits

    async def render(self, run: BatchRun, outcome: Outcome, moved: GenerationRecord) -> None:
        """Write the read items, then move the record: its counts change together with its position.

        Raises `Overtaken` if the record is not where the batch read it.
        """
        await check_not_overtaken(self.views, run)
        await self.write_items(run, outcome)
        if not await self.views.move(run.record, moved):
            raise Overtaken(moved.workspace)
        unparked = [parked for parked in outcome.parked.values() if parked.until is not None]
        await self._for_each(run.started, unparked, lambda parked: self.views.release(moved, parked))

    async def write_items(self, run: BatchRun, outcome: Outcome) -> None:
        record, elsewhere = run.record, run.rendered_elsewhere
        changes = [change for change in outcome.changes.values() if change.position > elsewhere.get(change.build, 0)]
        await self._for_each(run.started, changes, lambda change: self.views.put_change(record.workspace, change))
        parked = list(outcome.parked.values())
        await self._for_each(run.started, parked, lambda entity: self.views.put_parked(record, entity))

    async def fold(self, record: GenerationRecord, batch: Batch, commits: Sequence[Commit], started: float) -> None:
        """Write edges, snapshots and command records, then move *folded* to the last of the commits.

        Edges come before snapshots: where a snapshot is written, its edges are.
        """
        edges: list[Edge] = list(batch.outcome.edges.values())
        await self._for_each(started, edges, lambda edge: self.views.put_edge(record, edge))
        states = [(ref, batch.states[ref]) for ref in batch.outcome.touched]
        await self._for_each(started, states, lambda pair: self.views.put_state(record, *pair))
        runs = cut_into_runs(commits)
        await self._for_each(started, runs, lambda run: self.views.put_applied_batch(record, run))
        last = commits[-1]
        folded = replace(
            record, folded=Folded(last.position), clock=last.clock, folded_id=last.id, folded_hash=last.hash
        )
        await self.views.move(record, folded)  # if the record has moved, another worker did the same

    async def _for_each(self, started: float, things: Sequence[T], put: Callable[[T], Awaitable[None]]) -> None:
        async def put_in_time(thing: T) -> None:
            if is_too_late(self.environment, started):
                raise Overtaken(SLEPT)
            await put(thing)

        await for_each(things, put_in_time, limit=self.limits.writes_at_once)


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
