"""What parts of an inventory have to do with each other, and what they look like."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from support.importers.given import Store, row, written

from ascend.adapters.importers import IMPORTER
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
    given = {"reference": f"B{pk}", "part": 1, "status": 20, "creation_date": OLD, "parent": parent}
    return row("build.build", pk, **given | fields)


async def edges(store: Store) -> list[tuple[str, str, str, str | None]]:
    """Each with the names of its ends, and how it is called from the other one."""
    names: dict[str, str] = {thing.id: thing.name for thing in await store.every(Thing)}
    living = [one for one in await store.every(Relation) if not one.removed]
    return [(names[one.source.id], one.type, names[one.target.id], one.inverse) for one in living]


async def shown(store: Store) -> list[tuple[str, str]]:
    """Images, and what shows them."""
    names: dict[str, str] = {thing.id: thing.name for thing in await store.every(Thing)}
    assets = {asset.id: asset.details.name for asset in await store.every(Asset)}
    return [(assets[link.asset], names[link.to.id]) for link in await store.every(Link) if link.there]


# Bills of materials


async def test_a_line_of_a_bill_is_a_relation(store: Store, tmp_path: Path) -> None:
    given = {"reference": "front, rear", "note": "LED", "optional": True, "allow_variants": True}
    await store.inventree(written(tmp_path, [line(7, 1, 2, **given), BIKE, LIGHT]))
    assert await edges(store) == [("Bike", "contains", "Light", "is part of")]
    (added,) = await store.told(RelationAdded)
    assert added.by == IMPORTER
    assert added.metadata == {
        "source": "part.bomitem 7",
        "quantity": "2",
        "reference": "front, rear",
        "note": "LED",
        "optional": "yes",
        "variants": "allowed",
    }


async def test_lines_that_join_the_same_two_parts_are_one_relation(store: Store, tmp_path: Path) -> None:
    first = line(4, 1, 2, reference="front", optional=True)
    others = [line(9, 1, 2, quantity="1.5", reference="rear", note="LED"), line(11, 1, 2, reference="rear")]
    summary = await store.inventree(written(tmp_path, [*others, line(5, 2, 3), first, BIKE, LIGHT, BULB]))
    assert [edge[:3] for edge in await edges(store)] == [("Bike", "contains", "Light"), ("Light", "contains", "Bulb")]
    assert (await store.every(Relation))[0].metadata == {
        "source": "part.bomitem 4",
        "quantity": "5.5",
        "reference": "front, rear, rear",
        "note": "LED",
    }
    assert summary.records == 3 + 2


async def test_a_changed_line_is_an_edit_once(store: Store, tmp_path: Path) -> None:
    await store.inventree(written(tmp_path, [line(7, 1, 2), BIKE, LIGHT]))
    changed = written(tmp_path, [line(7, 1, 2, quantity="3"), BIKE, LIGHT])
    await store.inventree(changed)
    (edited,) = await store.told(RelationEdited)
    assert (edited.metadata["quantity"], edited.inverse) == ("3", "is part of")
    relation = await store.only(Relation)
    mine = EditRelation(source=relation.source, type=relation.type, target=relation.target, tags=("mine",))
    await store.do(mine, IMPORTER)
    head = await store.head()
    summary = await store.inventree(changed)
    assert (await store.head(), summary.events, store.service.counts.nothing) == (head, 0, 0)
    assert (await store.only(Relation)).tags == ("mine",)
    await store.inventree(written(tmp_path, [line(7, 1, 2, quantity="4"), BIKE, LIGHT]))
    assert (await store.only(Relation)).metadata["quantity"] == "4"


async def test_a_part_that_contains_itself_is_refused_and_reported(store: Store, tmp_path: Path) -> None:
    summary = await store.inventree(written(tmp_path, [line(7, 1, 1), line(8, 1, 2), BIKE, LIGHT]))
    assert [edge[:3] for edge in await edges(store)] == [("Bike", "contains", "Light")]
    assert summary.refused == 1
    assert summary.refusals[0].startswith("part.bomitem 7: AddRelation: A Relation has two different ends")


async def test_a_line_that_people_removed_stays_removed(store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, [line(7, 1, 2), BIKE, LIGHT])
    await store.inventree(file)
    relation = await store.only(Relation)
    await store.do(RemoveRelation(source=relation.source, type=relation.type, target=relation.target), IMPORTER)
    assert (await store.inventree(file)).events == 0
    assert await edges(store) == []


async def test_variants_point_at_their_template_whatever_the_order(store: Store, tmp_path: Path) -> None:
    red, blue = (row("part.part", pk, name=name, variant_of=5) for pk, name in [(1, "Red"), (9, "Blue")])
    summary = await store.inventree(written(tmp_path, [red, blue, row("part.part", 5, name="Bike")]))
    assert await edges(store) == [
        ("Red", "is variant of", "Bike", "has variant"),
        ("Blue", "is variant of", "Bike", "has variant"),
    ]
    assert summary.records == 3


async def test_a_variant_of_another_part_later_is_one_of_both(store: Store, tmp_path: Path) -> None:
    first, later = (row("part.part", 2, name="Light", variant_of=template) for template in (1, 3))
    await store.inventree(written(tmp_path, [BIKE, first, BULB]))
    await store.inventree(written(tmp_path, [BIKE, later, BULB]))
    summary = await store.inventree(written(tmp_path, [BIKE, later, BULB]))
    assert [edge[2] for edge in await edges(store)] == ["Bike", "Bulb"]
    assert (summary.events, summary.kept, store.service.counts.nothing) == (0, 0, 0)


# Images


async def test_an_image_is_one_asset_of_all_parts_that_show_it(store: Store, tmp_path: Path) -> None:
    image = "part_images/two wheels.PNG"
    bike = row("part.part", 1, name="Bike", image=image, creation_date=OLD, creation_user=["ada"])
    plain = row("part.part", 3, name="Bulb", image="")
    summary = await store.inventree(
        written(
            tmp_path, [bike, row("part.part", 2, name="Light", image=image), plain, row("part.part", 4, name="Bell")]
        )
    )
    (made,) = await store.told(AssetCreated)
    assert (made.kind, made.by) == (AssetKind.FILE, IMPORTER)
    assert (made.details.name, made.details.media_type) == ("two wheels.PNG", "image/png")
    assert made.details.uri == "inventree:part_images/two%20wheels.PNG"
    assert await shown(store) == [("two wheels.PNG", "Bike"), ("two wheels.PNG", "Light")]
    first, _ = await store.told(AssetLinked)
    assert (first.by, first.at) == ("inventree:ada", datetime(2021, 6, 20, tzinfo=UTC))
    assert summary.records == 4 + 1


@pytest.mark.parametrize(
    ("image", "media_type"),
    [("a.jpg", "image/jpeg"), ("a.jpeg", "image/jpeg"), ("a.b.webp", "image/webp"), ("png", None), ("a.exe", None)],
)
async def test_the_media_type_goes_by_the_suffix(
    store: Store, tmp_path: Path, image: str, media_type: str | None
) -> None:
    await store.inventree(written(tmp_path, [row("part.part", 1, name="Bike", image=image)]))
    assert (await store.only(Asset)).details.media_type == media_type


async def test_another_image_later_comes_beside_the_first(store: Store, tmp_path: Path) -> None:
    await store.inventree(written(tmp_path, [row("part.part", 1, name="Bike", image="a.png")]))
    later = [row("part.part", 1, name="Bike", image="b.png"), row("part.part", 2, name="Light", image="b.png")]
    summary = await store.inventree(written(tmp_path, later))
    assert await shown(store) == [("a.png", "Bike"), ("b.png", "Bike"), ("b.png", "Light")]
    assert summary.kept == 0


@pytest.mark.parametrize(
    ("bad", "why", "things"),
    [
        (line(6, 1, 9), "part.bomitem 6: part.part 9 is not in the file", 1),
        (line(6, 9, 1), "part.bomitem 6: part.part 9 is not in the file", 1),
        (line(6, 1, 2, note="x" * 501), r"part.bomitem 6: AddRelation.metadata.note", 1),
        (row("part.part", 9, name="x", variant_of=8), "part.part 9: part.part 8 is not in the file", 2),
        (row("part.part", 9, name="x", image="a\u0007b.png"), "part.part 9: CreateAsset.name: a name cannot hold", 0),
        (row("part.part", 9, name="x", image="/"), "part.part 9: CreateAsset.name", 0),
    ],
)
async def test_a_bad_row_stops_the_import_there(
    store: Store, tmp_path: Path, bad: dict[str, Any], why: str, things: int
) -> None:
    light = [LIGHT] if "note" in bad["fields"] else []
    with pytest.raises(InvalidRecord, match=why):
        await store.inventree(written(tmp_path, [bad, BIKE, *light]))
    assert len(await store.every(Thing)) == things + len(light)
    assert (await store.every(Relation), await store.every(Asset)) == ([], [])


async def test_what_people_did_with_images_stays(store: Store, tmp_path: Path) -> None:
    file = written(tmp_path, [row("part.part", pk, name="Bike", image=f"{pk}.png") for pk in (1, 2)])
    await store.inventree(file)
    first, second = await store.every(Link)
    await store.do(UnlinkAsset(asset_id=first.asset, to=first.to), IMPORTER)
    await store.do(RetireAsset(asset_id=second.asset), IMPORTER)
    head = await store.head()
    summary = await store.inventree(file)
    assert (await store.head(), summary.events, summary.refused) == (head, 0, 0)


# Builds that are parts of builds


async def test_a_build_of_a_build_is_a_subtask(store: Store, tmp_path: Path) -> None:
    await store.inventree(written(tmp_path, [build(1, parent=3), build(2), build(3, parent=2, status=40), BIKE]))
    tasks = {task.title: task for task in await store.every(Task)}
    parents = {title: task.parent for title, task in tasks.items()}
    assert parents == {"B2": None, "B3": tasks["B2"].id, "B1": tasks["B3"].id}
    assert tasks["B3"].status is Status.DONE
    assert tasks["B1"].metadata["parent"] == "3"


@pytest.mark.parametrize(
    ("builds", "why"),
    [
        ([build(1, parent=2)], "build.build 1: what holds it is not in the file"),
        ([build(1, parent=2), build(2, parent=1)], "build.build 1: .*hold each other in a circle"),
        ([build(n, parent=n - 1 or None) for n in range(1, 12)], "build.build 11: it is more than 10 levels deep"),
    ],
)
async def test_builds_that_make_no_hierarchy_import_nothing(
    store: Store, tmp_path: Path, builds: list[dict[str, Any]], why: str
) -> None:
    with pytest.raises(InvalidInput, match=why):
        await store.inventree(written(tmp_path, [BIKE, *builds]))
    assert await store.events() == []


async def test_builds_may_be_as_deep_as_tasks(store: Store, tmp_path: Path) -> None:
    summary = await store.inventree(written(tmp_path, [BIKE, *(build(n, parent=n - 1 or None) for n in range(1, 11))]))
    assert (len(await store.every(Task)), summary.refused) == (10, 0)


async def test_a_build_that_moved_keeps_its_parent_and_says_so_once(store: Store, tmp_path: Path) -> None:
    await store.inventree(written(tmp_path, [BIKE, build(1), build(2), build(3, parent=1)]))
    moved = written(tmp_path, [BIKE, build(1), build(2), build(3, parent=2)])
    await store.inventree(moved)
    task = (await store.every(Task))[-1]
    assert (task.parent, task.metadata["parent"]) == ((await store.every(Task))[0].id, "2")
    await store.do(EditTask(task_id=task.id, title="Mine"), IMPORTER)
    head = await store.head()
    summary = await store.inventree(moved)
    assert (await store.head(), summary.events, store.service.counts.nothing) == (head, 0, 0)
