"""A generation may be removed and begin again: what its earlier life left is never taken for its snapshots."""

from contextlib import suppress
from dataclasses import replace

import anyio
import pytest
from support.applications import life_os
from support.faulty import Call, Crash, Fault, FaultyTables
from support.limits import projection_limits
from support.scenario import BEA, task_id
from support.simulation.busy import overwrite
from support.staged import StagedTables
from support.workers.deployments import announce, deploy, put_at_hand

import ascend
from ascend.adapters.layout import keys
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.errors import NotReady
from ascend.domain.tasks.task import Task
from ascend.projections.key_template import ViewKey
from ascend.testing import ADA, HOME, FakeEnvironment

FEWER = ascend.LIFE_OS.projections[:-1]
"""What an older version of the code knows."""


async def projected_home(
    tables: Tables, environment: FakeEnvironment, commits: int = 12, app: ascend.Application = ascend.LIFE_OS
) -> ascend.Store:
    store = ascend.Store(tables, environment, app)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for number in range(commits - 1):
        await store.execute(HOME, ascend.CreateTask(task_id=task_id(number), title=f"Task {number}"), actor=ADA)
    await store.worker.run_once()
    return store


async def deployed_home(tables: Tables, environment: FakeEnvironment) -> ascend.Store:
    """Return a process of older code, in a store in which newer code was deployed since."""
    older = await projected_home(tables, environment, app=life_os(projections=FEWER))
    await deploy(ascend.Store(tables, environment))
    return older


async def build_again(older: ascend.Store) -> None:
    """Announce the generation of older code again, and build it: all of its builds are kept, so it is the same."""
    await announce(older, lambda _: older.current.next_generation())
    await older.worker.run_once()


async def test_a_generation_that_begins_while_its_earlier_life_is_pruned_keeps_its_snapshots() -> None:
    """And the workspace is not reported as missing."""
    environment, tables = FakeEnvironment(), MemoryTables()
    older = await deployed_home(tables, environment)
    before = older.current.generation
    deleted = 0

    async def announced_again_just_then(call: Call) -> None:
        nonlocal deleted
        deleted += call.method == "delete"
        if deleted == 2:  # the record is gone, its snapshots are not
            await build_again(older)

    staged = StagedTables(tables)
    staged.before = announced_again_just_then
    await ascend.Store(staged, environment).prune(even_if_in_use=True)
    assert deleted > 2
    assert older.current.generation == before

    with pytest.raises(ascend.Refusal):
        await ascend.Store(tables, environment, life_os(projections=FEWER)).execute(
            HOME, ascend.CreateWorkspace(name="Mine", owner_name="Bea"), actor=BEA
        )
    assert (await older.verify()).clean


@pytest.mark.parametrize("crash", range(1, 60, 4))
async def test_a_prune_that_was_killed_poisons_no_later_life(crash: int) -> None:
    environment, tables = FakeEnvironment(), MemoryTables()
    older = await deployed_home(tables, environment)
    with suppress(Crash):
        dying = ascend.Store(FaultyTables(tables, {crash: Fault.CRASH_AFTER}), environment)
        await dying.prune(even_if_in_use=True)

    if (state := (await older.views.state()).state) is not None and state.previous is None:
        await build_again(older)
    assert (await older.verify()).clean
    await ascend.Store(tables, environment).prune(even_if_in_use=True)  # what was left goes with the next run
    assert (await ascend.Store(tables, environment).verify()).clean


async def test_views_that_are_lost_while_a_worker_folds_are_built_anew() -> None:
    environment, tables = FakeEnvironment(), MemoryTables()
    store = ascend.Store(tables, environment)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for number in range(5):
        await store.execute(HOME, ascend.CreateTask(task_id=task_id(number), title="Task"), actor=ADA)
    await store.worker.run_once()
    left = [item async for items in scan_pages(tables) for item in items if item.key.sk.startswith(("S#", "E#", "C#"))]
    async for items in scan_pages(tables):
        for item in items:
            await tables.delete(Table.VIEWS, item.key, Equals({}))
    for item in left:  # what the worker still writes of the earlier life
        await tables.put(Table.VIEWS, item, Absent())

    await store.worker.run_once()
    assert len((await store.queries.tasks(HOME, viewer=ADA)).items) == 5
    assert (await store.verify()).clean


