"""What an inventory becomes: rooms, things in them, and where those have been."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from support.importers.given import Store, row, written

from ascend.adapters.importers import IMPORTER
from ascend.domain.ids import ThingId
from ascend.domain.tasks.task import Status, Task
from ascend.domain.things.commands import MoveThing, RenameThing
from ascend.domain.things.thing import Thing, ThingCreated, ThingKind, ThingMoved
from ascend.domain.workspaces.workspace import Workspace

ROOM, SHELF, BOX = (
    row("stock.stocklocation", pk, name=name, parent=up)
    for pk, name, up in [
        (1, "Room", None),
        (3, "Shelf", 1),
        (2, "Box", 3),
    ]
)
LAMP = row(
    "part.part", 5, name="Lamp", category=9, description="Warm", keywords="light home", creation_date="2021-06-20"
)
LIGHTS = row("part.partcategory", 9, name="Lights", parent=None)
ADMIN = row("auth.user", 1, username="admin", date_joined="2021-01-01T00:00:00Z")


def item(pk: int, **fields: Any) -> dict[str, Any]:
    return row("stock.stockitem", pk, part=5, quantity="1.00000", updated="2022-01-01T00:00:00Z", **fields)


def tracked(pk: int, item: int, day: int, **deltas: Any) -> dict[str, Any]:
    date = f"2021-07-{day:02d}T00:00:00.5Z"
    return row("stock.stockitemtracking", pk, item=item, date=date, user=["admin"], deltas=deltas)


async def tree(store: Store) -> dict[str, str | None]:
    things = await store.every(Thing)
    names = {thing.id: thing.name for thing in things}
    return {thing.name: None if thing.parent is None else names[thing.parent] for thing in things}


async def places(store: Store) -> list[str]:
    """The journey of the only thing that moved, by name."""
    names: dict[ThingId | None, str] = {thing.id: thing.name for thing in await store.every(Thing)}
    moves = await store.told(ThingMoved)
    return [names.get(move.new_parent, "nowhere") for move in moves]


async def test_what_holds_something_comes_before_it_whatever_the_order(store: Store, tmp_path: Path) -> None:
    stored = item(7, location=2, serial="A1")
    inside = item(6, belongs_to=7, location=1)
    await store.inventree(written(tmp_path, [inside, stored, BOX, SHELF, ROOM, LAMP, LIGHTS]))
    assert await tree(store) == {
        "Room": None,
        "Shelf": "Room",
        "Box": "Shelf",
        "Lights": None,
        "Lamp": "Lights",
        "Lamp #A1": "Box",
        "Lamp ×1": "Lamp #A1",
    }


async def test_a_part_is_digital_and_an_item_is_physical(store: Store, tmp_path: Path) -> None:
    await store.inventree(written(tmp_path, [LAMP, LIGHTS, ROOM, item(1, location=1, batch="B", status=55)]))
    room, lights, lamp, one = await store.every(Thing)
    assert [thing.kind for thing in (room, lights, lamp, one)] == [
        ThingKind.PHYSICAL,
        ThingKind.DIGITAL,
        ThingKind.DIGITAL,
        ThingKind.PHYSICAL,
    ]
    assert (lamp.description, lamp.tags, lamp.created_at) == (
        "Warm",
        ("light", "home"),
        datetime(2021, 6, 20, tzinfo=UTC),
    )
    assert one.metadata == {
        "source": "stock.stockitem 1",
        "part": "5",
        "quantity": "1",
        "batch": "B",
        "status": "damaged",
    }


async def test_tracking_becomes_moves_of_who_moved_it(store: Store, tmp_path: Path) -> None:
    tracking = [tracked(3, 1, 20, location=1), tracked(2, 1, 10, location=3), tracked(1, 1, 1, location=2)]
    await store.inventree(written(tmp_path, [*tracking, item(1, location=1), BOX, SHELF, ROOM, LAMP, LIGHTS]))
    created = (await store.told(ThingCreated))[-1]
    moves = await store.told(ThingMoved)
    assert (created.by, created.at) == ("inventree:admin", datetime(2021, 7, 1, 0, 0, 0, 500_000, tzinfo=UTC))
    assert [move.at.day for move in moves] == [10, 20]
    assert {move.by for move in moves} == {"inventree:admin"}
    assert await places(store) == ["Shelf", "Room"]


@pytest.mark.parametrize(
    ("tracking", "stored", "moves"),
    [
        ([(1, 1), (2, 1)], {"location": 1}, []),
        ([(1, 1), (2, 3), (3, 3), (4, 1)], {"location": 1}, ["Shelf", "Room"]),
        ([(1, 1)], {"location": 3}, ["Shelf"]),
        ([(1, 1)], {"location": None}, ["nowhere"]),
        ([(1, 1), (2, None)], {"location": 1}, []),
        ([(1, None)], {"location": 1}, []),
        ([], {"location": 1}, []),
    ],
)
async def test_only_a_change_of_place_is_a_move(
    store: Store, tmp_path: Path, tracking: list[tuple[int, int | None]], stored: dict[str, Any], moves: list[str]
) -> None:
    entries = [tracked(day, 1, day, **({} if to is None else {"location": to})) for day, to in tracking]
    await store.inventree(written(tmp_path, [*entries, item(1, **stored), SHELF, ROOM, LAMP, LIGHTS]))
    assert await places(store) == moves
    assert store.service.counts.nothing == 0  # such a command would be decided anew by a later import


async def test_what_was_put_into_another_item_moved_there_then(store: Store, tmp_path: Path) -> None:
    tracking = [tracked(1, 1, 1, location=1), tracked(2, 1, 5, stockitem=2), tracked(3, 1, 9, quantity=3)]
    await store.inventree(
        written(tmp_path, [*tracking, item(1, belongs_to=2), item(2, location=1), ROOM, LAMP, LIGHTS])
    )
    (move,) = await store.told(ThingMoved)
    assert move.at.day == 5


async def test_users_are_members(store: Store, tmp_path: Path) -> None:
    await store.inventree(written(tmp_path, [ROOM, ADMIN, row("auth.user", 2, username="o'neil")]))
    workspace = await store.only(Workspace)
    assert {user: member.name for user, member in workspace.members.items()} == {
        IMPORTER: "Importer",
        "inventree:admin": "admin",
        "inventree:o~27neil": "o'neil",
    }


@pytest.mark.parametrize(
    ("model", "status", "expected"),
    [
        ("build.build", 10, Status.OPEN),
        ("build.build", 20, Status.STARTED),
        ("build.build", 30, Status.CANCELLED),
        ("build.build", 40, Status.DONE),
        ("order.purchaseorder", 20, Status.STARTED),
        ("order.purchaseorder", 30, Status.DONE),
        ("order.purchaseorder", 40, Status.CANCELLED),
        ("order.salesorder", 20, Status.DONE),
        ("order.returnorder", 20, Status.STARTED),
        ("order.returnorder", 999, Status.OPEN),
    ],
)
async def test_orders_and_builds_are_tasks(
    store: Store, tmp_path: Path, model: str, status: int, expected: Status
) -> None:
    order = row(model, 1, reference="X1", title="Do it", description="Do it", part=5, status=status)
    order["fields"] |= {"creation_date": "2022-01-02", "target_date": "2022-02-03"}
    order["fields"] |= {"created_by": ["admin"], "issued_by": 1}
    lines = [
        row("order.purchaseorderlineitem", 1, order=1, part=77),
        row("company.supplierpart", 77, part=5),
        row("order.salesorderlineitem", 1, order=1, part=5),
        row("order.salesorderlineitem", 2, order=1, part=5),
        row("order.returnorderlineitem", 1, order=1, item=1),
    ]
    await store.inventree(written(tmp_path, [*lines, order, item(1), LAMP, LIGHTS, ADMIN]))
    task = await store.only(Task)
    assert (task.title, task.status, task.due) == ("X1: Do it", expected, date(2022, 2, 3))
    assert (task.created_by, task.created_at) == ("inventree:admin", datetime(2022, 1, 2, tzinfo=UTC))
    lamp = next(thing for thing in await store.every(Thing) if thing.name == "Lamp")
    assert task.about == (lamp.id,)


async def test_what_people_did_since_stays(store: Store, tmp_path: Path) -> None:
    tracking = [tracked(1, 1, 1, location=1), tracked(2, 1, 2, location=3)]
    file = written(tmp_path, [*tracking, item(1, location=None), SHELF, ROOM, LAMP, LIGHTS, ADMIN])
    await store.inventree(file)
    lamp = (await store.every(Thing))[-1]
    await store.do(MoveThing(thing_id=lamp.id, parent=(await store.every(Thing))[0].id), IMPORTER)
    await store.do(RenameThing(thing_id=lamp.id, name="Mine"), IMPORTER)
    head = await store.head()
    summary = await store.inventree(file)
    assert (await store.head(), summary.events) == (head, 0)


async def test_a_later_dump_brings_what_is_new_and_moves(store: Store, tmp_path: Path) -> None:
    rows = [SHELF, ROOM, LAMP, LIGHTS, tracked(1, 1, 1, location=1)]
    await store.inventree(written(tmp_path, [*rows, item(1, location=1, serial="7")]))
    later = [*rows, tracked(2, 1, 2, location=3), item(1, location=3, serial="7", batch="new"), item(2)]
    summary = await store.inventree(written(tmp_path, later))
    assert (await tree(store))["Lamp #7"] == "Shelf"
    assert (await tree(store))["Lamp ×1"] is None
    assert summary.kept == 1
