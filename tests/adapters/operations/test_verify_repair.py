"""Repair mends read items by conditional writes, and leaves alone what it cannot be sure of."""

from dataclasses import replace
from typing import Any

import pytest
from support.faulty import Call, Crash, Fault
from support.scenario import task_id
from support.simulation.busy import a_busy_store, a_copy, check_store, everything, overwrite
from support.staged import StagedTables, paint, send, staged_home

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.operations.verified import Verified
from ascend.adapters.operations.verify import Verifier
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables

KINDS = ("missing", "stale", "wrong", "surplus")


async def verify(store: ascend.Store, tables: Tables, *, repair: bool = True) -> Verified:
    verifier = Verifier(tables, MemoryTables(), store.model, store.current, store.environment)
    return await verifier.run(repair=repair)


def alter(item: Item, **attributes: Any) -> Item:
    return replace(item, attributes={**item.attributes, **attributes})


async def plant(kind: str, item: Item, tables: Tables) -> Key:
    """Damage the item, and return the key of the damage."""
    match kind:
        case "missing":
            await tables.delete(Table.VIEWS, item.key, Equals({}))
        case "stale":
            await overwrite(tables, Table.VIEWS, alter(item, position=0))
        case "wrong":
            await overwrite(tables, Table.VIEWS, alter(item, data="{}"))
        case _:
            item = replace(item, key=Key(item.key.pk, f"{item.key.sk}0"))
            await tables.put(Table.VIEWS, item, Absent())
    return item.key


async def read_items(tables: Tables) -> list[Item]:
    """Return the read items and tombstones."""
    return [item for _, item in await everything(tables) if "workspace" in item.attributes]


async def dump(tables: Tables) -> dict[Key, tuple[object, ...]]:
    items = await read_items(tables)
    return {item.key: (dict(item.attributes), item.gsi1, item.gsi2) for item in items}


async def test_every_damage_of_a_read_item_is_mended(any_tables: Tables) -> None:
    store, history = await a_busy_store(commits=40, tables=any_tables)
    before = await dump(store.tables)
    items = await read_items(store.tables)
    live = [item for item in items if "data" in item.attributes and item.gsi1 is not None]
    dead = [item for item in items if "data" not in item.attributes]
    planted = {await plant(kind, item, store.tables): kind for kind, item in zip(KINDS, live, strict=False)}
    planted |= {await plant(kind, item, store.tables): kind for kind, item in zip(KINDS, dead, strict=False)}
    moved = replace(live[-1], gsi1=None)
    await overwrite(store.tables, Table.VIEWS, moved)
    planted[moved.key] = "wrong"
    assert len(planted) >= 7

    verified = await verify(store, store.tables)

    assert {Key(d.partition, d.sort): d.what for d in verified.repaired} == planted
    assert verified.clean
    assert await dump(store.tables) == before
    assert (await verify(store, store.tables, repair=False)).clean
    await check_store(store, history)


async def test_without_repair_nothing_is_written() -> None:
    store, _ = await a_busy_store()
    await plant("stale", (await read_items(store.tables))[0], store.tables)
    before = await dump(store.tables)
    verified = await verify(store, store.tables, repair=False)
    assert (len(verified.differences), verified.repaired) == (1, [])
    assert await dump(store.tables) == before


async def test_snapshots_edges_commands_and_the_record_are_not_mended() -> None:
    store, history = await a_busy_store()
    items = [item for table, item in await everything(store.tables) if table is Table.VIEWS]
    for prefix in ("S#", "E#", "C#"):
        item = next(item for item in items if item.key.sk.startswith(prefix))
        await store.tables.delete(Table.VIEWS, item.key, Equals({}))
    record = next(item for item in items if keys.parse_owner(item.key) == keys.GENERATIONS)
    await overwrite(store.tables, Table.VIEWS, alter(record, counts={"tasks.open": 99}))
    await plant("wrong", next(item for item in items if "data" in item.attributes), store.tables)

    verified = await verify(store, store.tables)

    assert [difference.what for difference in verified.repaired] == ["wrong"]
    assert sorted(difference.what for difference in verified.differences) == ["missing", "missing", "missing", "wrong"]
    assert {difference.workspace for difference in verified.differences} == {history.workspace}


