"""Any interleaving of several workers of two generations, with crashes and sleepers: the same items, the same positions.

ASCEND_SEEDS=5000 explores more.
"""

import os
import random
from dataclasses import replace

import anyio
import pytest
from support.applications import life_os
from support.simulation.histories import History
from support.simulation.interleaving import Process, Scheduler, WeakTables, finish, without_an_event_loop
from support.simulation.projected import NEW, OLD, POISON, TREE_MODEL
from support.simulation.truth import check_stored

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.operations.verify import Verifier
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.domain.runtime.commit import Commit
from ascend.projections.engine.building import claims
from ascend.projections.limits import ProjectionLimits
from ascend.store import Limits
from ascend.testing import FakeEnvironment

SEEDS = int(os.environ.get("ASCEND_SEEDS", "150"))
BATCH = 50
CLAIM = claims.LASTS + 1
"""Seconds after which the claim of a builder that was killed, or that sleeps, holds up no other builder."""


async def a_log(seed: int) -> tuple[History, list[Item]]:
    environment = FakeEnvironment(seed)
    store = ascend.Store(MemoryTables(), environment, life_os(model=TREE_MODEL, projections=()))
    history = await History(store, environment, random.Random(seed)).begin(members=2)
    history.names = ("good", POISON, "better") if seed % 2 else history.names
    while len(history.commits) < 6 + seed % 12:
        await history.run_random(1)
    return history, [item async for items in scan_pages(store.tables, Table.EVENTS) for item in items]


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_any_interleaving_gives_the_items_and_positions_of_a_naive_replay(
    first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in range(first, min(first + BATCH, SEEDS)):
        with monkeypatch.context() as patched:
            simulate(seed, patched)


def simulate(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(f"interleaving {seed}")
    without_an_event_loop(monkeypatch)
    limits = ProjectionLimits(
        entities_per_batch=rng.choice((2, 5, 50)),
        descendants_per_chunk=rng.choice((1, 2, 3)),
        states_kept=rng.choice((0, 50)),
        writes_per_chunk=rng.choice((1, 5, 800)),
    )
    programs: list[ascend.Store] = []
    history, items = anyio.run(a_log, seed)
    tables, environment = WeakTables(rng), FakeEnvironment(seed)
    arriving = [item for item in items if item.key.pk.startswith("W#")]
    for item in [item for item in items if item not in arriving]:
        finish(tables.put(Table.EVENTS, item, Absent()))

    def start_process() -> Process:
        return program(rng.choice((OLD, NEW))).worker.catch_up(history.workspace)

    def program(projections: tuple[ascend.Projection, ...]) -> ascend.Store:
        programs.append(
            ascend.Store(
                tables,
                environment,
                life_os(model=TREE_MODEL, projections=projections),
                limits=Limits(projection=limits),
            )
        )
        return programs[-1]

    lapses = rng.choice((0, 0.2))  # the probability that all claims lapse before a turn

    def before_turn() -> None:
        if rng.random() < lapses:
            environment.advance(seconds=CLAIM)
        resized = replace(limits, commits_per_batch=rng.choice((1, 2, 3, 4)))
        for running in programs:
            running.worker.projector.commits.limits = resized

    scheduler = Scheduler(rng, tables, before_turn)
    while arriving:
        count = rng.randint(1, len(arriving))
        for item in arriving[:count]:
            finish(tables.put(Table.EVENTS, item, Absent()))
        arriving = arriving[count:]
        scheduler.run(start_process, rng.randint(1, 3), kills=rng.randint(0, 3), zombies=rng.randint(0, 2))
    environment.advance(seconds=CLAIM)  # a builder that was killed may have claimed its work
    anyio.run(check_programs, program(OLD), program(NEW), history.workspace, history.commits, seed)


async def check_programs(
    old: ascend.Store, new: ascend.Store, workspace: ascend.WorkspaceId, commits: list[Commit], seed: int
) -> None:
    for store in (old, new):
        await store.worker.catch_up(workspace)
        await check_stored(store, workspace, commits, seed)
        verified = await Verifier(store.tables, MemoryTables(), store.model, store.current, store.environment).run()
        assert verified.clean, (seed, verified)
    await new.worker.deployment.switching.claim()
    everything, starts = await stored_by_owner(new), await new.views.starts(workspace)
    await new.prune(even_if_in_use=True)
    builds = new.current.generation.builds
    kept = {"epochs", new.current.generation.id, *map(str, builds)}
    expected = {owner: items for owner, items in everything.items() if keys.parse_generation(owner) in kept}
    left = await stored_by_owner(new)
    del left[keys.STARTS]
    assert left == expected
    assert await new.views.starts(workspace) == {build: starts[build] for build in builds}


async def stored_by_owner(store: ascend.Store) -> dict[str, list[Item]]:
    """By generation or build."""
    by_owner: dict[str, list[Item]] = {}
    async for items in scan_pages(store.tables):
        for item in items:
            owner = keys.parse_owner(item.key)
            whose = item.key.sk if owner == keys.GENERATIONS else keys.parse_generation(owner)
            by_owner.setdefault(whose, []).append(item)
    return by_owner
