"""Moving and deleting Things: no cycles, at most 20 levels, three ways to treat the children."""

import pytest
from support.scenario import MEMBERS, fact, thing_id

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import ThingId
from ascend.domain.things.commands import ArchiveThing, Children, CreateThing, DeleteThing, MoveThing, RestoreThing
from ascend.domain.things.rules import (
    DEPTH,
    HasChildren,
    MoveIntoItself,
    NoSuchThing,
    OtherChildren,
    ThingIsArchived,
    TooDeep,
)
from ascend.domain.things.thing import Thing, ThingCreated, ThingDeleted, ThingMoved
from ascend.domain.workspaces.command import Command
from ascend.testing import Scenario, given

A, B, C, D, X = (thing_id(name) for name in "abcdx")


def tree(**parents: str | None) -> Scenario:
    """Create Things named by letters, each with its parent's letter."""
    history = given(*MEMBERS)
    for name, parent in parents.items():
        above = None if parent is None else thing_id(parent)
        history = history.after(CreateThing(thing_id=thing_id(name), name=name, parent=above))
    return history


def chain(length: int, name: str = "level") -> tuple[Scenario, list[ThingId]]:
    """Create this many Things, each below the one before."""
    ids = [thing_id(f"{name} {level}") for level in range(length)]
    history = given(*MEMBERS)
    for thing, parent in zip(ids, [None, *ids], strict=False):
        history = history.after(CreateThing(thing_id=thing, name="level", parent=parent))
    return history, ids


def heights(history: Scenario, *things: ThingId) -> list[int]:
    return [history.state(Thing, thing).height for thing in things]


def test_only_the_ancestors_that_grow_are_named() -> None:
    tree(a=None, b="a").when(CreateThing(thing_id=C, name="c", parent=B)).then(
        fact(ThingCreated, thing_id=C, kind="physical", name="c", parent=B, raised=(B, A))
    )
    tree(a=None, b="a", c="b").when(CreateThing(thing_id=D, name="d", parent=A)).then(
        fact(ThingCreated, thing_id=D, kind="physical", name="d", parent=A)
    )
    assert heights(tree(a=None, b="a", c="b", d="a"), A, B, C, D) == [2, 1, 0, 0]


def test_a_move_names_both_parents_and_the_height_of_the_moved_thing() -> None:
    history = tree(a=None, b="a", c=None, d="c")
    move = MoveThing(thing_id=A, parent=D)
    history.when(move).then(fact(ThingMoved, thing_id=A, new_parent=D, height=1, raised=(D, C)))
    history = history.after(move)
    assert heights(history, C, D, A, B) == [3, 2, 1, 0]
    history.when(MoveThing(thing_id=A, parent=C)).then(
        fact(ThingMoved, thing_id=A, old_parent=D, new_parent=C, height=1)
    )
    history.when(move).nothing()


def test_a_thing_moves_to_the_top_and_back() -> None:
    history = tree(a=None, b="a").after(MoveThing(thing_id=B, parent=None))
    assert (history.state(Thing, A).children, history.state(Thing, B).parent) == (0, None)
    history = history.after(MoveThing(thing_id=B, parent=A))
    assert (history.state(Thing, A).children, history.state(Thing, B).parent) == (1, A)


@pytest.mark.parametrize("into", [A, B, C])
def test_a_thing_cannot_move_into_itself(into: ThingId) -> None:
    tree(a=None, b="a", c="b").when(MoveThing(thing_id=A, parent=into)).refused(MoveIntoItself)


def test_a_new_parent_must_live_and_not_be_archived() -> None:
    tree(a=None, x=None).after(ArchiveThing(thing_id=X)).when(MoveThing(thing_id=A, parent=X)).refused(ThingIsArchived)
    tree(a=None, x=None).after(DeleteThing(thing_id=X)).when(MoveThing(thing_id=A, parent=X)).refused(NoSuchThing)
    tree(a=None).when(MoveThing(thing_id=A, parent=X)).refused(NoSuchThing)


def test_there_are_as_many_levels_as_a_key_can_carry() -> None:
    history, ids = chain(DEPTH)
    assert history.state(Thing, ids[0]).height == DEPTH - 1
    history.when(CreateThing(thing_id=X, name="x", parent=ids[-1])).refused(TooDeep)


def test_a_moved_thing_brings_its_height_along() -> None:
    history, ids = chain(DEPTH - 2)
    history = history.after(
        CreateThing(thing_id=A, name="a"),
        CreateThing(thing_id=B, name="b", parent=A),
        CreateThing(thing_id=C, name="c", parent=B),
    )
    history.when(MoveThing(thing_id=A, parent=ids[-1])).refused(TooDeep)
    history = history.after(MoveThing(thing_id=A, parent=ids[-2]))
    assert history.state(Thing, ids[0]).height == DEPTH - 1


def test_a_thing_with_children_is_not_deleted_by_default() -> None:
    tree(a=None, b="a").when(DeleteThing(thing_id=A)).refused(HasChildren)
    tree(a=None, b="a").when(DeleteThing(thing_id=B)).then(fact(ThingDeleted, thing_id=B, parent=A))
    tree(a=None, b="a").after(DeleteThing(thing_id=B)).when(DeleteThing(thing_id=A)).then(
        fact(ThingDeleted, thing_id=A)
    )


def test_a_whole_subtree_is_deleted_by_one_event_on_its_root() -> None:
    history = tree(a=None, b="a", c="b")
    cascade = DeleteThing(thing_id=A, children=Children.CASCADE)
    history.when(cascade).then(fact(ThingDeleted, thing_id=A))
    history = history.after(cascade)
    history.when(cascade).nothing()
    history.when(DeleteThing(thing_id=C)).refused(NoSuchThing)
    history.when(RestoreThing(thing_id=B)).refused(NoSuchThing)
    history.when(MoveThing(thing_id=C, parent=None)).refused(NoSuchThing)


def test_children_move_up_to_the_parent_of_the_deleted_thing() -> None:
    history = tree(a=None, b="a", c="b", d="b")
    up = DeleteThing(thing_id=B, children=Children.REPARENT, reparented=(C, D))
    history.when(up).then(fact(ThingDeleted, thing_id=B, parent=A, reparented=(C, D)))
    history = history.after(up)
    assert [history.state(Thing, thing).parent for thing in (C, D)] == [A, A]
    assert [history.state(Thing, thing).children for thing in (A, B)] == [2, 0]


def test_children_of_a_root_become_roots() -> None:
    history = tree(a=None, b="a").after(DeleteThing(thing_id=A, children=Children.REPARENT, reparented=(B,)))
    assert history.state(Thing, B).parent is None


@pytest.mark.parametrize("named", [(), (C,), (C, C), (C, D, X), (C, A), (C, B)], ids=len)
def test_the_children_that_move_up_must_be_named_exactly(named: tuple[ThingId, ...]) -> None:
    history = tree(a=None, b="a", c="b", d="b", x=None)
    history.when(DeleteThing(thing_id=B, children=Children.REPARENT, reparented=named)).refused(OtherChildren)


@pytest.mark.parametrize("children", [Children.REFUSE, Children.CASCADE])
def test_children_are_named_only_to_move_them_up(children: Children) -> None:
    with pytest.raises(InvalidInput, match="reparent"):
        DeleteThing(thing_id=B, children=children, reparented=(C,))


@pytest.mark.parametrize("command", [DeleteThing(thing_id=X), MoveThing(thing_id=X, parent=None)])
def test_a_thing_that_never_existed_cannot_be_deleted_or_moved(command: Command) -> None:
    tree(a=None).when(command).refused(NoSuchThing)
