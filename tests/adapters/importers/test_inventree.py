"""The import of an inventory: places, the things in them, and the moves of the things."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from support.importers.files import row, write_file
from support.importers.store import ImportStore

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


async def tree(store: ImportStore) -> dict[str, str | None]:
    things = await store.entities(Thing)
    names = {thing.id: thing.name for thing in things}
    return {thing.name: None if thing.parent is None else names[thing.parent] for thing in things}


async def places(store: ImportStore) -> list[str]:
    """Return the names of the places to which things moved."""
    names: dict[ThingId | None, str] = {thing.id: thing.name for thing in await store.entities(Thing)}
    moves = await store.events_of(ThingMoved)
    return [names.get(move.new_parent, "nowhere") for move in moves]


async def test_parents_come_before_their_children_in_any_order_of_rows(store: ImportStore, tmp_path: Path) -> None:
    stored = item(7, location=2, serial="A1")
    inside = item(6, belongs_to=7, location=1)
    await store.inventree(write_file(tmp_path, [inside, stored, BOX, SHELF, ROOM, LAMP, LIGHTS]))
    assert await tree(store) == {
        "Room": None,
        "Shelf": "Room",
        "Box": "Shelf",
        "Lights": None,
        "Lamp": "Lights",
        "Lamp #A1": "Box",
        "Lamp ×1": "Lamp #A1",
    }


async def test_a_part_is_digital_and_an_item_is_physical(store: ImportStore, tmp_path: Path) -> None:
    await store.inventree(write_file(tmp_path, [LAMP, LIGHTS, ROOM, item(1, location=1, batch="B", status=55)]))
    room, lights, lamp, stored = await store.entities(Thing)
    assert [thing.kind for thing in (room, lights, lamp, stored)] == [
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
    assert stored.metadata == {
        "source": "stock.stockitem 1",
        "part": "5",
        "quantity": "1",
        "batch": "B",
        "status": "damaged",
    }


async def test_tracking_entries_become_moves_by_their_users(store: ImportStore, tmp_path: Path) -> None:
    tracking = [tracked(3, 1, 20, location=1), tracked(2, 1, 10, location=3), tracked(1, 1, 1, location=2)]
    await store.inventree(write_file(tmp_path, [*tracking, item(1, location=1), BOX, SHELF, ROOM, LAMP, LIGHTS]))
    created = (await store.events_of(ThingCreated))[-1]
    moves = await store.events_of(ThingMoved)
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
    store: ImportStore, tmp_path: Path, tracking: list[tuple[int, int | None]], stored: dict[str, Any], moves: list[str]
) -> None:
    entries = [tracked(day, 1, day, **({} if to is None else {"location": to})) for day, to in tracking]
    await store.inventree(write_file(tmp_path, [*entries, item(1, **stored), SHELF, ROOM, LAMP, LIGHTS]))
    assert await places(store) == moves
    assert store.service.counts.nothing == 0  # a later import would decide such a command again


async def test_an_item_moves_into_another_at_the_time_of_the_tracking_entry(store: ImportStore, tmp_path: Path) -> None:
    tracking = [tracked(1, 1, 1, location=1), tracked(2, 1, 5, stockitem=2), tracked(3, 1, 9, quantity=3)]
    await store.inventree(
        write_file(tmp_path, [*tracking, item(1, belongs_to=2), item(2, location=1), ROOM, LAMP, LIGHTS])
    )
    (move,) = await store.events_of(ThingMoved)
    assert move.at.day == 5


async def test_users_are_members(store: ImportStore, tmp_path: Path) -> None:
    await store.inventree(write_file(tmp_path, [ROOM, ADMIN, row("auth.user", 2, username="o'neil")]))
    workspace = await store.only_entity(Workspace)
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
    store: ImportStore, tmp_path: Path, model: str, status: int, expected: Status
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
    await store.inventree(write_file(tmp_path, [*lines, order, item(1), LAMP, LIGHTS, ADMIN]))
    task = await store.only_entity(Task)
    assert (task.title, task.status, task.due) == ("X1: Do it", expected, date(2022, 2, 3))
    assert (task.created_by, task.created_at) == ("inventree:admin", datetime(2022, 1, 2, tzinfo=UTC))
    lamp = next(thing for thing in await store.entities(Thing) if thing.name == "Lamp")
    assert task.about == (lamp.id,)


async def test_a_second_import_keeps_the_changes_of_people(store: ImportStore, tmp_path: Path) -> None:
    tracking = [tracked(1, 1, 1, location=1), tracked(2, 1, 2, location=3)]
    file = write_file(tmp_path, [*tracking, item(1, location=None), SHELF, ROOM, LAMP, LIGHTS, ADMIN])
    await store.inventree(file)
    lamp = (await store.entities(Thing))[-1]
    await store.execute(MoveThing(thing_id=lamp.id, parent=(await store.entities(Thing))[0].id), IMPORTER)
    await store.execute(RenameThing(thing_id=lamp.id, name="Mine"), IMPORTER)
    head = await store.head()
    summary = await store.inventree(file)
    assert (await store.head(), summary.events) == (head, 0)


async def test_a_later_dump_brings_new_items_and_moves(store: ImportStore, tmp_path: Path) -> None:
    rows = [SHELF, ROOM, LAMP, LIGHTS, tracked(1, 1, 1, location=1)]
    await store.inventree(write_file(tmp_path, [*rows, item(1, location=1, serial="7")]))
    later = [*rows, tracked(2, 1, 2, location=3), item(1, location=3, serial="7", batch="new"), item(2)]
    summary = await store.inventree(write_file(tmp_path, later))
    assert (await tree(store))["Lamp #7"] == "Shelf"
    assert (await tree(store))["Lamp ×1"] is None
    assert (await store.entities(Thing))[-2].metadata["batch"] == "new"
    assert (summary.changed, summary.kept) == (2, 0)
