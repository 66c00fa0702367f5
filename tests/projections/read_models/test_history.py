"""An entity's history holds every event that touches it, also an event of another entity."""

import pytest
from support.scenario import asset_id, task_id, thing_id

import ascend
from ascend import Ref
from ascend.adapters.memory.tables import MemoryTables
from ascend.testing import ADA, HOME, FakeEnvironment

HOUSE, ROOM, LAMP = thing_id("house"), thing_id("room"), thing_id("lamp")
CHORE, PHOTO = task_id("chore"), asset_id("photo")
LIFE = (
    ascend.CreateWorkspace(name="Home", owner_name="Ada"),
    ascend.CreateThing(thing_id=HOUSE, name="House"),
    ascend.CreateThing(thing_id=ROOM, name="Room", parent=HOUSE),
    ascend.CreateThing(thing_id=LAMP, name="Lamp", parent=ROOM),
    ascend.CreateTask(task_id=CHORE, title="Dust", about=(LAMP,)),
    ascend.CreateAsset(asset_id=PHOTO, kind=ascend.AssetKind.FILE, name="Photograph"),
)


@pytest.fixture
async def store() -> ascend.Store:
    store = ascend.Store(MemoryTables(), FakeEnvironment())
    await do(store, *LIFE)
    return store


async def do(store: ascend.Store, *commands: ascend.Command) -> None:
    for command in commands:
        await store.execute(HOME, command, actor=ADA)
    await store.worker.run_once()


async def history(store: ascend.Store, kind: str, id: str) -> list[str]:
    """The latest last."""
    return [line.event for line in (await store.queries.history_of(HOME, Ref(kind, id), viewer=ADA)).items][::-1]


async def test_a_link_is_in_the_history_of_both_its_ends(store: ascend.Store) -> None:
    to = Ref("task", CHORE)
    await do(store, ascend.LinkAsset(asset_id=PHOTO, to=to), ascend.UnlinkAsset(asset_id=PHOTO, to=to))

    assert await history(store, "asset", PHOTO) == ["asset.created", "asset.linked", "asset.unlinked"]
    assert await history(store, "task", CHORE) == ["task.created", "asset.linked", "asset.unlinked"]
    assert (await store.queries.task(HOME, CHORE, viewer=ADA)).version == 1  # nothing of the task has changed
    latest = (await store.queries.history(HOME, viewer=ADA)).items[0]
    assert (latest.event, latest.about) == ("asset.unlinked", Ref("asset", PHOTO))  # there, an event is one line


async def test_who_loses_its_parent_is_told_so(store: ascend.Store) -> None:
    seen = {Ref("thing", LAMP): (await store.queries.thing(HOME, LAMP, viewer=ADA)).card.version}
    await do(store, ascend.DeleteThing(thing_id=ROOM, children=ascend.Children.REPARENT, reparented=(LAMP,)))

    assert await history(store, "thing", LAMP) == ["thing.created", "thing.deleted"]
    assert await history(store, "thing", HOUSE) == ["thing.created"]
    with pytest.raises(ascend.VersionConflict):
        await store.execute(HOME, ascend.RenameThing(thing_id=LAMP, name="Light"), actor=ADA, expected=seen)
    assert (await store.verify()).clean
