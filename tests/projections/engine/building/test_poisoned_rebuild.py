"""An entity that the code cannot render does not hold up a rebuild: it is parked, the rest is built, a retry mends it."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from support.applications import life_os
from support.scenario import task_id
from support.simulation.acting import execute_all
from support.simulation.busy import overwrite

import ascend
from ascend.adapters.table.item import Table
from ascend.adapters.table.pages import scan_pages
from ascend.adapters.table.port import Tables
from ascend.domain.ids import Ref
from ascend.domain.tasks.task import Task
from ascend.projections.item import ReadItem
from ascend.projections.projection import RenderContext
from ascend.projections.read_models.tasks import TASKS
from ascend.testing import ADA, HOME, FakeEnvironment

POISONED = 20


def render_all_but_one(task: Task, context: RenderContext) -> Iterable[ReadItem]:
    if task.title == "poison":
        raise ZeroDivisionError(task.title)
    return TASKS.renders[Task](task, context)


BROKEN = life_os(
    projections=[
        replace(projection, renders={Task: render_all_but_one}) if projection is TASKS else projection
        for projection in ascend.LIFE_OS.projections
    ]
)


async def tasks_at_home(tables: Tables, app: ascend.Application) -> ascend.Store:
    """Forty tasks, one of them poisoned, and changed before and after."""
    store = ascend.Store(tables, FakeEnvironment(), app)
    await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
    for number in range(40):
        await execute_all(store, ascend.CreateTask(task_id=task_id(number), title=f"task {number}"))
    await execute_all(
        store,
        ascend.EditTask(task_id=task_id(POISONED), title="poison"),
        ascend.EditTask(task_id=task_id(1), title="last"),
    )
    await store.worker.run_once()
    return store


async def titles(store: ascend.Store) -> list[str]:
    return sorted(line.title for line in (await store.queries.tasks(HOME, viewer=ADA, limit=100)).items)


async def parked(store: ascend.Store) -> list[tuple[str, Ref, str]]:
    return [(entity.projection, entity.ref, entity.error) async for entity in store.parked()]


ENTITY = Ref("task", task_id(POISONED))
ALL = sorted(["poison", "last", *(f"task {number}" for number in range(40) if number not in {1, POISONED})])
REST = [title for title in ALL if title != "poison"]


@pytest.mark.parametrize("named", [(), ("tasks",)])
async def test_it_is_parked_the_rest_is_built_and_a_retry_with_mended_code_mends_it(
    any_tables: Tables, named: tuple[str, ...]
) -> None:
    await tasks_at_home(any_tables, ascend.LIFE_OS)
    broken = ascend.Store(any_tables, FakeEnvironment(1), BROKEN)  # rendered so far, it fails in the rebuild
    await broken.rebuild(*named)

    assert await parked(broken) == [("tasks", ENTITY, "ZeroDivisionError: poison")]
    assert await titles(broken) == REST
    assert (await broken.verify()).clean

    mended = ascend.Store(any_tables, FakeEnvironment(2))
    assert [(outcome.entity.ref, outcome.error) async for outcome in mended.retry_parked()] == [(ENTITY, "")]
    assert await parked(mended) == []
    assert await titles(mended) == ALL
    assert (await mended.verify()).clean
    content = await mended.digest()
    await mended.rebuild()
    assert await mended.digest() == content


async def test_what_is_parked_in_a_projection_that_is_not_rebuilt_stays_parked_and_is_mended_by_a_retry(
    any_tables: Tables,
) -> None:
    broken = await tasks_at_home(any_tables, BROKEN)
    mended = ascend.Store(any_tables, FakeEnvironment(2))
    await mended.rebuild("feed")

    assert await parked(mended) == [("tasks", ENTITY, "ZeroDivisionError: poison")]
    assert (await ascend.Store(any_tables, FakeEnvironment(3), BROKEN).verify()).clean
    assert await titles(broken) == sorted([*REST, f"task {POISONED}"])  # its last good line
    assert [(outcome.entity.ref, outcome.error) async for outcome in mended.retry_parked()] == [(ENTITY, "")]
    assert await parked(mended) == []
    assert await titles(mended) == ALL
    assert (await mended.verify()).clean


async def test_what_was_parked_before_a_rebuild_and_is_rendered_since_is_no_fault(any_tables: Tables) -> None:
    store = await tasks_at_home(any_tables, BROKEN)
    await execute_all(store, ascend.EditTask(task_id=task_id(POISONED), title="mended"))
    await store.worker.run_once()
    await store.rebuild("feed")
    assert await parked(store) == []
    assert (await store.verify()).clean


async def test_a_parked_entity_that_cannot_be_read_is_a_difference(any_tables: Tables) -> None:
    store = await tasks_at_home(any_tables, BROKEN)
    (item,) = [item async for page in scan_pages(any_tables) for item in page if item.key.sk.startswith("P#")]
    await overwrite(any_tables, Table.VIEWS, replace(item, attributes={**item.attributes, "data": "garbage"}))
    (difference,) = (await store.verify()).differences
    assert (difference.what, item.key.sk in difference.detail) == ("wrong", True)
