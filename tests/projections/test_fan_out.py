"""A change above many Things: written chunk by chunk, with a cursor, by however many workers, whatever crashes."""

from collections import Counter
from contextlib import suppress

import anyio
import pytest
from faulty import Call, Crash, Fault, FaultyTables
from scenario import ADA, HOME, thing_id

import ascend
from ascend.adapters.memory import MemoryTables
from ascend.adapters.table import Table
from ascend.projections import projector
from ascend.projections.things import ThingNode

CHUNK = 7
WIDE = 40


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projector, "CHUNK", CHUNK)


async def send(store: ascend.Store, command: ascend.Command) -> None:
    await store.execute(HOME, command, actor=ADA)


async def a_house(tables: MemoryTables) -> ascend.Store:
    """A house with forty rooms and a box in each, a deep chain in one box, and a garden beside the house."""
    store = ascend.Store(tables)
    await send(store, ascend.CreateWorkspace(name="Home", owner_name="Ada"))
    for name in ("house", "garden"):
        await send(store, ascend.CreateThing(thing_id=thing_id(name), name=name))
    for n in range(WIDE):
        await send(store, ascend.CreateThing(thing_id=thing_id(f"room {n}"), name="room", parent=thing_id("house")))
        await send(store, ascend.CreateThing(thing_id=thing_id(f"box {n}"), name="box", parent=thing_id(f"room {n}")))
    above = thing_id("box 0")
    for n in range(12):
        below = thing_id(f"deep {n}")
        await send(store, ascend.CreateThing(thing_id=below, name="deep", parent=above))
        above = below
    await store.worker.run_once()
    return store


async def below_the_garden(store: ascend.Store) -> set[ascend.ThingId]:
    page = await store.queries.subtree(HOME, thing_id("garden"), viewer=ADA)
    return {node.thing for node in page.items}


ALL = 2 + 2 * WIDE + 12


async def test_a_move_takes_everything_below_along() -> None:
    store = await a_house(MemoryTables())
    await send(store, ascend.MoveThing(thing_id=thing_id("house"), parent=thing_id("garden")))
    await store.worker.run_once()

    assert len(await below_the_garden(store)) == ALL
    deepest = await store.queries.thing(HOME, thing_id("deep 11"), viewer=ADA)
    assert [link.name for link in deepest.ancestors][:5] == ["garden", "house", "room", "box", "deep"]
    assert (await store.verify()).clean


async def test_a_deletion_takes_everything_below_away() -> None:
    store = await a_house(MemoryTables())
    await send(store, ascend.DeleteThing(thing_id=thing_id("house"), children=ascend.Children.CASCADE))
    await store.worker.run_once()

    page = await store.queries.subtree(HOME, None, viewer=ADA)
    assert [node.thing for node in page.items] == [thing_id("garden")]
    assert (await store.verify()).clean


@pytest.mark.parametrize("fault", [Fault.CRASH_BEFORE, Fault.CRASH_AFTER])
async def test_after_a_crash_it_goes_on_from_the_cursor(fault: Fault) -> None:
    """Halfway through: what was written before the last cursor is not written again."""
    tables = MemoryTables()
    store = await a_house(tables)
    await send(store, ascend.MoveThing(thing_id=thing_id("house"), parent=thing_id("garden")))
    nodes = Counter[str]()

    def at_the_fortieth_node(call: Call) -> Fault | None:
        if call.method == "put" and call.keys[0].sk.startswith("node#"):
            nodes[call.keys[0].sk] += 1
            return fault if nodes.total() == ALL // 2 else None
        return None

    with suppress(Crash):
        await ascend.Store(FaultyTables(tables, at_the_fortieth_node)).worker.run_once()
    before = nodes.total()
    again = FaultyTables(tables)
    await ascend.Store(again).worker.run_once()
    written = [call for call in again.calls if call.method == "put" and call.keys[0].sk.startswith("node#")]

    assert ALL // 2 <= before < ALL - 1  # puts that were on their way beside it are counted, too
    assert len(written) <= ALL - 1 - before + 2 * CHUNK  # the chunk in which it crashed, and the ones in flight
    assert len(await below_the_garden(ascend.Store(tables))) == ALL
    assert (await store.verify()).clean


async def test_a_crash_at_any_call_converges() -> None:
    for call in range(1, 200, 3):
        tables = MemoryTables()
        store = await a_house(tables)
        await send(store, ascend.MoveThing(thing_id=thing_id("room 0"), parent=thing_id("garden")))
        faulty = FaultyTables(tables, {call: Fault.CRASH_AFTER})
        with suppress(Crash):
            await ascend.Store(faulty).worker.run_once()
        if not faulty.crashed:
            break
        await ascend.Store(tables).worker.run_once()
        assert (await store.verify()).differences == []
    else:
        pytest.fail("the run did not end")


async def test_several_workers_at_once_do_no_harm() -> None:
    tables = MemoryTables()
    store = await a_house(tables)
    for target in ("garden", None, "garden"):
        parent = thing_id(target) if target else None
        await send(store, ascend.MoveThing(thing_id=thing_id("house"), parent=parent))
    async with anyio.create_task_group() as group:
        for _ in range(4):
            group.start_soon(ascend.Store(tables).worker.run_once)

    assert len(await below_the_garden(store)) == ALL
    assert (await store.verify()).clean


async def test_a_thing_without_anything_below_needs_no_fan_out() -> None:
    tables = MemoryTables()
    store = await a_house(tables)
    await send(store, ascend.MoveThing(thing_id=thing_id("box 1"), parent=thing_id("garden")))
    counted = FaultyTables(tables)
    await ascend.Store(counted).worker.run_once()

    written = [call.keys[0].sk for call in counted.calls if call.method == "put" and call.table is Table.VIEWS]
    assert [sk for sk in written if sk.startswith("node#")] == [f"node#{thing_id('box 1')}"]
    assert ThingNode.key.sort == "node#{thing}"
