"""Commits that hold the commands of many callers: whatever their sizes, the read items follow from the log."""

import random

import pytest
from support.grouped import regroup
from support.limits import limited_process
from support.simulation.busy import a_busy_store
from support.simulation.truth import check_stored

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.testing import FakeEnvironment


def with_small_batches(store: ascend.Store, rng: random.Random) -> ascend.Store:
    return limited_process(
        store,
        commits_per_batch=rng.choice((1, 2, 500)),
        entities_per_batch=rng.choice((1, 10, 2_000)),
        writes_per_batch=rng.choice((10, 100, 20_000)),
        writes_per_chunk=rng.choice((5, 50, 800)),
        descendants_per_chunk=rng.choice((1, 3, 250)),
        chunks_per_step=rng.choice((1, 8)),
        states_kept=rng.choice((0, 2, 5_000)),
    )


@pytest.mark.parametrize("seed", range(20))
async def test_items_positions_and_tombstones_are_those_of_a_naive_replay(seed: int) -> None:
    rng, environment = random.Random(seed), FakeEnvironment(seed)
    source, history = await a_busy_store(seed, commits=100, environment=environment)
    store = ascend.Store(MemoryTables(), environment)
    sizes = [rng.choice((0, 1, 1, 3, 10, 40)) for _ in range(100)]

    commits = await regroup(source, store, history.workspace, sizes)
    while not (
        await with_small_batches(store, rng).worker.projector.step(history.workspace, store.current.generation)
    ).idle:
        pass

    await check_stored(store, history.workspace, commits)
    assert (await store.verify()).clean
    await with_small_batches(store, rng).rebuild()
    await check_stored(store, history.workspace, commits)
    assert (await store.verify()).clean
