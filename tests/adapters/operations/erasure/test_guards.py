"""Nothing but a log that ends with its erasure is emptied, and nothing in it that was not read there."""

import pytest
from support.environment import FakeEnvironment
from support.erasure.house import COMMITS, DOOMED, fill, of_the_doomed
from support.faulty import Call, Fault
from support.staged import StagedTables

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.event_log import position_of
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Table


async def at(tables: MemoryTables, position: int) -> Item:
    item = await tables.get(Table.EVENTS, keys.commit_key(DOOMED, position))
    assert item is not None
    return item


async def test_a_log_that_goes_on_behind_its_erasure_is_not_emptied() -> None:
    tables = MemoryTables()
    store = await fill(tables, FakeEnvironment(), rebuilt=False)

    async def foreign(call: Call) -> None:
        """As no code of ours would."""
        if call.is_write and call.keys == (keys.commit_key(DOOMED, COMMITS + 1),):
            behind = Item(keys.commit_key(DOOMED, COMMITS + 2), (await at(tables, COMMITS)).attributes)
            await tables.put(Table.EVENTS, behind, Absent())

    staged = StagedTables(tables)
    staged.after = foreign
    there = len(await of_the_doomed(tables))
    with pytest.raises(ascend.LogDiverged, match=f"position {COMMITS + 2} should be its erasure"):
        await ascend.Store(staged, store.environment).erase(DOOMED)
    assert "body" in (await at(tables, 1)).attributes
    assert len(await of_the_doomed(tables)) == there


async def test_a_commit_that_is_not_the_one_that_was_read_is_left_alone() -> None:
    tables = MemoryTables()
    store = await fill(tables, FakeEnvironment(), rebuilt=False)

    async def replaced(call: Call) -> None:
        if call.is_write and call.keys == (keys.commit_key(DOOMED, 3),):
            third = await at(tables, 3)
            await tables.delete(Table.EVENTS, third.key, Equals({}))
            await tables.put(Table.EVENTS, Item(third.key, {**third.attributes, "id": "another"}), Absent())

    staged = StagedTables(tables)
    staged.before = replaced
    with pytest.raises(ascend.LogDiverged, match="commit 3 was replaced"):
        await ascend.Store(staged, store.environment).erase(DOOMED)
    left = await at(tables, 3)
    assert (position_of(left), left.attributes["id"]) == (3, "another")
    assert "body" in left.attributes


async def test_a_store_that_gives_no_answer_ends_it_after_a_while() -> None:
    tables = MemoryTables()
    store = await fill(tables, FakeEnvironment(), rebuilt=False)
    silent = StagedTables(tables, lambda call: Fault.LOST_REQUEST if call.method == "delete" else None)
    began = store.environment.elapsed()
    with pytest.raises(ascend.StoreUnavailable):
        await ascend.Store(silent, store.environment).erase(DOOMED)
    assert 30 < store.environment.elapsed() - began < 60
    deletes = [call.keys for call in silent.calls if call.method == "delete"]
    assert deletes.count(deletes[0]) == 6
