"""The merge of one entity: the source's cells, apart from those that a person changed last."""

from datetime import UTC, datetime

import pytest

from ascend.adapters.importers.merge.cells import SHAPES, THERE, cells
from ascend.adapters.importers.merge.merging import merge
from ascend.domain.assets.asset import Asset, AssetKind, Details
from ascend.domain.ids import AssetId, LinkId, Ref, TaskId, UserId
from ascend.domain.links import Link
from ascend.domain.tasks.task import Status, Task
from ascend.domain.values import FEW
from ascend.projections.life_os import LIFE_OS

NOW, ADA = datetime(2024, 1, 1, tzinfo=UTC), UserId("ada")


def task(**fields: object) -> Task:
    plain = {"title": "One", "description": "", "about": (), "tags": (), "created_by": ADA, "created_at": NOW}
    return Task(id=TaskId.derive("one"), **{**plain, **fields})  # type: ignore[arg-type]


def test_only_cells_that_no_person_changed_take_the_sources_value() -> None:
    current = task(title="Mine", description="old", tags=("bug", "mine"), metadata={"a": "1", "b": "2"})
    wanted = task(title="New", description="new", tags=("late",), metadata={"a": "3"})
    merged = merge(current, {"title", "tags:mine", "metadata:a"}, wanted)
    assert merged.goal == task(title="Mine", description="new", tags=("late", "mine"), metadata={"a": "1"})
    assert merged.changed == ("description", "tags:bug", "metadata:b", "tags:late")
    assert merged.kept == ("title", "tags:mine", "metadata:a")


def test_equal_cells_are_neither_changed_nor_kept_and_the_order_of_tags_is_no_difference() -> None:
    current = task(tags=("b", "a"), status=Status.DONE, closed_at=NOW)
    merged = merge(current, {"tags:a", "status"}, task(tags=("a", "b"), status=Status.DONE, closed_at=NOW))
    assert (merged.goal, merged.changed, merged.kept) == (current, (), ())


def test_a_status_and_its_time_are_one_cell() -> None:
    merged = merge(task(status=Status.DONE, closed_at=NOW), set[str](), task())
    assert (merged.goal, merged.changed) == (task(), ("status",))


def test_unstated_fields_stay_and_are_kept_where_a_person_changed_them() -> None:
    current = task(tags=("bug", "mine"), description="text")
    merged = merge(current, {"tags:mine"}, task(), ("tags", "description"))
    assert (merged.goal, merged.changed, merged.kept) == (current, (), ("tags:mine",))


def test_tags_that_look_the_same_are_one_cell() -> None:
    composed, decomposed = task(tags=("K\u00fcche",)), task(tags=("Ku\u0308che",))
    assert cells(composed) == cells(decomposed)
    merged = merge(composed, set[str](), decomposed)
    assert (merged.goal, merged.changed, merged.kept) == (composed, (), ())


@pytest.mark.parametrize("field", ["tags", "metadata"])
def test_the_sources_surplus_is_left_out_beside_what_people_added(field: str) -> None:
    names = [f"n{n}" for n in range(FEW)]
    mine = task(tags=("mine",)) if field == "tags" else task(metadata={"mine": "x"})
    wanted = task(tags=tuple(names)) if field == "tags" else task(metadata=dict.fromkeys(names, "x"))
    merged = merge(mine, {f"{field}:mine"}, wanted)
    assert set(getattr(merged.goal, field)) == {*names[:-1], "mine"}
    assert merged.left_out == (f"{field}:n19",)


def test_an_asset_is_merged_inside_its_details() -> None:
    asset = AssetId.derive("a")
    current = Asset(id=asset, kind=AssetKind.FILE, details=Details(name="a", uri="x:1"), created_by=ADA, created_at=NOW)
    wanted = Asset(id=asset, kind=AssetKind.FILE, details=Details(name="b", uri="x:2"), created_by=ADA, created_at=NOW)
    assert merge(current, {"uri"}, wanted).goal.details == Details(name="b", uri="x:1")


def test_what_is_gone_has_no_cells() -> None:
    link = Link(id=LinkId.derive("l"), asset=AssetId.derive("a"), to=Ref("task", TaskId.derive("one")), there=False)
    assert (cells(link), cells(task(deleted=True))) == ({}, {})
    assert cells(task())[THERE] is True


def test_every_kind_with_cells_is_a_kind_of_the_application() -> None:
    assert set(SHAPES) <= set(LIFE_OS.model.kinds)
