"""Random histories, in random batches: what is stored is what a naive replay says, bytes, keys and positions."""

import random

import pytest
from support.environment import FakeEnvironment
from support.simulation.busy import check
from support.simulation.histories import History

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.projections.engine import projector


def small_batches(rng: random.Random, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "COMMITS", rng.choice((1, 2, 3, 7, 500)))
    monkeypatch.setattr(projector, "TOUCHES", rng.choice((1, 3, 10, 2_000)))
    monkeypatch.setattr(projector, "CHUNK", rng.choice((1, 2, 3, 250)))
    monkeypatch.setattr(projector, "KEPT", rng.choice((0, 2, 5_000)))


@pytest.mark.parametrize("seed", range(40))
async def test_items_positions_and_tombstones_are_those_of_a_naive_replay(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng, environment = random.Random(seed), FakeEnvironment(seed)
    store = ascend.Store(MemoryTables(), environment, ascend.MODEL, ascend.PROJECTIONS)
    history = await History(store, environment, rng).begin()
    while len(history.commits) < 60:
        await history.live(rng.choice((1, 5, 20, 40)))
        small_batches(rng, monkeypatch)
        await store.worker.run_once()
    await check(store, history)