async def test_nothing_is_mended_where_the_log_is_at_fault() -> None:
    store, history = await a_busy_store()
    tables = await a_copy(store.tables, without=(keys.commit_key(history.workspace, 40),))
    await plant("wrong", (await read_items(tables))[0], tables)
    before = await dump(tables)
    verified = await verify(store, tables)
    assert ([d.what for d in verified.differences], verified.repaired) == (["log"], [])
    assert await dump(tables) == before


async def test_nothing_is_mended_where_an_entity_is_parked() -> None:
    store, _ = await a_busy_store()
    key = await plant("wrong", (await read_items(store.tables))[0], store.tables)
    (record,) = [item for _, item in await everything(store.tables) if "rendered_hash" in item.attributes]
    await overwrite(store.tables, Table.VIEWS, alter(record, parked=1))
    verified = await verify(store, store.tables)
    assert ([Key(d.partition, d.sort) for d in verified.differences], verified.repaired) == ([key], [])


async def test_nothing_is_mended_in_an_unsettled_workspace() -> None:
    store, history = await a_busy_store()

    def die_when_rendered(call: Call) -> Fault | None:
        return Fault.CRASH_AFTER if call.is_write and call.keys[0].pk.endswith("#generations") else None

    await history.run_random(10)
    dying = ascend.Store(StagedTables(store.tables, die_when_rendered), store.environment)
    with pytest.raises(Crash):
        await dying.worker.catch_up(history.workspace)
    key = await plant("wrong", (await read_items(store.tables))[0], store.tables)
    before = await dump(store.tables)

    verified = await verify(store, store.tables)

    assert verified.unsettled == [history.workspace]
    assert ([Key(d.partition, d.sort) for d in verified.differences], verified.repaired) == ([key], [])
    assert await dump(store.tables) == before


@pytest.mark.parametrize("turn", range(1, 7))
async def test_what_a_worker_writes_meanwhile_is_not_taken_back(turn: int) -> None:
    """The worker comes before some reading of the damaged item."""
    home = await staged_home(paint(1))
    await home.caught_up()
    item = next(item for item in await read_items(home.tables) if item.attributes.get("type") == "TaskCard")
    await plant("wrong", item, home.tables)
    tables, readings = StagedTables(home.tables), list[Call]()

    async def edit(call: Call) -> None:
        if call.keys == (item.key,) and not call.is_write:
            readings.append(call)
            if len(readings) == turn:
                await send(home.process(), ascend.EditTask(task_id=task_id(1), title="Paint the fence"))
                await home.caught_up()

    tables.before = edit
    await verify(home.process(), tables)

    assert len(readings) >= 2
    assert (await verify(home.process(), home.tables, repair=False)).clean


@pytest.mark.parametrize("method", ["put", "delete"])
async def test_a_worker_may_come_before_each_write(method: str) -> None:
    store, history = await a_busy_store()
    for number, item in enumerate((await read_items(store.tables))[::7]):
        await plant(KINDS[number % 4], item, store.tables)
    tables = StagedTables(store.tables)

    async def work(call: Call) -> None:
        if call.method == method:
            await history.run_random(3)
            await store.worker.run_once()

    tables.before = work
    left = {Key(d.partition, d.sort) for d in (await verify(store, tables)).differences}

    again = (await verify(store, store.tables, repair=False)).differences
    assert {Key(d.partition, d.sort) for d in again} <= left
    assert (await verify(store, store.tables)).clean
    await check_store(store, history)


async def test_an_item_that_was_replaced_after_it_was_read_stays(any_tables: Tables) -> None:
    store, _ = await a_busy_store(commits=20, tables=any_tables)
    item = next(item for item in await read_items(store.tables) if "data" in item.attributes)
    key, surplus = await plant("wrong", item, store.tables), await plant("surplus", item, store.tables)
    tables = StagedTables(store.tables)

    async def replace_first(call: Call) -> None:
        if call.is_write:
            for changed in (key, surplus):
                await overwrite(store.tables, Table.VIEWS, replace(alter(item, data='{"by": "another"}'), key=changed))

    tables.before = replace_first
    verified = await verify(store, tables)

    assert verified.repaired == []
    assert {Key(difference.partition, difference.sort) for difference in verified.differences} == {key, surplus}
