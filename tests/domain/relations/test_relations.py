"""Relations: typed, directed, without duplicates, between two ends that live."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from support.scenario import MEMBERS, asset_id, fact, task_id, thing_id

from ascend.domain.errors import InvalidInput, Refusal
from ascend.domain.ids import Ref, RelationId
from ascend.domain.relations.commands import AddRelation, EditRelation, RemoveRelation
from ascend.domain.relations.relation import (
    NoSuchRelation,
    RelatedToItself,
    Relation,
    RelationAdded,
    RelationEdited,
    RelationExists,
    RelationRemoved,
    ValidityOrder,
)
from ascend.domain.tasks.commands import CreateTask, DeleteTask
from ascend.domain.tasks.rules import NoSuchTask
from ascend.domain.things.commands import Children, CreateThing, DeleteThing
from ascend.domain.things.rules import NoSuchThing
from ascend.testing import given

HOUSE, WHEEL, CAR, DRIVE = (Ref("thing", thing_id(name)) for name in ("house", "wheel", "car", "drive"))
PAINT, PRIME = (Ref("task", task_id(name)) for name in ("paint", "prime"))
EDGE: dict[str, Any] = {"source": WHEEL, "type": "part of", "target": CAR}
R = RelationId.derive(*WHEEL, "part of", *CAR)
ALL: dict[str, Any] = {
    "inverse": "has part",
    "valid_from": date(2026, 1, 1),
    "valid_to": date(2026, 12, 31),
    "tags": ("spare",),
    "metadata": {"count": "4"},
}

PLACES = (
    given(*MEMBERS)
    .after(CreateThing(thing_id=thing_id("house"), name="House"))
    .after(*(CreateThing(thing_id=thing_id(n), name=n, parent=thing_id("house")) for n in ("wheel", "car", "drive")))
    .after(*(CreateTask(task_id=task_id(name), title=name) for name in ("paint", "prime")))
    .events
)
ADDED, FULL = fact(RelationAdded, relation_id=R, **EDGE), fact(RelationAdded, relation_id=R, **EDGE, **ALL)
REMOVED = fact(RelationRemoved, relation_id=R)
home, plain, full = given(*PLACES), given(*PLACES, ADDED), given(*PLACES, FULL)
removed = given(*PLACES, FULL, REMOVED)


def test_a_relation_is_added_once() -> None:
    home.when(AddRelation(**EDGE)).then(ADDED)
    home.when(AddRelation(**EDGE, **ALL)).then(FULL)
    plain.when(AddRelation(**EDGE)).nothing()
    full.when(AddRelation(**EDGE, **ALL)).nothing()


@pytest.mark.parametrize("detail", ALL)
def test_the_same_relation_with_other_details_is_not_a_second_one(detail: str) -> None:
    plain.when(AddRelation.model_validate({**EDGE, detail: ALL[detail]})).refused(RelationExists)
    full.when(AddRelation(**EDGE)).refused(RelationExists)


@for_all(st.sets(st.tuples(*(3 * [st.sampled_from([WHEEL, CAR, DRIVE, PAINT])])), min_size=2))
def test_another_end_type_or_direction_is_another_relation(edges: set[tuple[Ref, Ref, Ref]]) -> None:
    ids = {AddRelation(source=source, type=type.id[:8], target=target).relation_id for source, type, target in edges}
    assert len(ids) == len(edges)


def test_a_relation_added_again_begins_anew() -> None:
    full.when(RemoveRelation(**EDGE)).then(REMOVED)
    removed.when(RemoveRelation(**EDGE)).nothing()
    removed.when(EditRelation(**EDGE, inverse="x")).refused(NoSuchRelation)
    removed.when(AddRelation(**EDGE)).then(ADDED)
    assert given(*PLACES, FULL, REMOVED, ADDED).state(Relation, R) == plain.state(Relation, R)


def test_a_relation_that_never_existed_cannot_be_changed() -> None:
    home.when(RemoveRelation(**EDGE)).refused(NoSuchRelation)
    home.when(EditRelation(**EDGE, inverse="x")).refused(NoSuchRelation)


def test_fields_that_are_not_given_stay_and_none_removes_a_value() -> None:
    other: dict[str, Any] = {**ALL, "inverse": "carries"}
    full.when(EditRelation(**EDGE, inverse="carries")).then(fact(RelationEdited, relation_id=R, **other))
    dates: dict[str, Any] = {**ALL, "valid_from": None, "valid_to": None}
    full.when(EditRelation(**EDGE, valid_from=None, valid_to=None)).then(fact(RelationEdited, relation_id=R, **dates))
    nothing = fact(RelationEdited, relation_id=R)
    full.when(EditRelation(**EDGE, inverse=None, valid_from=None, valid_to=None, tags=(), metadata={})).then(nothing)
    assert given(*PLACES, FULL, nothing).state(Relation, R) == plain.state(Relation, R)
    for same in ({}, {"inverse": "has part"}, ALL):
        full.when(EditRelation.model_validate({**EDGE, **same})).nothing()


def test_a_relation_does_not_end_before_it_begins() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    with pytest.raises(InvalidInput, match="end before it begins"):
        AddRelation(**EDGE, valid_from=last, valid_to=first)
    one_day = AddRelation(**EDGE, valid_from=last, valid_to=last)
    home.when(one_day).then(fact(RelationAdded, relation_id=R, **EDGE, valid_from=last, valid_to=last))
    full.when(EditRelation(**EDGE, valid_from=date(2027, 1, 1))).refused(ValidityOrder)
    full.when(EditRelation(**EDGE, valid_to=date(2025, 1, 1))).refused(ValidityOrder)
    later: dict[str, Any] = {**ALL, "valid_from": date(2027, 1, 1), "valid_to": None}
    full.when(EditRelation(**EDGE, valid_from=date(2027, 1, 1), valid_to=None)).then(
        fact(RelationEdited, relation_id=R, **later)
    )


PAIRS: list[tuple[Ref, Ref, type[Refusal]]] = [
    (WHEEL, PRIME, NoSuchThing),
    (PRIME, WHEEL, NoSuchThing),
    (PAINT, PRIME, NoSuchTask),
    (PRIME, PAINT, NoSuchTask),
]


@pytest.mark.parametrize(("source", "target", "refusal"), PAIRS)
def test_both_ends_must_live(source: Ref, target: Ref, refusal: type[Refusal]) -> None:
    """The Thing is deleted with the Thing that it is in."""
    add = AddRelation(source=source, type="before", target=target)
    id = RelationId.derive(*source, "before", *target)
    home.when(add).then(fact(RelationAdded, relation_id=id, source=source, type="before", target=target))
    deaths = (DeleteThing(thing_id=thing_id("house"), children=Children.CASCADE), DeleteTask(task_id=task_id("paint")))
    given(*PLACES).after(*deaths).when(add).refused(refusal)
    dead = given(*PLACES).after(add, *deaths)
    dead.when(RemoveRelation(source=source, type="before", target=target)).then(fact(RelationRemoved, relation_id=id))


@pytest.mark.parametrize("end", [WHEEL, PAINT])
def test_nothing_is_related_to_itself(end: Ref) -> None:
    home.when(AddRelation(source=end, type="like", target=end)).refused(RelatedToItself)


@pytest.mark.parametrize("end", [Ref("asset", asset_id()), Ref("workspace", asset_id()), Ref("thing", "x")])
@pytest.mark.parametrize("side", ["source", "target"])
def test_only_things_and_tasks_are_related(end: Ref, side: str) -> None:
    with pytest.raises(InvalidInput, match=rf"AddRelation\.{side}"):
        AddRelation.model_validate({**EDGE, side: end})
