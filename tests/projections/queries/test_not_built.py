"""Where the generation that queries read is not built in a workspace, they do not say that there is nothing."""

from dataclasses import replace

import pytest

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.errors import NotAllowed, NotFound, NotReady
from ascend.domain.runtime.ports import Folded, Rendered
from ascend.projections.build import Generation
from ascend.projections.engine.projector import Projector
from ascend.projections.generation_record import BuildProgress, GenerationRecord
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
    builds = tuple(replace(build, epoch=build.epoch + 1) for build in own.builds)
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
