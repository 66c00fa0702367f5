"""Renders parked entities again, at the position up to which their workspace is rendered: no new event is needed.

    read the record ─▶ render what is parked, in its present state ─▶ name the new keys in the parked items
                    ─▶ read the record again ─▶ write the items
                    ─▶ move the record: fewer parked, with the names of the retried ─▶ release the parked items
                    ─▶ move the record: without the names

The position does not change. So the names of the retried entities stand in the record from the move that counts their
items until their parked items are released: after a crash in between, whoever works on the workspace next releases them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.projections.build import Generation
from ascend.projections.deadline import is_too_late
from ascend.projections.engine.batch import Batch
from ascend.projections.engine.batch_writer import SLEPT
from ascend.projections.engine.counts import add_counts, count_items
from ascend.projections.engine.outcome import Outcome
from ascend.projections.engine.projector import Projector
from ascend.projections.engine.rendering import (
    StatesContext,
    Unrenderable,
    check_sizes,
    collect_items,
    render,
)
from ascend.projections.engine.step import BatchRun, Overtaken, check_not_overtaken
from ascend.projections.ports import Parked
from ascend.projections.projection import RenderEvent

Choose = Callable[[Parked], bool]
ENTITIES = 25
"""Entities that one run renders again: the record names them all for a moment."""
COMMITS = 200
"""Commits that are read at once to render the lines of their events again."""
COUNTED = "the missing lines of its events are counted: rebuild the projection"


@dataclass(frozen=True, slots=True)
class Retried:
    """A parked entity that was rendered again."""

    parked: Parked
    error: str
    """The reason why it stays parked. Empty: it is parked no more."""


class ParkedRetry:
    """Renders parked entities of one workspace again, with the parts of a projector."""

    def __init__(self, projector: Projector) -> None:
        self.projector = projector
        self.views = projector.views
        self.writer = projector.writer

    async def run(self, workspace: WorkspaceId, generation: Generation, choose: Choose) -> Sequence[Retried]:
        """Render at most `ENTITIES` of the parked entities that `choose` accepts. None left: the result is empty.

        Raises `Overtaken` if the workspace moves meanwhile, or is not settled, or a generation that shares a build is
        rendered further: what vanished since then would be written again. Then project it and try again.
        """
        run = await self.projector.begin(workspace, generation)
        record = run.record
        is_behind = not record.is_built or record.rendered < max(record.starts.values(), default=0) or run.ahead
        if int(record.folded) != int(record.rendered) or record.cursor or is_behind:
            raise Overtaken(workspace)
        batch = await self.projector.new_batch(run)
        chosen = [parked for parked in batch.parked.values() if choose(parked)][:ENTITIES]
        run = replace(run, rendered_elsewhere={})
        await self.projector.states.load(batch, run, {parked.ref for parked in chosen})
        rendered = [(parked, await self._render(batch, run, parked)) for parked in chosen]
        if outcomes := [(parked, outcome) for parked, outcome in rendered if isinstance(outcome, Outcome)]:
            await self._write(batch, run, outcomes)
        return [Retried(parked, "" if isinstance(outcome, Outcome) else outcome.error) for parked, outcome in rendered]

    async def _render(self, batch: Batch, run: BatchRun, parked: Parked) -> Outcome | Unrenderable:
        """Return what the entity renders now, or the reason why it still cannot be rendered."""
        projection, workspace = batch.builds[parked.build], batch.workspace
        if projection.events is not None:
            error = await self._write_lines(batch, run, parked, projection.events)
            if error:
                return Unrenderable(error)
        context = StatesContext(workspace, batch.states, {})
        items = await self.projector.states.compute(batch, run, partial(render, projection, parked.ref, context))
        items = check_sizes(items)
        if isinstance(items, Unrenderable):
            return items
        outcome = Outcome()
        batch.write_anew(outcome, parked.build, parked.ref, {}, items, run.record.rendered)
        return outcome

    async def _write(self, batch: Batch, run: BatchRun, outcomes: Sequence[tuple[Parked, Outcome]]) -> None:
        record, outcome = run.record, Outcome()
        for parked, own in outcomes:
            await self._begin(run, parked, own)
            outcome.merge(own)
        batch.park(outcome)
        moved = replace(
            record,
            parked=batch.parked_count,
            counts=add_counts(record.counts, outcome.counts),
            retried=tuple(outcome.parked),
        )
        await self.writer.render(run, batch, Outcome(outcome.changes, counts=outcome.counts), moved)
        await self.projector.release_retried(moved)

    async def _begin(self, run: BatchRun, parked: Parked, outcome: Outcome) -> None:
        """Name, in the parked item, the keys that are written now. Raises `Overtaken`.

        If this retry ends half-way, the batch that un-parks the entity removes what is left at these keys. A batch that
        read the parked item before cannot un-park the entity any more.
        """
        if is_too_late(self.projector.environment, run.started):
            raise Overtaken(SLEPT)
        if await self.views.begin_retry(run.record, parked, [key for _, key in outcome.changes]) is None:
            raise Overtaken(run.record.workspace)

    async def _write_lines(self, batch: Batch, run: BatchRun, parked: Parked, render_event: RenderEvent) -> str:
        """Write the lines of the entity's events since it is parked: those that are stored already stay as they are."""
        position, last = parked.position, run.record.rendered
        read = partial(self.projector.commits.log.commits, batch.workspace, consistent=True)
        while position <= last:
            commits = await read(position, min(COMMITS, last - position + 1))
            outcome = Outcome()
            for commit in commits:
                if error := self._add_lines(batch, parked, render_event, commit, outcome):
                    return error
            await check_not_overtaken(self.views, run)
            now = replace(run, started=self.projector.environment.elapsed())
            await self.writer.write_items(now, outcome)
            position += len(commits)
        return ""

    def _add_lines(
        self, batch: Batch, parked: Parked, render_event: RenderEvent, commit: Commit, outcome: Outcome
    ) -> str:
        """Add the lines of the entity's events in a commit. Return the error if one of them cannot be written."""
        projection = batch.builds[parked.build]
        own = [(index, event) for index, event in enumerate(commit.events()) if event.touches()[0] == parked.ref]
        for index, event in own:
            render_lines = partial(render_event, commit, index, event)
            lines = check_sizes(collect_items(projection, batch.workspace, render_lines))
            if isinstance(lines, Unrenderable):
                return lines.error
            if count_items(lines.values()):
                return COUNTED
            outcome.change(parked.build, commit.position, lines.items(), ())
        return ""
