"""InvenTree's present export: a header, rows with gaps, texts of any length, statuses that users have added."""

from pathlib import Path
from typing import Any

import pytest
from support.importers.files import real_file, row, write_file
from support.importers.states import content
from support.importers.store import ImportStore

from ascend.adapters.importers import Notice, Report
from ascend.domain.assets.asset import Asset
from ascend.domain.relations.relation import Relation
from ascend.domain.tasks.task import Status, Task
from ascend.domain.things.thing import Thing

HEADER = {"metadata": True, "comment": "an export", "source_version": "1.3.0", "installed_apps": ["part"]}


def order(text: str | None, **fields: Any) -> dict[str, Any]:
    return row("order.purchaseorder", 1, **({"reference": "PO-1", "description": text, "status": 20} | fields))


async def test_the_present_export_is_read(store: ImportStore) -> None:
    report = Report()
    summary = await store.inventree(real_file("cases", "inventree-header.json"), report=report)
    category, part, item = await store.entities(Thing)
    order = await store.only_entity(Task)
    assert (category.name, part.name, part.parent, item.name) == ("Fasteners", "Bolt", category.id, "Bolt ×5")
    assert (order.title, order.status) == ("PO-1: two…", Status.DONE)
    assert order.description.startswith("two\nlines, and long long")
    assert (order.metadata["status"], order.metadata["custom status"]) == ("complete", "130")
    reason = "it names no stock item"
    assert report.first == [Notice("stock.stockitemtracking 7", "passed over", "item", reason)]
    assert (report.counts, summary.records) == ({"passed over": 1}, 4)
    assert (await store.inventree(real_file("cases", "inventree-header.json"))).events == 0


async def test_the_header_is_no_record(store: ImportStore, tmp_path: Path) -> None:
    report = Report(strict=True)
    await store.inventree(write_file(tmp_path, [HEADER, row("part.part", 1, name="Lamp")]), report=report)
    assert (len(await store.entities(Thing)), report.counts) == (1, {})


async def test_null_and_missing_fields_have_no_meaning(store: ImportStore, tmp_path: Path) -> None:
    names = {
        "part.part": ["name", "description", "keywords", "category", "IPN", "image", "variant_of", "creation_date"],
        "part.bomitem": ["quantity", "reference", "optional", "consumable", "inherited", "allow_variants"],
        "stock.stockitem": ["location", "belongs_to", "quantity", "serial", "notes", "status", "status_custom_key"],
        "stock.stockitemtracking": ["user", "deltas"],
        "order.salesorder": ["reference", "description", "status", "created_by", "target_date", "status_custom_key"],
        "build.build": ["reference", "title", "part", "status", "quantity", "issued_by"],
    }
    needed: dict[str, dict[str, Any]] = {
        "part.bomitem": {"part": 1, "sub_part": 2},
        "stock.stockitem": {"part": 1},
        "stock.stockitemtracking": {"item": 1, "date": "2022-01-01T00:00:00Z"},
    }
    part = row("part.part", 2, name="Bulb")
    missing = [row(model, 1, **needed.get(model, {})) for model in names]
    null = [row(model, 1, **needed.get(model, {}), **dict.fromkeys(fields)) for model, fields in names.items()]
    other, report = ImportStore(), Report()
    await store.inventree(write_file(tmp_path, [part, *missing]))
    await other.inventree(write_file(tmp_path, [part, *null]), report=report)
    assert await content(other) == await content(store)
    assert [thing.name for thing in await store.entities(Thing)] == ["(no name)", "Bulb", "(no name) ×1"]
    assert {task.title for task in await store.entities(Task)} == {"(no reference)"}
    assert [notice.record for notice in report.first] == ["part.part 1"]


@pytest.mark.parametrize(
    ("text", "title", "description"),
    [
        ("Lamps", "PO-1: Lamps", ""),
        (None, "PO-1", ""),
        ("first\r\nsecond", "PO-1: first…", "first\r\nsecond"),
        ("x" * 400, "PO-1: " + "x" * 293 + "…", "x" * 400),
        ("a\u202eb", "PO-1: ab", "a\u202eb"),
        ("x" * 294, "PO-1: " + "x" * 294, ""),
    ],
)
async def test_a_long_or_broken_text_stands_whole_in_the_description(
    store: ImportStore, tmp_path: Path, text: str | None, title: str, description: str
) -> None:
    report = Report()
    await store.inventree(write_file(tmp_path, [order(text)]), report=report)
    task = await store.only_entity(Task)
    assert (task.title, task.description, report.counts) == (title, description, {})


CUSTOM = row("common.inventreecustomuserstatemodel", 1, reference_status="PurchaseOrderStatus", key=130, logical_key=30)


