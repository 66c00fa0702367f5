"""Faults of builds and switches that are planted into the code, one at a time, to show that the simulation finds them."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

import pytest

from ascend.adapters.layout import keys
from ascend.adapters.store.generation_items import starts_to_value
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Table
from ascend.domain.errors import Contention
from ascend.domain.ids import WorkspaceId
from ascend.projections.build import Build, Generation
from ascend.projections.engine import leading, projector
from ascend.projections.engine.beginning import Beginnings
from ascend.projections.generation_record import GenerationRecord
from ascend.projections.generation_state import GenerationState
from ascend.projections.workers.rebuild import Rebuild
from ascend.projections.workers.switching import Switching


class HastySwitching(Switching):
    """Builds what nobody knows of, and switches to it at once."""

    async def announce(self, state: GenerationState, target: Generation) -> GenerationState:
        if state.announced is not None:
            raise Contention("another generation is announced")
        return state.announce(target)

    async def drive(self, state: GenerationState, build: Callable[[Generation], Awaitable[None]]) -> GenerationState:
        assert state.announced is not None
        await build(state.announced)
        return await self._change(await self.claim(), state.switch(self.current.environment.now()))


def switch_without_an_announcement(patch: pytest.MonkeyPatch) -> None:
    """A rebuild tells nobody before it switches: workers and readers learn of it at different times."""
    real = Rebuild.run

    async def run(self: Rebuild, names: Collection[str] = ()) -> GenerationState:
        self.switching = HastySwitching(self.switching.views, self.switching.current)
        return await real(self, names)

    patch.setattr(Rebuild, "run", run)


class ForgetfulViews:
    """The views of one beginning: it does not see the positions that others have noted, and writes its own over them."""

    def __init__(self, views: Any) -> None:
        self.views = views

    def __getattr__(self, name: str) -> Any:
        return getattr(self.views, name)

    async def starts(self, workspace: WorkspaceId) -> Mapping[Build, int]:
        return {}

    async def put_starts(self, workspace: WorkspaceId, starts: Mapping[Build, int]) -> Mapping[Build, int]:
        tables = self.views.tables
        stored = await self.views.starts(workspace)
        item = Item(keys.starts_key(workspace), {"starts": starts_to_value({**stored, **starts})})
        await tables.put(Table.VIEWS, item, Equals({"starts": starts_to_value(stored)}) if stored else Absent())
        return starts


def start_of_a_build_not_kept(patch: pytest.MonkeyPatch) -> None:
    """A generation that begins takes a position of its own for a build, whatever was noted before."""
    real = Beginnings.begin

    async def begin(self: Beginnings, *arguments: Any) -> GenerationRecord:
        forgetful: Any = ForgetfulViews(self.views)
        return await real(Beginnings(self.commits, forgetful, self.environment, self.short), *arguments)

    patch.setattr(Beginnings, "begin", begin)


def current_generation_beyond_the_one_that_leads(patch: pytest.MonkeyPatch) -> None:
    """The current generation is rendered further than the announced one that leads."""
    real = leading.find_bound

    def find_bound(records: Sequence[GenerationRecord], generation: Generation, state: GenerationState) -> int:
        return leading.UNBOUNDED if generation == state.current else real(records, generation, state)

    patch.setattr(leading, "find_bound", find_bound)
    patch.setattr(projector, "find_bound", find_bound)


def epoch_used_twice(patch: pytest.MonkeyPatch) -> None:
    """A new build takes the epoch after the one that queries read, whatever was built in between."""

    def next_build(self: GenerationState, build: Build) -> Build:
        return build._replace(epoch=build.epoch + 1)

    patch.setattr(GenerationState, "_next", next_build)


PLANTED_SWITCHES = (
    switch_without_an_announcement,
    start_of_a_build_not_kept,
    current_generation_beyond_the_one_that_leads,
    epoch_used_twice,
)
