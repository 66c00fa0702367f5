"""Random histories, in random batches: what is stored is what a naive replay says, bytes, keys and positions."""

import random

import pytest
from support.limits import limited_process
from support.simulation.busy import check_store
from support.simulation.histories import History

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.testing import FakeEnvironment


def with_small_batches(store: ascend.Store, rng: random.Random) -> ascend.Store:
    return limited_process(
        store,
        commits_per_batch=rng.choice((1, 2, 3, 7, 500)),
        entities_per_batch=rng.choice((1, 3, 10, 2_000)),
        descendants_per_chunk=rng.choice((1, 2, 3, 250)),
        states_kept=rng.choice((0, 2, 5_000)),
    )


@pytest.mark.parametrize("seed", range(40))
async def test_items_positions_and_tombstones_are_those_of_a_naive_replay(seed: int) -> None:
    rng, environment = random.Random(seed), FakeEnvironment(seed)
    store = ascend.Store(MemoryTables(), environment)
    history = await History(store, environment, rng).begin()
    while len(history.commits) < 60:
        await history.run_random(rng.choice((1, 5, 20, 40)))
        await with_small_batches(store, rng).worker.run_once()
    await check_store(store, history)
