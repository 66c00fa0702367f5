"""Takes over what generations further ahead have parked in shared builds: it is parked in this generation, too.

Such a generation has rendered everything in the builds up to its position, except what it has parked. This generation leaves
its items alone, so it must say the same of them, until a change beyond that position renders the entity anew.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from ascend.domain.ids import Ref
from ascend.projections.build import Build
from ascend.projections.engine.batch import Batch
from ascend.projections.engine.counts import count_items
from ascend.projections.engine.rendering import Items, StatesContext, Unrenderable, render
from ascend.projections.engine.shared_builds import ParkedElsewhere, find_parked
from ascend.projections.engine.state_loader import StateLoader
from ascend.projections.engine.step import BatchRun, Overtaken
from ascend.projections.ports import Parked, Views


class TakeOver:
    def __init__(self, views: Views, states: StateLoader) -> None:
        self.views = views
        self.states = states

    async def run(self, batch: Batch, run: BatchRun) -> None:
        """Park in the batch what is parked further ahead. Raises `Overtaken` if a retry is at work on the same entity.

        Those generations may move on meanwhile: what they un-park, they write anew, whatever is written here.
        Lines of events are left out: they never change, so each generation writes those that it can render.
        """
        if not (ahead := [record for record in run.ahead if record.parked]):
            return
        found = await find_parked(self.views, ahead, batch.builds_of_entities)
        batch.stay_parked = {key: there.until for key, there in found.items()}
        await self._name_more_keys(batch, run, found)
        if not run.record.cursor:  # in the middle of a fan-out, the items of an entity may be those before or after it
            await self._park(batch, run, {key: there.parked for key, there in found.items() if key not in batch.parked})

    async def _name_more_keys(
        self, batch: Batch, run: BatchRun, found: Mapping[tuple[Build, Ref], ParkedElsewhere]
    ) -> None:
        """Add the keys of items that were written since this generation has parked the same entity."""
        for key, there in found.items():
            own = batch.parked.get(key)
            if own is None or own.until is not None or set(there.parked.keys) <= set(own.keys):
                continue
            begun = await self.views.begin_retry(run.record, own, there.parked.keys)
            if begun is None:
                raise Overtaken(run.record.workspace)
            batch.parked[key] = begun

    async def _park(self, batch: Batch, run: BatchRun, new: Mapping[tuple[Build, Ref], Parked]) -> None:
        """Park entities that are rendered here as of the record. Their good items are the ones of both generations."""
        await self.states.load(batch, run, {ref for _, ref in new})
        for (build, ref), there in new.items():
            items = await self._render(batch, run, build, ref)
            batch.outcome.counts.update(there.counts)
            batch.outcome.counts.subtract(there.counts if items is None else count_items(items.values()))
            keys = tuple(sorted({*there.keys, *(items or ())}))
            batch.outcome.parked[build, ref] = replace(there, position=run.record.rendered + 1, keys=keys)
        batch.park(batch.outcome)
        batch.has_read |= bool(new)

    async def _render(self, batch: Batch, run: BatchRun, build: Build, ref: Ref) -> Items | None:
        """Return the items of an entity as of the record. None: it cannot be rendered here."""
        context = StatesContext(batch.workspace, batch.states, {})
        items = await self.states.compute(batch, run, partial(render, batch.builds[build], ref, context))
        return None if isinstance(items, Unrenderable) else items
