"""An item of the views that cannot be read is named by its key. It concerns its own workspace, and its own generation."""

from dataclasses import replace

import pytest
from support.simulation.busy import overwrite
from support.unreadable.faults import BAD, CHORE, COMMITS, GOOD, fill, items_of_bad, spoil_items

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.sqlite.tables import SqliteTables
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.testing import ADA

WORDS = {"record": "#generations", "snapshots": "S#task"}
"""Items that a rebuild writes anew, and the text by which their keys are found."""


@pytest.mark.parametrize("what", WORDS)
async def test_a_garbage_item_stalls_its_workspace_by_its_key_and_a_rebuild_mends_it_in_memory(what: str) -> None:
    await check_mended(MemoryTables(), what)


@pytest.mark.parametrize("what", WORDS)
async def test_a_garbage_item_stalls_its_workspace_by_its_key_and_a_rebuild_mends_it_on_sqlite(
    sqlite_tables: SqliteTables, what: str
) -> None:
    await check_mended(sqlite_tables, what)


async def check_mended(tables: Tables, what: str) -> None:
    store = await fill(tables)
    (key, *_) = await spoil_items(tables, WORDS[what])
    with pytest.raises(ascend.DamagedViews, match="rebuild") as refused:
        await store.execute(BAD, ascend.CompleteTask(task_id=CHORE), actor=ADA)
    assert key in str(refused.value)
    assert (await store.worker.run_once()).stalled == (BAD,)
    bad, good = sorted([status async for status in store.status()], key=lambda status: status.workspace == GOOD)
    assert key in f"{bad.stalled} {bad.unreadable}"
    assert (good.rendered, good.stalled, good.unreadable) == (COMMITS, "", ())
    assert key in {difference.sort for difference in (await store.verify()).differences}

    await store.rebuild()
    assert (await store.worker.run_once()).stalled == ()
    assert (await store.execute(BAD, ascend.CompleteTask(task_id=CHORE), actor=ADA)).events == 1
    await store.prune(even_if_in_use=True)
    await store.worker.run_once()
    assert (await store.verify()).clean


async def test_a_garbage_record_of_an_old_generation_stops_nothing_and_prune_leaves_it_and_names_it() -> None:
    tables = MemoryTables()
    store = await fill(tables)
    await store.worker.run_once()
    old = store.current.generation.id
    await store.rebuild()
    await overwrite(tables, Table.VIEWS, Item(keys.record_key(BAD, old), {"rendered": "zebra"}))
    store.environment.advance(seconds=16 * 60)  # type: ignore[attr-defined]

    assert (await store.worker.run_once()).stalled == ()
    pruned = await store.prune()
    assert (pruned.records, len(pruned.unreadable)) == (1, 1)  # that of the other workspace
    assert old in pruned.unreadable[0]
    assert await items_of_bad(tables, f"#{old}-")  # nobody knows what the record names
    assert old in str([status.unreadable async for status in store.status() if status.workspace == BAD])
    assert {(d.workspace, d.sort) for d in (await store.verify()).differences} == {(BAD, old)}
    assert (await store.prune(even_if_in_use=True)).records == 1
    assert await items_of_bad(tables, f"#{old}-") == []
    assert (await store.verify()).clean


async def test_a_rebuild_does_not_switch_where_nobody_knows_how_much_was_shown() -> None:
    """The current record cannot be read, nor can the log up to where it had rendered."""
    tables = MemoryTables()
    store = await fill(tables)
    await store.worker.run_once()
    await spoil_items(tables, "#generations")
    last = await tables.get(Table.EVENTS, keys.commit_key(BAD, COMMITS))
    assert last is not None
    await overwrite(tables, Table.EVENTS, replace(last, attributes={}))
    with pytest.raises(ascend.Damaged, match="not switched"):
        await store.rebuild()


async def test_a_garbage_position_of_a_policy_is_named_and_stalls_its_workspace_only() -> None:
    tables = MemoryTables()
    store = await fill(tables)
    await store.worker.run_once()
    (name, *_) = await spoil_items(tables, "#policies")
    await store.execute(BAD, ascend.CompleteTask(task_id=CHORE), actor=ADA)

    assert (await store.worker.run_once()).stalled == (BAD,)
    unreadable = {status.workspace: str(status.unreadable) async for status in store.status()}
    assert name in unreadable[BAD]
    assert unreadable[GOOD] == "()"
    assert name in str([difference.detail for difference in (await store.verify()).differences])


async def test_an_entry_of_the_registry_that_names_no_workspace_is_skipped_and_named() -> None:
    tables = MemoryTables()
    store = await fill(tables)
    await tables.put(Table.EVENTS, Item(Key(keys.registry_partition(0), "zebra"), {}), Absent())

    assert (await store.worker.run_once()).stalled == ()
    assert {status.workspace async for status in store.status()} == {BAD, GOOD}
    await store.rebuild()
    assert [(d.what, d.sort) for d in (await store.verify()).differences] == [("surplus", "zebra")]
    await store.erase(BAD, workers_stopped=True)


async def test_garbage_epochs_are_a_mismatch_that_names_the_item() -> None:
    tables = MemoryTables()
    store = await fill(tables)
    await overwrite(tables, Table.VIEWS, Item(keys.EPOCHS, {"epochs": "zebra"}))
    with pytest.raises(ascend.StoreMismatch, match="the item `epochs` of the views table"):
        await store.worker.run_once()


async def test_items_that_name_no_workspace_are_left_and_named_by_prune_and_found_by_verify() -> None:
    tables = MemoryTables()
    store = await fill(tables)
    await store.worker.run_once()
    build = next(iter(store.current.generation.builds))
    await tables.put(Table.VIEWS, Item(Key(f"U#ada#{build.projection}.99.0", "zebra"), {"position": "zebra"}), Absent())
    await tables.put(Table.VIEWS, Item(Key(f"W#zebra#{build}", "zebra"), {"data": "zebra"}), Absent())

    assert (await store.prune()).unreadable == (f"U#ada#{build.projection}.99.0 zebra",)
    assert [(d.what, d.workspace, d.sort) for d in (await store.verify()).differences] == [
        ("surplus", "zebra", "zebra")
    ]
    await store.digest()
    await store.erase(BAD, workers_stopped=True)


async def test_a_workspace_whose_views_cannot_be_read_is_erased() -> None:
    tables = MemoryTables()
    store = await fill(tables)
    for owner in ("#generations", "S#", "#policies"):
        await spoil_items(tables, owner)
    await store.erase(BAD, workers_stopped=True)
    assert await store.log.is_erased(BAD)
    assert [status.workspace async for status in store.status()] == [GOOD]
