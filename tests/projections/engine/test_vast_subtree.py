"""A subtree of very many Things is moved and deleted: killed halfway, within bounded memory, and the rest stays readable.

ASCEND_SCALE=1 pytest tests/projections/engine/test_vast_subtree.py --timeout=7200      50,000 Things; else a part of them
"""

import os
import tracemalloc
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from support.faulty import Call, Crash, Fault, FaultyTables
from support.simulation.looking import pages

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.sqlite.tables import open_sqlite
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from ascend.projections.limits import ProjectionLimits
from ascend.projections.read_models.things import ThingNode

BELOW = int(50_000 * float(os.environ.get("ASCEND_SCALE", "0.02")))
WIDTH = 40
MEGABYTES = 48
"""Of a worker, however large the subtree: one chunk's states and items, and what a workspace's commits may take."""
ADA = ascend.UserId("ada")
HOME = ascend.WorkspaceId.derive("home")
GARAGE, HOUSE, ATTIC = (ascend.ThingId.derive(name) for name in ("garage", "house", "attic"))


def thing(number: int) -> ascend.ThingId:
    return ascend.ThingId.derive("box", str(number))


@pytest.fixture
async def tables(tmp_path: Path) -> AsyncIterator[Tables]:
    """The garage; the house, and in it the attic with boxes in boxes."""
    async with open_sqlite(tmp_path / "life.db") as tables:
        await tables.create()
        store = ascend.Store(tables)
        await send(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
        for id, name, parent in ((GARAGE, "Garage", None), (HOUSE, "House", None), (ATTIC, "Attic", HOUSE)):
            await send(store, ascend.CreateThing(thing_id=id, name=name, parent=parent))
        for n in range(BELOW):
            parent = ATTIC if n < WIDTH else thing(n // WIDTH - 1)
            await send(store, ascend.CreateThing(thing_id=thing(n), name=f"Box {n}", parent=parent))
        await store.worker.run_once()
        yield tables


async def send(store: ascend.Store, command: ascend.Command) -> None:
    await store.execute(HOME, command, actor=ADA)


async def inside(store: ascend.Store, top: ascend.ThingId) -> list[ThingNode]:
    return await pages(partial(store.queries.subtree, HOME, top, viewer=ADA), 1_000)


class Counting(FaultyTables):
    """A worker's tables, from which it is cut off after so many read items are written."""

    def __init__(self, tables: Tables, most: int | None = None) -> None:
        super().__init__(tables, self.fault)
        self.most, self.written = most, 0

    def fault(self, call: Call) -> Fault | None:
        self.calls.clear()
        is_item = call.is_write and call.table is Table.VIEWS and keys.parse_owner(call.keys[0]).count(".") == 2
        self.written += is_item
        return Fault.CRASH_AFTER if is_item and self.written == self.most else None


async def killed_halfway(tables: Tables, half: int) -> int:
    worker = Counting(tables, half)
    with pytest.raises(Crash):
        await ascend.Store(worker).worker.run_once()
    return worker.written


async def at_once(tables: Tables) -> tuple[int, float]:
    """Read items written, and the megabytes that it took at its worst."""
    worker = Counting(tables)
    tracemalloc.start()
    try:
        await ascend.Store(worker).worker.run_once()
        return worker.written, tracemalloc.get_traced_memory()[1] / 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.timeout(7_200)
async def test_it_is_moved(tables: Tables) -> None:
    store = ascend.Store(tables)
    await send(store, ascend.MoveThing(thing_id=ATTIC, parent=GARAGE))

    before = await killed_halfway(tables, BELOW // 2)

    there, here = await inside(store, GARAGE), await inside(store, HOUSE)
    moved, left = ({node.thing for node in nodes} - {GARAGE, HOUSE} for nodes in (there, here))
    assert moved.isdisjoint(left)  # each is in one place
    assert moved | left == {ATTIC, *map(thing, range(BELOW))}
    assert len(left) > BELOW // 3 < len(moved)
    assert [one.name for one in (await store.queries.children(HOME, None, viewer=ADA)).items] == ["Garage", "House"]

    after, megabytes = await at_once(tables)

    items = BELOW + 1 + 2  # a node each, the attic's card, a line of history
    assert (
        before + after <= items + ProjectionLimits().descendants_per_chunk
    )  # what was written is not written again, but for a chunk
    assert megabytes < MEGABYTES
    assert len(await inside(store, GARAGE)) == BELOW + 2
    assert [node.thing for node in await inside(store, HOUSE)] == [HOUSE]
    assert (await store.verify()).clean


@pytest.mark.slow
@pytest.mark.timeout(7_200)
async def test_it_is_deleted(tables: Tables) -> None:
    store = ascend.Store(tables)
    await send(store, ascend.DeleteThing(thing_id=ATTIC, children=ascend.Children.CASCADE))

    await killed_halfway(tables, BELOW)

    assert 0 < len(await inside(store, HOUSE)) < BELOW
    assert [one.name for one in (await store.queries.children(HOME, None, viewer=ADA)).items] == ["Garage", "House"]

    _, megabytes = await at_once(tables)

    assert megabytes < MEGABYTES
    assert [node.thing for node in await inside(store, HOUSE)] == [HOUSE]
    assert (await store.queries.workspace(HOME, viewer=ADA)).counts["things"] == 2
    with pytest.raises(ascend.NotFound):
        await store.queries.thing(HOME, thing(BELOW - 1), viewer=ADA)
    assert (await store.verify()).clean
