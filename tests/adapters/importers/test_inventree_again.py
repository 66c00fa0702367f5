"""After the import of a newer dump, each row is as in a fresh import of it, apart from what people have changed here."""

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from support.importers.files import real_file, row, write_file
from support.importers.states import content, members
from support.importers.store import ImportStore

from ascend.adapters.importers import IMPORTER, Report
from ascend.domain.relations.commands import EditRelation
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.commands import EditTask
from ascend.domain.tasks.task import Status, Task
from ascend.domain.things.commands import DescribeThing, MoveThing, RenameThing
from ascend.domain.things.thing import Thing, ThingMoved

Row = dict[str, Any]
BEGIN, END = "2021-01-01T00:00:00Z", "2023-01-01T00:00:00Z"


def tracked(pk: int, day: int, location: int) -> Row:
    date = f"2021-07-{day:02d}T00:00:00Z"
    return row("stock.stockitemtracking", pk, item=1, date=date, user=["ada"], deltas={"location": location})


def order(**fields: Any) -> Row:
    defaults = {"reference": "PO-1", "description": "Lamps", "status": 20, "target_date": "2022-03-01"}
    times = {"creation_date": "2022-01-01", "issue_date": "2022-01-02", "complete_date": None}
    return row("order.purchaseorder", 1, **(defaults | times | fields))


OLD = [
    row("auth.user", 1, username="ada", date_joined=BEGIN),
    row("stock.stocklocation", 1, name="Room"),
    row("stock.stocklocation", 2, name="Shelf", parent=1),
    row("stock.stocklocation", 3, name="Box", parent=2),
    row("part.partcategory", 1, name="Lights"),
    row("part.part", 1, name="Lamp", category=1, description="Warm", keywords="light home", image="a.png", IPN="L1"),
    row("part.part", 2, name="Bulb", category=1, image="a.png", variant_of=1),
    row("part.part", 3, name="Wire", category=1),
    row("part.bomitem", 1, part=1, sub_part=2, quantity="1"),
    row("part.bomitem", 2, part=1, sub_part=3, quantity="2"),
    row("stock.stockitem", 1, part=1, location=2, serial="A", updated=END),
    row("stock.stockitem", 2, part=3, location=1, updated=END),
    tracked(1, 1, 1),
    tracked(2, 2, 2),
    order(),
    row("company.supplierpart", 7, part=1),
    row("order.purchaseorderlineitem", 1, order=1, part=7),
]
"""A small inventory."""


def changed(rows: Iterable[Row], **by_model: Row) -> list[Row]:
    """Return the rows, with these fields in the rows of the named kinds ("part_1": part.part 1)."""
    models = {"room": ("stock.stocklocation", 1), "box": ("stock.stocklocation", 3), "item": ("stock.stockitem", 1)}
    models |= {f"part_{pk}": ("part.part", pk) for pk in (1, 2, 3)} | {"order": ("order.purchaseorder", 1)}
    models |= {"line": ("part.bomitem", 1), "supplied": ("company.supplierpart", 7)}
    new = [deepcopy(line) for line in rows]
    for name, fields in by_model.items():
        for line in new:
            if (line["model"], line["pk"]) == models[name]:
                line["fields"] |= fields
    return new


def without(rows: Iterable[Row], model: str, pk: int) -> list[Row]:
    return [line for line in rows if (line["model"], line["pk"]) != (model, pk)]


NEWER = {
    "nothing": OLD,
    "names": changed(OLD, room={"name": "Hall"}, part_1={"name": "Torch"}),
    "descriptions": changed(OLD, part_1={"description": "", "notes": "Cold"}, box={"description": "Blue"}),
    "keywords and metadata": changed(OLD, part_1={"keywords": "light new", "IPN": "", "units": "m"}),
    "parents": changed(OLD, box={"parent": 1}, part_3={"category": None}),
    "quantity of an item": changed(OLD, item={"serial": "", "quantity": "5", "batch": "B"}),
    "moves": [*changed(OLD, item={"location": 1}), tracked(3, 3, 3), tracked(4, 4, 1)],
    "a move into another item": changed(OLD, item={"belongs_to": 2, "location": None}),
    "a place without a tracking entry": changed(OLD, item={"location": 3}),
    "an order that is done": changed(OLD, order={"status": 30, "complete_date": "2022-02-02"}),
    "an order that is cancelled": changed(OLD, order={"status": 40, "complete_date": "2022-02-02"}),
    "an order that is pending again": changed(OLD, order={"status": 10, "issue_date": None}),
    "an order on another day": changed(OLD, order={"target_date": "2022-05-05", "description": "More lamps"}),
    "an order without a day": changed(OLD, order={"target_date": None}),
    "an order of another part": changed(OLD, supplied={"part": 2}),
    "images": changed(OLD, part_1={"image": "b.png"}, part_2={"image": None}),
    "lines of a bill": changed(OLD, line={"quantity": "7", "note": "spare"}),
    "a removed line": without(OLD, "part.bomitem", 2),
    "no lines": without(without(OLD, "part.bomitem", 1), "part.bomitem", 2),
    "a new line": [*OLD, row("part.bomitem", 3, part=2, sub_part=3)],
    "another template": changed(OLD, part_2={"variant_of": 3}),
    "no template": changed(OLD, part_2={"variant_of": None}),
}


