"""A command on a long erased log reads no more than one page of stubs."""

import pytest
from support.erasure.house import DOOMED, item_text
from support.simulation.busy import everything
from support.staged import StagedTables, send

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.stored_commits import parse_stored, to_commit
from ascend.adapters.store.stubs import to_stub
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Table, Value
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.testing import ADA, FakeEnvironment

TAIL = CommandLimits().tail_commits


async def test_a_command_on_a_long_erased_log_is_refused_at_once() -> None:
    tables, environment = MemoryTables(), FakeEnvironment()
    store = ascend.Store(tables, environment)
    await send(store, ascend.CreateWorkspace(name="Zebra", owner_name="Ada"), to=DOOMED)
    await store.erase(DOOMED)
    stub, last = [item for _, item in await everything(tables) if item.key.pk == f"W#{DOOMED}"]
    for position in range(2, 3 * TAIL):
        key = keys.commit_key(DOOMED, position)
        await tables.put(Table.EVENTS, Item(key, stub.attributes), Absent())
    await tables.put(Table.EVENTS, Item(keys.commit_key(DOOMED, 3 * TAIL), last.attributes), Absent())
    before = [item_text(*pair) for pair in await everything(tables)]

    staged = StagedTables(tables)
    late = ascend.Store(staged, environment)
    for command in (ascend.RenameWorkspace(name="Z"), ascend.CreateWorkspace(name="Zebra", owner_name="Ada")):
        with pytest.raises(WorkspaceIsErased):
            await send(late, command, to=DOOMED)
        assert len([request for request in staged.made() if request != "get views"]) <= 4  # that reads the state
    assert [item_text(*pair) for pair in await everything(tables)] == before


async def test_a_stub_is_read_as_a_commit_without_events() -> None:
    """The stored form of a stub is fixed for ever."""
    key = keys.commit_key(DOOMED, 7)
    kept: dict[str, Value] = {"id": "c", "clock": 1_767_225_600_123}
    stub = to_stub(Item(key, {**kept, "time": "…", "format": "json/1", "body": "Zebra"}))
    assert stub == Item(key, {**kept, "format": "erased/1"})

    commit = to_commit(ascend.LIFE_OS.model, parse_stored(DOOMED, stub))
    assert (commit.position, commit.id, commit.clock, commit.records) == (7, "c", 1_767_225_600_123, ())
    assert commit.is_stub


async def test_the_log_of_an_erased_workspace_holds_only_the_erasure() -> None:
    store = ascend.Store(MemoryTables(), FakeEnvironment())
    await send(store, ascend.CreateWorkspace(name="Zebra", owner_name="Ada"), to=DOOMED)
    await store.erase(DOOMED)
    commits = await store.log.commits(DOOMED, 1, 10)
    assert [event.tag for commit in commits for event in commit.events()] == ["workspace.erased"]
    assert ADA not in str(commits)
