"""`verify` lists dropped and damaged views, and `rebuild` brings back the same bytes."""

from pathlib import Path

import pytest
from support.end_to_end.damage import DamagePlanter, PlantedDamage, kind_function
from support.end_to_end.everything import Everything
from support.end_to_end.places import Place, dynamodb_place
from support.end_to_end.views import open_views

import ascend
from ascend import LIFE_OS
from ascend.adapters.importers.records import IMPORTER
from ascend.adapters.importers.samples import INVENTORY, ISSUES

NAMES = [projection.name for projection in LIFE_OS.projections]
OTHER_KINDS = ("S#", "C#", "E#", "tombstone")
"""Stored items that are no live read items: snapshots, command records, edges, tombstones."""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
async def sample(dynamodb_local_url: str) -> Place:
    """The sample household that ships with the project, on DynamoDB."""
    place = dynamodb_place(dynamodb_local_url)
    await place.run("init")
    await place.run("import", "github", ISSUES, "--workspace", "Household")
    await place.run("import", "inventree", INVENTORY, "--workspace", "Inventory")
    await place.catch_up()
    return place


async def test_damage_on_sqlite_is_listed_and_mended(everything: Everything, folder: Path) -> None:
    await check_damage_is_listed_and_mended(everything.copy_to(folder))


async def test_damage_on_dynamodb_is_listed_and_mended(sample: Place) -> None:
    await check_damage_is_listed_and_mended(sample)


async def test_dropped_views_on_sqlite_come_back(everything: Everything, folder: Path) -> None:
    await check_dropped_views_come_back(everything.copy_to(folder))


async def test_dropped_views_on_dynamodb_come_back(sample: Place) -> None:
    await check_dropped_views_come_back(sample)


async def check_damage_is_listed_and_mended(place: Place) -> None:
    before, planted = await plant_damage(place)
    verified = await place.run_any("verify")
    differences = verified.json["differences"]
    assert verified.code == 1
    assert {PlantedDamage(item["what"], item["partition"], item["sort"]) for item in differences} == planted
    assert len(differences) == len(planted) == 4 * len(NAMES) + 2 * len(OTHER_KINDS)
    await place.run("rebuild")
    await check_sound(place, before)
    await place.run("prune", "--now")
    assert await place.digest() == before


async def leave_tombstones(store: ascend.Store) -> None:
    """Create some Tasks, and delete them when they are projected. An import of a new file leaves no tombstones."""
    workspaces = [status.workspace async for status in store.status()]
    workspace = workspaces[0]
    tasks = [ascend.new_id(ascend.TaskId) for _ in range(4)]
    for task in tasks:
        await store.execute(workspace, ascend.CreateTask(task_id=task, title="Gone"), actor=IMPORTER)
    await store.worker.catch_up(workspace)
    for task in tasks:
        await store.execute(workspace, ascend.DeleteTask(task_id=task), actor=IMPORTER)
    await store.worker.catch_up(workspace)


async def plant_damage(place: Place) -> tuple[str, set[PlantedDamage]]:
    """Plant a missing, a stale, a wrong and a surplus item in every projection, and two kinds of damage in the others."""
    async with ascend.open_store(place.url) as store:
        await leave_tombstones(store)
        before = await place.digest()
        planter = DamagePlanter(store.tables)
        await planter.collect(kind_function(store.current.generation), limit=4)
        await planter.plant_wrong(NAMES[0])
        assert await place.digest() != before  # it differs by one field of one item
        for name in NAMES:
            if name != NAMES[0]:
                await planter.plant_wrong(name)
            await planter.plant_missing(name)
            await planter.plant_stale(name)
            await planter.plant_surplus(name)
        for name in OTHER_KINDS:
            await planter.plant_missing(name)
            await planter.plant_stale(name)
        return before, planter.planted


async def check_dropped_views_come_back(place: Place) -> None:
    before, heads = await place.digest(), await place.heads()
    with open_views(place.url) as views:
        views.drop()
    await place.run("init")
    assert (await place.run("digest"))["items"] == 0
    verified = await place.run_any("verify")
    assert (verified.code, {difference["workspace"] for difference in verified.json["differences"]}) == (1, set(heads))
    await place.run("rebuild")
    assert await place.heads() == heads
    await check_sound(place, before)


async def check_sound(place: Place, digest: str) -> None:
    assert await place.digest() == digest
    verified = await place.run("verify")
    assert (verified["clean"], verified["lag"]) == (True, 0)
