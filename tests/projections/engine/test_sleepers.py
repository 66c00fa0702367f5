"""A worker stops in the middle of a batch, at every storage call there is; others go on; it dies, or wakes much later.

    top ── b, q, p ── x (── y)        x is renamed; x moves below q; p (without x) moves below b

Whoever takes x from before and p from after these commits sees a place where x never was. With y below x, each of the
first two changes a subtree.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, takewhile

import anyio
import pytest
from support.applications import life_os
from support.faulty import Call, FaultyTables
from support.limits import projection_limits
from support.simulation.busy import a_busy_store, a_copy, check_store
from support.simulation.histories import ADA, History
from support.simulation.interleaving import Process, Scheduler, WeakTables, finish, without_an_event_loop
from support.simulation.projected import TREE, TREE_MODEL
from support.simulation.truth import Truth, stored, truths
from support.staged import StagedTables

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.pages import scan_pages
from ascend.testing import FakeEnvironment


@dataclass
class Scene:
    """Everything is projected up to where the story begins."""

    workspace: ascend.WorkspaceId
    items: Sequence[tuple[Table, Item]]
    expected: Truth
    rng: random.Random

    def tables(self) -> WeakTables:
        tables = WeakTables(self.rng)
        for table, item in self.items:
            finish(tables.put(table, item, Absent()))
        return tables

    def process(self, tables: WeakTables, commits: int) -> Process:
        limits = projection_limits(commits_per_batch=commits, descendants_per_chunk=1)
        store = ascend.Store(tables, FakeEnvironment(), life_os(model=TREE_MODEL, projections=(TREE,)), limits=limits)
        return store.worker.catch_up(self.workspace)


async def a_scene(crowded: bool) -> Scene:
    environment = FakeEnvironment()
    store = ascend.Store(MemoryTables(), environment, life_os(model=TREE_MODEL, projections=(TREE,)))
    history = await History(store, environment, random.Random(1)).begin(members=1)
    b, q, p, x, y = (history.new(ascend.ThingId) for _ in range(5))
    below = ((y, x),) if crowded else ()
    for thing, parent in ((b, None), (q, None), (p, None), (x, p), *below):
        await history.send(ascend.CreateThing(thing_id=thing, name="old", parent=parent), ADA)
    await store.worker.run_once()
    story: list[ascend.Command] = [
        ascend.RenameThing(thing_id=x, name="new"),
        ascend.MoveThing(thing_id=x, parent=q),
        ascend.MoveThing(thing_id=p, parent=b),
    ]
    if crowded:
        story += [ascend.DeleteThing(thing_id=q, children=ascend.Children.CASCADE), ascend.DeleteThing(thing_id=p)]
    for command in story:
        await history.send(command, ADA)
    assert not history.refused
    items = [(t, item) for t in Table async for page in scan_pages(store.tables, t) for item in page]
    expected = truths(TREE_MODEL, (TREE,), history.workspace, history.commits)[TREE.name]
    return Scene(history.workspace, items, expected, random.Random(1))


@pytest.mark.parametrize("crowded", [True, False])
@pytest.mark.parametrize("wakes", [True, False])
@pytest.mark.parametrize(("its_batches", "their_batches"), [(1, 1), (1, 3), (3, 1), (3, 3)])
def test_a_worker_that_stops_anywhere_and_wakes_or_dies_leaves_no_trace(
    crowded: bool, wakes: bool, its_batches: int, their_batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = anyio.run(a_scene, crowded)
    without_an_event_loop(monkeypatch)
    for calls in count(1):
        tables = scene.tables()
        scheduler = Scheduler(scene.rng, tables)
        tables.scheduled = True
        sleeper = scene.process(tables, its_batches)
        if not scheduler.send(sleeper, calls):
            return
        while scheduler.send(other := scene.process(tables, their_batches), 10_000):
            raise AssertionError(other)
        if wakes:
            assert not scheduler.send(sleeper, 10_000)
        else:
            scheduler.kill(sleeper)
        store = ascend.Store(tables, FakeEnvironment(), life_os(model=TREE_MODEL, projections=(TREE,)))
        build = store.current.build(TREE)
        tables.scheduled = False
        assert anyio.run(stored, tables, build) == scene.expected.lines, calls


async def test_a_worker_that_slept_for_minutes_starts_no_write_but_reads_again() -> None:
    """The tombstones that its writes would have to fear live for days; only its record, which names what it replaces, moves."""
    environment, one_write = FakeEnvironment(), projection_limits(writes_at_once=1)
    store, history = await a_busy_store(commits=20, environment=environment)
    await history.run_random(15)
    undisturbed = FaultyTables(await a_copy(store.tables))
    await ascend.Store(undisturbed, environment, limits=one_write).worker.catch_up(history.workspace)
    for number in [call.number for call in undisturbed.calls if call.is_write]:
        tables = StagedTables(await a_copy(store.tables))

        async def sleep(call: Call, number: int = number) -> None:
            if call.number == number:
                environment.advance(seconds=11 * 60)

        tables.before = sleep
        await ascend.Store(tables, environment, limits=one_write).worker.catch_up(history.workspace)
        written = takewhile(lambda call: call.is_write, tables.calls[number:])
        assert all(keys.GENERATIONS in call.keys[0].pk for call in written)
        await check_store(ascend.Store(tables, environment), history)