@pytest.mark.parametrize(
    ("fields", "states", "names", "status"),
    [
        ({"status": 30, "status_custom_key": 130}, [], ("complete", "130"), Status.DONE),
        ({"status": 30, "status_custom_key": 30}, [], ("complete", None), Status.DONE),
        ({"status": 20, "status_custom_key": 130}, [("Paid", 30)], ("placed", "Paid"), Status.STARTED),
        ({"status": 130}, [("Paid", 30)], ("complete", "Paid"), Status.DONE),
        ({"status": 130, "status_custom_key": 130}, [("", None)], ("130", "130"), Status.OPEN),
        ({"status": 999}, [("Paid", 30)], ("999", None), Status.OPEN),
    ],
)
async def test_a_status_that_users_have_added_has_its_name_or_its_number(
    store: ImportStore,
    tmp_path: Path,
    fields: dict[str, int],
    states: list[tuple[str, int | None]],
    names: tuple[str, str | None],
    status: Status,
) -> None:
    custom = [CUSTOM | {"fields": CUSTOM["fields"] | {"label": label, "logical_key": code}} for label, code in states]
    await store.inventree(write_file(tmp_path, [order("Lamps", **fields), *custom]))
    task = await store.only_entity(Task)
    assert ((task.metadata["status"], task.metadata.get("custom status")), task.status) == (names, status)


async def test_rows_without_a_place_in_the_hierarchy_are_kept_at_the_top(store: ImportStore, tmp_path: Path) -> None:
    location = "stock.stocklocation"
    loop = [row(location, pk, name=f"L{pk}", parent=up) for pk, up in [(1, 3), (2, 1), (3, 2), (4, 3), (5, 5)]]
    deep = [row("part.partcategory", pk, name=f"C{pk}", parent=pk - 1 or None) for pk in range(1, 43)]
    lost = [row("part.part", 1, name="Lamp", category=99), row("stock.stockitem", 1, part=1, belongs_to=98)]
    report = Report()
    await store.inventree(write_file(tmp_path, [*loop, *deep, *lost]), report=report)
    things = {thing.id: thing for thing in await store.entities(Thing)}
    parents = {thing.name: things[thing.parent].name if thing.parent else None for thing in things.values()}
    assert {name: parents[name] for name in ("L1", "L2", "L3", "L4", "L5")} == {
        "L1": None,
        "L2": "L1",
        "L3": "L2",
        "L4": "L3",
        "L5": None,
    }
    assert [name for name in parents if name[0] == "C" and parents[name] is None] == ["C1", "C21", "C41"]
    assert (parents["Lamp"], parents["Lamp ×1"], len(things)) == (None, None, 49)
    assert [f"{notice.record}.{notice.field}: {notice.reason}" for notice in report.first] == [
        f"{place}; this row is kept at the top"
        for place in (
            "part.part 1.category: part.partcategory 99 is not in the file",
            "stock.stockitem 1.belongs_to: stock.stockitem 98 is not in the file",
            "stock.stocklocation 1.parent: stock.stocklocation 3 is also below it",
            "stock.stocklocation 5.parent: stock.stocklocation 5 is also below it",
            "part.partcategory 21.parent: part.partcategory 20 holds it more than 20 levels deep",
            "part.partcategory 41.parent: part.partcategory 40 holds it more than 20 levels deep",
        )
    ]


async def test_what_leads_nowhere_is_left_out_and_the_rest_of_the_row_is_kept(
    store: ImportStore, tmp_path: Path
) -> None:
    lamp = row("part.part", 1, name="x" * 400, keywords=",".join(f"k{n}" for n in range(22)), variant_of=9, image="/")
    item, date = row("stock.stockitem", 1, part=9, serial="A"), "2022-01-01T00:00:00Z"
    entry = row("stock.stockitemtracking", 1, item=1, date=date, deltas={"location": 9})
    line = row("part.bomitem", 1, part=1, sub_part=9)
    sale = [row("order.salesorder", 1, reference="SO"), row("order.salesorderlineitem", 1, order=1, part=9)]
    report = Report()
    await store.inventree(write_file(tmp_path, [lamp, item, entry, line, *sale]), report=report)
    assert [str(notice) for notice in report.first] == [
        "left out: part.part 1: image: it is blank: '(no name)' stands for it",
        "cut: part.part 1: name: it has 400 characters, 300 is the limit",
        "left out: part.part 1: keywords: there are 22, 20 is the limit: k20, k21",
        "left out: stock.stockitem 1: stock.stockitemtracking 1: stock.stocklocation 9 is not in the file",
        "left out: stock.stockitem 1: part: part.part 9 is not in the file",
        "left out: order.salesorder 1: part: part.part 9 is not in the file",
        "passed over: part.bomitem 1: sub_part: part.part 9 is not in the file",
        "left out: part.part 1: variant_of: part.part 9 is not in the file",
    ]
    assert [thing.name for thing in await store.entities(Thing)] == ["x" * 299 + "…", "part 9 #A"]
    assert [asset.details.name for asset in await store.entities(Asset)] == ["(no name)"]
    assert (await store.only_entity(Task)).title == "SO"
    assert await store.entities(Relation) == []


async def test_the_second_of_two_rows_with_one_number_is_passed_over(store: ImportStore, tmp_path: Path) -> None:
    report = Report()
    rows = [row("part.part", 5, name=name) for name in ("Lamp", "Torch", "Lamp")]
    await store.inventree(write_file(tmp_path, rows), report=report)
    assert (await store.only_entity(Thing)).name == "Lamp"
    (notice,) = report.first
    assert (notice.record, notice.kind) == ("part.part 5", "passed over")
    assert notice.reason.startswith("an earlier record has the same number")
