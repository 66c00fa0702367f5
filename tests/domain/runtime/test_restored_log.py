"""A log that was restored to an earlier moment, with views that were not: commands and workers notice."""

import pytest

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Table

ADA = ascend.UserId("ada")


async def folded(tables: MemoryTables, commits: int) -> ascend.WorkspaceId:
    """Create a workspace with this many commits, all of them rendered and folded."""
    store = ascend.Store(tables)
    home = ascend.new_id(ascend.WorkspaceId)
    await store.execute(home, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for number in range(2, commits + 1):
        await store.execute(home, ascend.RenameWorkspace(name=f"Home {number}"), actor=ADA)
    await store.worker.run_once()
    return home


async def cut(tables: MemoryTables, home: ascend.WorkspaceId, last: int) -> None:
    """Do what a restore to an earlier moment does."""
    while (head := (await ascend.Store(tables).log.head(home)).position) > last:
        key = keys.commit_key(home, head)
        item = await tables.get(Table.EVENTS, key)
        assert item is not None
        assert await tables.delete(Table.EVENTS, key, Equals({"id": item.attributes["id"]})) is None


async def test_a_command_is_not_appended_behind_a_gap() -> None:
    tables = MemoryTables()
    home = await folded(tables, 10)
    await cut(tables, home, 6)

    with pytest.raises(ascend.LogDiverged):
        await ascend.Store(tables).execute(home, ascend.RenameWorkspace(name="Ours"), actor=ADA)

    assert (await ascend.Store(tables).log.head(home)).position == 6


async def test_a_worker_stalls_a_restored_workspace_and_says_so() -> None:
    tables = MemoryTables()
    home = await folded(tables, 10)
    await cut(tables, home, 6)

    done = await ascend.Store(tables).worker.run_once()

    assert done.stalled == (home,)
    assert [status.stalled != "" async for status in ascend.Store(tables).status()] == [True]


async def test_a_rebuild_repairs_a_restored_workspace() -> None:
    tables = MemoryTables()
    home = await folded(tables, 10)
    await cut(tables, home, 6)

    await ascend.Store(tables).rebuild()
    store = ascend.Store(tables)
    await store.worker.generation()
    receipt = await store.execute(home, ascend.RenameWorkspace(name="Ours"), actor=ADA)
    await store.worker.run_once()

    assert receipt.position == 7
    assert (await store.queries.workspace(home, viewer=ADA)).card.name == "Ours"
    assert (await store.verify()).clean
