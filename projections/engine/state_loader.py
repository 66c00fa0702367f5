"""Loads the states that a batch needs from the snapshots."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from ascend.domain.errors import UpgradeRequired
from ascend.domain.ids import Ref
from ascend.domain.runtime.model import Model
from ascend.domain.workspaces.view import NotLoaded
from ascend.projections.engine.batch import Batch
from ascend.projections.engine.step import BatchRun, check_not_overtaken
from ascend.projections.ports import Views

T = TypeVar("T")


class StateLoader:
    def __init__(self, views: Views, model: Model) -> None:
        self.views = views
        self.model = model

    async def load(self, batch: Batch, run: BatchRun, refs: Iterable[Ref]) -> None:
        """Load the states of `refs` and of all their ancestors into the batch: one request a level of the hierarchy."""
        missing = {ref for ref in refs if ref not in batch.states}
        while missing:
            batch.has_read = True
            states = await self.views.states(run.record, sorted(missing))
            batch.states.update(states)
            parents = {self.model.parent(ref, state.state) for ref, state in states.items()}
            missing = {ref for ref in parents if ref is not None and ref not in batch.states}

    async def compute(self, batch: Batch, run: BatchRun, computation: Callable[[], T]) -> T:
        """Return the result of `computation`. While it misses states, load them and call it again."""
        while True:
            try:
                return computation()
            except NotLoaded as missing:
                await self.load(batch, run, missing.refs)
            except UpgradeRequired:
                await check_not_overtaken(self.views, run)  # are the missing states just being swept away?
                raise
