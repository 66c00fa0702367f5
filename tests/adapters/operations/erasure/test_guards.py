"""An erasure empties only a log that ends with the erasure, and only the commits that it read there."""

import pytest
from support.erasure.house import COMMITS, DOOMED, doomed_items, fill_store
from support.faulty import Call, Fault
from support.staged import StagedTables

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.commit_items import parse_position
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Table
from ascend.testing import FakeEnvironment


async def commit_at(tables: MemoryTables, position: int) -> Item:
    item = await tables.get(Table.EVENTS, keys.commit_key(DOOMED, position))
    assert item is not None
    return item


async def test_a_log_with_a_commit_after_its_erasure_is_not_emptied() -> None:
    tables = MemoryTables()
    store = await fill_store(tables, FakeEnvironment(), rebuilt=False)

    async def append_after_erasure(call: Call) -> None:
        """Append a commit, as no code of ours would."""
        if call.is_write and call.keys == (keys.commit_key(DOOMED, COMMITS + 1),):
            behind = Item(keys.commit_key(DOOMED, COMMITS + 2), (await commit_at(tables, COMMITS)).attributes)
            await tables.put(Table.EVENTS, behind, Absent())

    staged = StagedTables(tables)
    staged.after = append_after_erasure
    before = len(await doomed_items(tables))
    with pytest.raises(ascend.LogDiverged, match=f"position {COMMITS + 2} should be its erasure"):
        await ascend.Store(staged, store.environment).erase(DOOMED)
    assert "body" in (await commit_at(tables, 1)).attributes
    assert len(await doomed_items(tables)) == before


async def test_a_commit_that_was_replaced_after_the_read_is_left_alone() -> None:
    tables = MemoryTables()
    store = await fill_store(tables, FakeEnvironment(), rebuilt=False)

    async def replace_third(call: Call) -> None:
        if call.is_write and call.keys == (keys.commit_key(DOOMED, 3),):
            third = await commit_at(tables, 3)
            await tables.delete(Table.EVENTS, third.key, Equals({}))
            await tables.put(Table.EVENTS, Item(third.key, {**third.attributes, "id": "another"}), Absent())

    staged = StagedTables(tables)
    staged.before = replace_third
    with pytest.raises(ascend.LogDiverged, match="commit 3 was replaced"):
        await ascend.Store(staged, store.environment).erase(DOOMED)
    third = await commit_at(tables, 3)
    assert (parse_position(third), third.attributes["id"]) == (3, "another")
    assert "body" in third.attributes


async def test_a_store_that_gives_no_answer_ends_the_erasure_after_a_while() -> None:
    tables = MemoryTables()
    store = await fill_store(tables, FakeEnvironment(), rebuilt=False)
    silent = StagedTables(tables, lambda call: Fault.LOST_REQUEST if call.method == "delete" else None)
    began = store.environment.elapsed()
    with pytest.raises(ascend.StoreUnavailable):
        await ascend.Store(silent, store.environment).erase(DOOMED)
    assert 30 < store.environment.elapsed() - began < 60
    deletes = [call.keys for call in silent.calls if call.method == "delete"]
    assert deletes.count(deletes[0]) == 6
