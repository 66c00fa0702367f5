"""Where the generation that queries read is not built in a workspace, they do not say that there is nothing."""

from collections.abc import Collection

import pytest

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Item, Key, Table
from ascend.domain.errors import NotAllowed, NotFound, NotReady
from ascend.domain.runtime.ports import Folded, Rendered
from ascend.projections.build import Generation
from ascend.projections.engine.projector import Projector
from ascend.projections.generation_record import BuildProgress, GenerationRecord
from ascend.projections.generation_state import LEASE
from ascend.testing import ADA, HOME, FakeEnvironment

BEA = ascend.UserId("bea")


@pytest.fixture
async def store() -> ascend.Store:
    """A workspace that no worker has rendered yet."""
    store = ascend.Store(MemoryTables(), FakeEnvironment())
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    return store


async def project_by_earlier_release(store: ascend.Store) -> None:
    """It has other snapshots, and knows nothing of the state of the generations."""
    own = store.current.generation
    parts = (store.log, store.views, store.model, store.current.projections, store.environment)
    builds = tuple(build._replace(epoch=build.epoch + 1) for build in own.builds)
    await Projector(*parts).step(HOME, Generation(own.snapshots - 1_000, builds))


async def check_not_ready(store: ascend.Store) -> None:
    for viewer in (ADA, BEA, ascend.OPERATOR):
        with pytest.raises(NotReady):
            await store.queries.workspace(HOME, viewer=viewer)
        with pytest.raises(NotReady):
            await store.queries.tasks(HOME, viewer=viewer)


async def test_before_a_worker_of_this_release_has_run_nobody_is_told_that_there_is_nothing(
    store: ascend.Store,
) -> None:
    await project_by_earlier_release(store)

    await check_not_ready(store)

    await store.worker.run_once()
    assert (await store.queries.workspace(HOME, viewer=ADA)).card.name == "Home"
    with pytest.raises(NotAllowed):
        await store.queries.workspace(HOME, viewer=BEA)


async def test_while_a_workspace_is_built_as_of_a_position_nobody_is_told_that_there_is_nothing(
    store: ascend.Store,
) -> None:
    generation = store.current.generation
    progress = BuildProgress(1, generation.builds)
    await store.views.begin(
        GenerationRecord(HOME, generation, Rendered(0), Folded(0), "", 0, incarnation="half", progress=progress)
    )

    await check_not_ready(store)


async def test_a_new_workspace_that_nobody_has_rendered_yet_is_unknown_as_ever(store: ascend.Store) -> None:
    with pytest.raises(NotAllowed):
        await store.queries.workspace(HOME, viewer=ADA)
    with pytest.raises(NotFound):
        await store.queries.workspace(HOME, viewer=ascend.OPERATOR)


async def test_a_new_process_of_a_store_that_was_rebuilt_and_pruned_answers_its_first_question(
    store: ascend.Store,
) -> None:
    """It asks for items of its first generation, which are gone, and learns of the present one along with them."""
    await store.worker.run_once()
    await store.rebuild()
    await store.prune(even_if_in_use=True)
    new = ascend.Store(store.tables, store.environment)

    assert (await new.queries.workspace(HOME, viewer=ADA)).card.name == "Home"


class SlowTables(MemoryTables):
    """From `seconds` on, each BatchGet takes so long: ten of them at most."""

    def __init__(self, environment: FakeEnvironment) -> None:
        super().__init__()
        self.environment = environment
        self.seconds = 0.0
        self.slow = 0

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        self.slow += self.seconds > 0
        assert self.slow <= 10
        self.environment.advance(seconds=self.seconds)
        return await super().batch_get(table, keys, consistent=consistent)


async def test_an_answer_that_takes_longer_than_what_is_known_lasts_is_given_all_the_same() -> None:
    """The turn is asked for again. A slow store is not asked the same question for ever."""
    environment = FakeEnvironment()
    tables = SlowTables(environment)
    store = ascend.Store(tables, environment)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    await store.worker.run_once()
    tables.seconds = 2 * LEASE

    assert (await store.queries.workspace(HOME, viewer=ADA)).card.name == "Home"
