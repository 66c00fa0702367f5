"""Prune trims the items that hold the starts of builds. A start that somebody may need stays."""

import pytest
from support.deploying import Deploying
from support.simulation.busy import overwrite

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Item, Table
from ascend.projections.build import Build
from ascend.projections.generation_record import StoredRecords


async def rebuilt_store() -> tuple[ascend.Store, ascend.WorkspaceId]:
    """Return a store in which one projection was rebuilt, and a workspace."""
    deploying = Deploying()
    (home, *_) = await deploying.fill()
    await deploying.old.rebuild("feed")
    return deploying.old, home


async def test_prune_removes_the_starts_of_builds_that_nobody_names() -> None:
    store, home = await rebuilt_store()
    (build,) = await find_old(store, home)

    await store.prune()

    assert build.projection == "feed"
    assert (await store.views.starts(home)).keys() == set(store.current.generation.builds)


async def test_the_start_of_a_build_that_begins_while_prune_runs_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    store, home = await rebuilt_store()
    (build,) = await find_old(store, home)
    new, stored_records = build._replace(epoch=9), store.views.stored_records

    async def begin(workspace: ascend.WorkspaceId) -> StoredRecords:
        await store.views.put_starts(home, {new: 7})
        return await stored_records(workspace)

    monkeypatch.setattr(store.views, "stored_records", begin)
    await store.prune(even_if_in_use=True)

    assert (await store.views.starts(home))[new] == 7


async def test_no_start_goes_where_a_record_cannot_be_read() -> None:
    store, home = await rebuilt_store()
    (build,) = await find_old(store, home)
    damaged = Item(keys.record_key(home, "other"), {"rendered": 1, "moved": "2026-01-01T00:00:00+00:00"})
    await store.prune(even_if_in_use=True)
    await store.views.put_starts(home, {build: 0})
    await overwrite(store.tables, Table.VIEWS, damaged)

    await store.prune()

    assert build in await store.views.starts(home)


async def test_a_workspace_whose_builds_are_all_gone_can_begin_again() -> None:
    store, home = await rebuilt_store()
    gone = Build("feed", 99, 0)
    await store.tables.delete(Table.VIEWS, keys.starts_key(home), Equals({}))
    await store.views.put_starts(home, {gone: 3})

    await store.prune()

    assert await store.views.starts(home) == {}
    assert await store.views.put_starts(home, {gone: 4}) == {gone: 4}


async def find_old(store: ascend.Store, workspace: ascend.WorkspaceId) -> list[Build]:
    """Return the builds that have a start, and are not in the current generation."""
    return [build for build in await store.views.starts(workspace) if build not in store.current.generation.builds]