@pytest.mark.parametrize("change", NEWER)
async def test_a_newer_dump_gives_what_a_fresh_import_of_it_gives(tmp_path: Path, change: str) -> None:
    store, fresh, newer = ImportStore(), ImportStore(), NEWER[change]
    old = await imported(store, tmp_path, OLD)
    assert await imported(store, tmp_path, newer) == await imported(fresh, tmp_path, newer)
    again = await store.inventree(write_file(tmp_path, newer))
    assert (again.events, again.sent.total(), again.refused) == (0, 0, 0)
    assert await imported(store, tmp_path, OLD) == old
    assert store.service.counts.nothing == 0


async def imported(store: ImportStore, folder: Path, dump: list[Row]) -> Mapping[str, object]:
    """Import the dump, and return the content of the store."""
    await store.inventree(write_file(folder, dump))
    return await content(store)


async def test_moves_keep_the_ids_of_their_tracking_entries(tmp_path: Path) -> None:
    store = ImportStore()
    await store.inventree(write_file(tmp_path, OLD))
    summary = await store.inventree(write_file(tmp_path, NEWER["moves"]))
    assert summary.sent == {"MoveThing": 2}
    moves = await store.events_of(ThingMoved)
    assert [move.at.day for move in moves] == [2, 3, 4]
    assert {move.by for move in moves} == {"inventree:ada"}


async def test_what_people_changed_stays_and_is_counted(tmp_path: Path) -> None:
    store, report = ImportStore(), Report()
    await store.inventree(write_file(tmp_path, OLD))
    things = {thing.metadata["source"]: thing for thing in await store.entities(Thing)}
    (task,) = await store.entities(Task)
    relation = next(edge for edge in await store.entities(Relation) if edge.metadata.get("quantity") == "1")
    lamp, item, room = (things[name].id for name in ("part.part 1", "stock.stockitem 1", "stock.stocklocation 1"))
    source, target = relation.source, relation.target
    for command in (
        RenameThing(thing_id=lamp, name="Mine"),
        DescribeThing(thing_id=room, description="Mine"),
        MoveThing(thing_id=item, parent=None),
        EditTask(task_id=task.id, title="Mine"),
        EditRelation(source=source, type=relation.type, target=target, metadata=relation.metadata | {"note": "mine"}),
    ):
        await store.execute(command, IMPORTER)
    names = {"part_1": {"name": "Torch", "description": "Cold"}, "room": {"name": "Hall", "description": "Big"}}
    newer = changed(OLD, **names, item={"location": 3}, order={"status": 30}, line={"quantity": "7", "note": "spare"})
    summary = await store.inventree(write_file(tmp_path, newer), report=report)
    things = {thing.metadata["source"]: thing for thing in await store.entities(Thing)}
    (task,) = await store.entities(Task)
    assert (things["part.part 1"].name, things["part.part 1"].description) == ("Mine", "Cold")
    assert (things["stock.stocklocation 1"].name, things["stock.stocklocation 1"].description) == ("Hall", "Mine")
    assert (things["stock.stockitem 1"].parent, task.title, task.status) == (None, "Mine", Status.DONE)
    edited = next(edge for edge in await store.entities(Relation) if edge.id == relation.id)
    assert (edited.metadata["quantity"], edited.metadata["note"]) == ("7", "mine")
    assert (summary.kept, report.counts["kept"], report.shortfalls) == (5, 5, 0)


async def test_an_older_version_of_the_given_inventory_then_the_given_one(tmp_path: Path) -> None:
    """An excerpt of the inventory that other people wrote: places, categories, and every ninth part with all its rows."""
    rows: list[Row] = json.loads(real_file("inventree", "inventree_data.json").read_bytes())
    excerpt = [line for line in rows if in_excerpt(line)]
    tracking = sorted((line for line in excerpt if "deltas" in line["fields"]), key=lambda line: line["fields"]["date"])
    first = {line["fields"]["item"]: line["pk"] for line in reversed(tracking)}
    versions = (before(line, number, {*first.values()}) for number, line in enumerate(excerpt))
    older = [line for line in versions if line is not None]
    fresh, updated = ImportStore(), ImportStore()
    await imported(updated, tmp_path, older)
    assert await imported(updated, tmp_path, excerpt) == await imported(fresh, tmp_path, excerpt)
    assert len(await content(fresh)) > 200
    assert await members(updated) == await members(fresh)


def in_excerpt(line: Row) -> bool:
    fields = line["fields"]
    match line["model"]:
        case "part.part":
            return bool(line["pk"] % 9 == 0)
        case "stock.stockitem" | "part.bomitem":
            return fields["part"] % 9 == 0 and fields.get("sub_part", 0) % 9 == 0 and not fields.get("belongs_to")
        case "stock.stockitemtracking":
            return bool(fields["item"] < 200)
        case _:
            return True


def before(line: Row, number: int, creations: set[int]) -> Row | None:
    """Return the row as it may have been before, or None for one that came later. Nothing is created later."""
    fields = line["fields"]
    if number % 3:
        return line
    match line["model"]:
        case "part.bomitem":
            return None if number % 2 else line | {"fields": fields | {"quantity": "99", "note": "before"}}
        case "stock.stockitemtracking":
            return line if line["pk"] in creations else None
        case "stock.stockitem":
            return line | {"fields": fields | {"quantity": "99", "location": 1, "batch": "before"}}
        case "part.part":
            before = {"name": "Before", "description": "before", "keywords": "a b", "image": "before.png"}
            return line | {"fields": fields | before | {"category": None, "variant_of": None}}
        case "stock.stocklocation" | "part.partcategory":
            return line | {"fields": fields | {"name": "Before", "description": "before"}}
        case "order.purchaseorder" | "order.salesorder" | "order.returnorder" | "build.build":
            return line | {"fields": fields | {"status": 10, "target_date": "2020-01-01", "title": "before"}}
        case _:
            return line
