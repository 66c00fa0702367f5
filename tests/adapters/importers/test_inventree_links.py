"""The import of relations between parts, of images, and of builds in builds."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.importers.files import row, write_file
from support.importers.store import ImportStore

from ascend.adapters.importers import IMPORTER
from ascend.adapters.importers.report import Notice, Report
from ascend.domain.assets.asset import Asset, AssetCreated, AssetKind
from ascend.domain.assets.commands import RetireAsset
from ascend.domain.errors import InvalidInput, InvalidRecord
from ascend.domain.links import AssetLinked, Link, UnlinkAsset
from ascend.domain.relations.commands import EditRelation, RemoveRelation
from ascend.domain.relations.relation import Relation, RelationAdded, RelationEdited
from ascend.domain.tasks.commands import EditTask
from ascend.domain.tasks.task import Status, Task
from ascend.domain.things.thing import Thing

BIKE, LIGHT, BULB = (row("part.part", pk, name=name) for pk, name in [(1, "Bike"), (2, "Light"), (3, "Bulb")])
OLD = "2021-06-20"


def line(pk: int, part: int, sub_part: int, **fields: Any) -> dict[str, Any]:
    return row("part.bomitem", pk, part=part, sub_part=sub_part, **{"quantity": "2.00000", **fields})


def build(pk: int, parent: int | None = None, **fields: Any) -> dict[str, Any]:
    defaults = {"reference": f"B{pk}", "part": 1, "status": 20, "creation_date": OLD, "parent": parent}
    return row("build.build", pk, **defaults | fields)


async def edges(store: ImportStore) -> list[tuple[str, str, str, str | None]]:
    """Return the relations with the names of their ends, and their inverse names."""
    names: dict[str, str] = {thing.id: thing.name for thing in await store.entities(Thing)}
    living = [edge for edge in await store.entities(Relation) if not edge.removed]
    return [(names[edge.source.id], edge.type, names[edge.target.id], edge.inverse) for edge in living]


async def shown(store: ImportStore) -> list[tuple[str, str]]:
    """Return the name of each image with the name of a thing that shows it."""
    names: dict[str, str] = {thing.id: thing.name for thing in await store.entities(Thing)}
    assets = {asset.id: asset.details.name for asset in await store.entities(Asset)}
    return [(assets[link.asset], names[link.to.id]) for link in await store.entities(Link) if link.there]


# Bills of materials


async def test_a_line_of_a_bill_is_a_relation(store: ImportStore, tmp_path: Path) -> None:
    fields = {"reference": "front, rear", "note": "LED", "optional": True, "allow_variants": True}
    await store.inventree(write_file(tmp_path, [line(7, 1, 2, **fields), BIKE, LIGHT]))
    assert await edges(store) == [("Bike", "contains", "Light", "is part of")]
    (added,) = await store.events_of(RelationAdded)
    assert added.by == IMPORTER
    assert added.metadata == {
        "source": "part.bomitem 7",
        "quantity": "2",
        "reference": "front, rear",
        "note": "LED",
        "optional": "yes",
        "variants": "allowed",
    }


async def test_lines_with_the_same_two_parts_are_one_relation(store: ImportStore, tmp_path: Path) -> None:
    first = line(4, 1, 2, reference="front", optional=True)
    others = [line(9, 1, 2, quantity="1.5", reference="rear", note="LED"), line(11, 1, 2, reference="rear")]
    summary = await store.inventree(write_file(tmp_path, [*others, line(5, 2, 3), first, BIKE, LIGHT, BULB]))
    assert [edge[:3] for edge in await edges(store)] == [("Bike", "contains", "Light"), ("Light", "contains", "Bulb")]
    assert (await store.entities(Relation))[0].metadata == {
        "source": "part.bomitem 4",
        "quantity": "5.5",
        "reference": "front, rear, rear",
        "note": "LED",
    }
    assert summary.records == 3 + 2


async def test_a_changed_line_is_imported_as_one_edit(store: ImportStore, tmp_path: Path) -> None:
    await store.inventree(write_file(tmp_path, [line(7, 1, 2), BIKE, LIGHT]))
    changed = write_file(tmp_path, [line(7, 1, 2, quantity="3"), BIKE, LIGHT])
    await store.inventree(changed)
    (edited,) = await store.events_of(RelationEdited)
    assert (edited.metadata["quantity"], edited.inverse) == ("3", "is part of")
    relation = await store.only_entity(Relation)
    mine = EditRelation(source=relation.source, type=relation.type, target=relation.target, tags=("mine",))
    await store.execute(mine, IMPORTER)
    head = await store.head()
    summary = await store.inventree(changed)
    assert (await store.head(), summary.events, store.service.counts.nothing) == (head, 0, 0)
    assert (await store.only_entity(Relation)).tags == ("mine",)
    await store.inventree(write_file(tmp_path, [line(7, 1, 2, quantity="4"), BIKE, LIGHT]))
    assert (await store.only_entity(Relation)).metadata["quantity"] == "4"


async def test_a_part_that_contains_itself_is_passed_over_and_listed(store: ImportStore, tmp_path: Path) -> None:
    report = Report()
    own = row("part.part", 1, name="Bike", variant_of=1)
    await store.inventree(write_file(tmp_path, [line(7, 1, 1), line(8, 1, 2), own, LIGHT]), report=report)
    assert [edge[:3] for edge in await edges(store)] == [("Bike", "contains", "Light")]
    assert report.first == [
        Notice("part.bomitem 7", "passed over", "sub_part", "it is the part itself"),
        Notice("part.part 1", "left out", "variant_of", "it is the part itself"),
    ]


async def test_a_line_that_people_removed_stays_removed(store: ImportStore, tmp_path: Path) -> None:
    file = write_file(tmp_path, [line(7, 1, 2), BIKE, LIGHT])
    await store.inventree(file)
    relation = await store.only_entity(Relation)
    await store.execute(RemoveRelation(source=relation.source, type=relation.type, target=relation.target), IMPORTER)
    assert (await store.inventree(file)).events == 0
    assert await edges(store) == []


async def test_variants_point_at_their_template_in_any_order_of_rows(store: ImportStore, tmp_path: Path) -> None:
    red, blue = (row("part.part", pk, name=name, variant_of=5) for pk, name in [(1, "Red"), (9, "Blue")])
    summary = await store.inventree(write_file(tmp_path, [red, blue, row("part.part", 5, name="Bike")]))
    assert await edges(store) == [
        ("Red", "is variant of", "Bike", "has variant"),
        ("Blue", "is variant of", "Bike", "has variant"),
    ]
    assert summary.records == 3


async def test_a_new_template_takes_the_place_of_the_first(store: ImportStore, tmp_path: Path) -> None:
    first, later = (row("part.part", 2, name="Light", variant_of=template) for template in (1, 3))
    await store.inventree(write_file(tmp_path, [BIKE, first, BULB]))
    await store.inventree(write_file(tmp_path, [BIKE, later, BULB]))
    summary = await store.inventree(write_file(tmp_path, [BIKE, later, BULB]))
    assert [edge[2] for edge in await edges(store)] == ["Bulb"]
    assert (summary.events, summary.kept, store.service.counts.nothing) == (0, 0, 0)


# Images


async def test_an_image_is_one_asset_linked_with_all_parts_that_show_it(store: ImportStore, tmp_path: Path) -> None:
    image = "part_images/two wheels.PNG"
    bike = row("part.part", 1, name="Bike", image=image, creation_date=OLD, creation_user=["ada"])
    plain = row("part.part", 3, name="Bulb", image="")
    summary = await store.inventree(
        write_file(
            tmp_path, [bike, row("part.part", 2, name="Light", image=image), plain, row("part.part", 4, name="Bell")]
        )
    )
    (created,) = await store.events_of(AssetCreated)
    assert (created.kind, created.by) == (AssetKind.FILE, IMPORTER)
    assert (created.details.name, created.details.media_type) == ("two wheels.PNG", "image/png")
    assert created.details.uri == "inventree:part_images/two%20wheels.PNG"
    assert await shown(store) == [("two wheels.PNG", "Bike"), ("two wheels.PNG", "Light")]
    first, _ = await store.events_of(AssetLinked)
    assert (first.by, first.at) == ("inventree:ada", datetime(2021, 6, 20, tzinfo=UTC))
    assert summary.records == 4 + 1


@pytest.mark.parametrize(
    ("image", "media_type"),
    [("a.jpg", "image/jpeg"), ("a.jpeg", "image/jpeg"), ("a.b.webp", "image/webp"), ("png", None), ("a.exe", None)],
)
async def test_the_media_type_follows_the_suffix(
    store: ImportStore, tmp_path: Path, image: str, media_type: str | None
) -> None:
    await store.inventree(write_file(tmp_path, [row("part.part", 1, name="Bike", image=image)]))
    assert (await store.only_entity(Asset)).details.media_type == media_type


async def test_a_new_image_takes_the_place_of_the_first(store: ImportStore, tmp_path: Path) -> None:
    await store.inventree(write_file(tmp_path, [row("part.part", 1, name="Bike", image="a.png")]))
    later = [row("part.part", 1, name="Bike", image="b.png"), row("part.part", 2, name="Light", image="b.png")]
    summary = await store.inventree(write_file(tmp_path, later))
    assert await shown(store) == [("b.png", "Bike"), ("b.png", "Light")]
    assert summary.kept == 0


@pytest.mark.parametrize(
    ("bad", "reason", "things"),
    [
        (line(6, 1, 9), r"part.bomitem 6\.sub_part: part.part 9 is not in the file", 1),
        (line(6, 9, 1), r"part.bomitem 6\.part: part.part 9 is not in the file", 1),
        (line(6, 1, 2, note="x" * 5_001), r"part.bomitem 6\.metadata: it has 5001 characters", 1),
        (row("part.part", 9, name="x", variant_of=8), r"part.part 9\.variant_of: part.part 8 is not in the file", 2),
        (row("part.part", 9, name="x", image="a\u0007b.png"), r"part.part 9\.image: a name cannot hold U\+0007", 0),
        (row("part.part", 9, name="x", image="/"), r"part.part 9\.image: it is blank", 0),
    ],
)
async def test_a_bad_row_stops_a_strict_import_there(
    store: ImportStore, tmp_path: Path, bad: dict[str, Any], reason: str, things: int
) -> None:
    light = [LIGHT] if "note" in bad["fields"] else []
    with pytest.raises(InvalidRecord, match=reason):
        await store.inventree(write_file(tmp_path, [bad, BIKE, *light]), report=Report(strict=True))
    assert len(await store.entities(Thing)) == things + len(light)
    assert (await store.entities(Relation), await store.entities(Asset)) == ([], [])


async def test_a_second_import_keeps_the_changes_of_people_to_images(store: ImportStore, tmp_path: Path) -> None:
    file = write_file(tmp_path, [row("part.part", pk, name="Bike", image=f"{pk}.png") for pk in (1, 2)])
    await store.inventree(file)
    first, second = await store.entities(Link)
    await store.execute(UnlinkAsset(asset_id=first.asset, to=first.to), IMPORTER)
    await store.execute(RetireAsset(asset_id=second.asset), IMPORTER)
    head = await store.head()
    summary = await store.inventree(file)
    assert (await store.head(), summary.events, summary.refused) == (head, 0, 0)


# Builds in builds


async def test_a_build_of_a_build_is_a_subtask(store: ImportStore, tmp_path: Path) -> None:
    await store.inventree(write_file(tmp_path, [build(1, parent=3), build(2), build(3, parent=2, status=40), BIKE]))
    tasks = {task.title: task for task in await store.entities(Task)}
    parents = {title: task.parent for title, task in tasks.items()}
    assert parents == {"B2": None, "B3": tasks["B2"].id, "B1": tasks["B3"].id}
    assert tasks["B3"].status is Status.DONE
    assert tasks["B1"].metadata["parent"] == "3"


@pytest.mark.parametrize(
    ("builds", "reason"),
    [
        ([build(1, parent=2)], "build.build 2 is not in the file"),
        ([build(1, parent=2), build(2, parent=1)], "build.build 2 is also below it"),
        ([build(n, parent=n - 1 or None) for n in range(1, 12)], "build.build 10 holds it more than 10 levels deep"),
    ],
)
async def test_a_build_without_a_place_in_the_hierarchy_is_kept_at_the_top(
    store: ImportStore, tmp_path: Path, builds: list[dict[str, Any]], reason: str
) -> None:
    file, report, last = write_file(tmp_path, [BIKE, *builds]), Report(), "1" if len(builds) < 3 else "11"
    with pytest.raises(InvalidInput, match=rf"build.build {last}\.parent: {reason}.*; nothing was imported"):
        await store.inventree(file, report=Report(strict=True))
    assert await store.events() == []
    await store.inventree(file, report=report)
    assert len(await store.entities(Task)) == len(builds)
    assert report.first == [
        Notice(f"build.build {last}", "left out", "parent", f"{reason}; this row is kept at the top")
    ]


async def test_builds_may_be_as_deep_as_tasks(store: ImportStore, tmp_path: Path) -> None:
    summary = await store.inventree(
        write_file(tmp_path, [BIKE, *(build(n, parent=n - 1 or None) for n in range(1, 11))])
    )
    assert (len(await store.entities(Task)), summary.refused) == (10, 0)


async def test_a_build_that_moved_keeps_its_parent_and_its_metadata_changes_once(
    store: ImportStore, tmp_path: Path
) -> None:
    await store.inventree(write_file(tmp_path, [BIKE, build(1), build(2), build(3, parent=1)]))
    moved = write_file(tmp_path, [BIKE, build(1), build(2), build(3, parent=2)])
    await store.inventree(moved)
    task = (await store.entities(Task))[-1]
    assert (task.parent, task.metadata["parent"]) == ((await store.entities(Task))[0].id, "2")
    await store.execute(EditTask(task_id=task.id, title="Mine"), IMPORTER)
    head = await store.head()
    summary = await store.inventree(moved)
    assert (await store.head(), summary.events, store.service.counts.nothing) == (head, 0, 0)