async def test_any_code_prunes_and_only_what_the_state_does_not_name() -> None:
    environment, tables = FakeEnvironment(), MemoryTables()
    old = await projected_home(tables, environment)
    newer = tuple(replace(p, version=p.version + 1) if p.name == "tasks" else p for p in ascend.LIFE_OS.projections)
    new = ascend.Store(tables, environment, life_os(projections=newer))
    assert (await new.prune()).records == 0
    await put_at_hand(new)
    assert (await new.prune()).records == (await old.prune()).records == 0
    await new.switch()
    assert (await old.prune()).records == 1
    assert len((await new.queries.tasks(HOME, viewer=ADA)).items) == 11
    with pytest.raises(NotReady):
        await old.queries.tasks(HOME, viewer=ADA)
    assert (await new.verify()).clean


async def test_what_a_worker_wrote_before_it_died_in_the_middle_of_a_batch_is_verified() -> None:
    """The items are ahead of the record. They are judged at their own positions."""
    environment, tables = FakeEnvironment(), MemoryTables()
    store = await projected_home(tables, environment)
    for number in range(5):
        await store.execute(HOME, ascend.EditTask(task_id=task_id(number), title="Other"), actor=ADA)

    def before_rendered_moves(call: Call) -> Fault | None:
        moves = call.method == "put" and keys.parse_owner(call.keys[0]) == keys.GENERATIONS
        return Fault.CRASH_BEFORE if moves else None

    with suppress(Crash):
        await ascend.Store(FaultyTables(tables, before_rendered_moves), environment).worker.run_once()
    verified = await store.verify()
    assert (verified.differences, verified.unsettled, verified.lag) == ([], [], 5)

    card = keys.item_key(store.current.build(tasks()), ViewKey(f"W#{HOME}", f"card#{task_id(3)}"))
    item = await tables.get(Table.VIEWS, card)
    assert item is not None
    assert "Other" in str(item.attributes["data"])
    await overwrite(tables, Table.VIEWS, replace(item, attributes={**item.attributes, "data": "{}"}))
    (difference,) = (await store.verify()).differences
    assert (difference.what, difference.sort) == ("wrong", card.sk)
    await overwrite(tables, Table.VIEWS, item)
    await store.worker.run_once()
    assert (await store.verify()).clean


async def test_a_busy_workspace_does_not_starve_the_others() -> None:
    """Somebody appends to it as fast as it is rendered."""
    environment, tables = FakeEnvironment(), MemoryTables()
    store = await projected_home(tables, environment)
    quiet = ascend.WorkspaceId.derive("quiet")
    await store.execute(quiet, ascend.CreateWorkspace(name="Quiet", owner_name="Ada"), actor=ADA)
    count = 0

    async def append_once_more(call: Call) -> None:
        nonlocal count
        if call.is_write and keys.parse_owner(call.keys[0]) == keys.GENERATIONS:
            count += 1
            await store.execute(HOME, ascend.EditTask(task_id=task_id(1), title=f"Title {count}"), actor=ADA)

    staged = StagedTables(tables)
    staged.before = append_once_more
    await store.execute(HOME, ascend.EditTask(task_id=task_id(1), title="Go"), actor=ADA)
    worker = ascend.Store(staged, environment, limits=projection_limits(commits_per_batch=1)).worker
    for most in (None, 3):
        with anyio.fail_after(20):
            await worker.run_once(most=most)
    assert count > 0
    assert (await store.queries.workspace(quiet, viewer=ADA)).card.name == "Quiet"


def tasks() -> ascend.Projection:
    return next(
        projection
        for projection in ascend.LIFE_OS.projections
        if Task in projection.renders and projection.name == "tasks"
    )
