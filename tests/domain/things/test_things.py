"""Things: create, rename, describe and archive. A Thing lives if its ancestors live."""

import pytest
from support.scenario import MAX, MEMBERS, fact, thing_id

from ascend.domain.things.commands import (
    ArchiveThing,
    Children,
    CreateThing,
    DeleteThing,
    DescribeThing,
    MoveThing,
    RenameThing,
    RestoreThing,
)
from ascend.domain.things.rules import NoSuchThing, ThingExists, ThingIsArchived
from ascend.domain.things.thing import (
    Thing,
    ThingArchived,
    ThingCreated,
    ThingDescribed,
    ThingKind,
    ThingRenamed,
    ThingRestored,
)
from ascend.domain.workspaces.command import Command
from ascend.testing import ADA, NOON, Scenario, given

HOUSE, ROOM, SHELF, BOX = (thing_id(name) for name in ("house", "room", "shelf", "box"))


def home(*more: Command) -> Scenario:
    """Return the history of a shelf in a room in a house."""
    house = given(*MEMBERS).after(
        CreateThing(thing_id=HOUSE, name="House"),
        CreateThing(thing_id=ROOM, name="Room", parent=HOUSE),
        CreateThing(thing_id=SHELF, name="Shelf", parent=ROOM),
    )
    return house.after(*more)


def test_a_thing_is_created_with_all_that_describes_it() -> None:
    command = CreateThing(
        thing_id=BOX, kind=ThingKind.DIGITAL, name="Box", parent=ROOM, description="d", tags=("a",), metadata={"k": "v"}
    )
    created = fact(
        ThingCreated,
        by=MAX,
        thing_id=BOX,
        kind=ThingKind.DIGITAL,
        name="Box",
        parent=ROOM,
        description="d",
        tags=("a",),
        metadata={"k": "v"},
    )
    home().when(command, by=MAX).then(created)
    box = home().after(command, by=MAX).state(Thing, BOX)
    assert (box.name, box.parent, box.created_by, box.created_at) == ("Box", ROOM, MAX, NOON)


def test_a_thing_created_again_has_no_events_unless_its_content_differs() -> None:
    house = home()
    house.when(CreateThing(thing_id=ROOM, name="Room", parent=HOUSE)).nothing()
    house.when(CreateThing(thing_id=ROOM, name="Room")).refused(ThingExists)
    house.when(CreateThing(thing_id=ROOM, name="Chamber", parent=HOUSE)).refused(ThingExists)


def test_an_id_is_never_used_again() -> None:
    deleted = home(DeleteThing(thing_id=SHELF))
    deleted.when(CreateThing(thing_id=SHELF, name="Shelf", parent=ROOM)).refused(ThingExists)


def test_a_parent_must_live_and_not_be_archived() -> None:
    box = CreateThing(thing_id=BOX, name="Box", parent=SHELF)
    given(*MEMBERS).when(box).refused(NoSuchThing)
    home(ArchiveThing(thing_id=SHELF)).when(box).refused(ThingIsArchived)
    home(DeleteThing(thing_id=SHELF)).when(box).refused(NoSuchThing)
    home(DeleteThing(thing_id=HOUSE, children=Children.CASCADE)).when(box).refused(NoSuchThing)


def test_a_thing_is_renamed_once() -> None:
    home().when(RenameThing(thing_id=ROOM, name="Chamber")).then(fact(ThingRenamed, thing_id=ROOM, name="Chamber"))
    home().when(RenameThing(thing_id=ROOM, name="Room")).nothing()
    assert home(RenameThing(thing_id=ROOM, name="Chamber")).state(Thing, ROOM).name == "Chamber"


def test_fields_that_are_not_given_stay_as_they_are() -> None:
    described = home(DescribeThing(thing_id=ROOM, description="bright", tags=("a", "b"), metadata={"k": "v"}))
    described.when(DescribeThing(thing_id=ROOM, tags=())).then(
        fact(ThingDescribed, thing_id=ROOM, description="bright", tags=(), metadata={"k": "v"})
    )
    described.when(DescribeThing(thing_id=ROOM)).nothing()
    described.when(DescribeThing(thing_id=ROOM, metadata={"k": "v"})).nothing()
    described.when(DescribeThing(thing_id=ROOM, description="", metadata={})).then(
        fact(ThingDescribed, thing_id=ROOM, description="", tags=("a", "b"), metadata={})
    )


def test_an_archived_thing_is_only_restored_or_deleted() -> None:
    archived = home(ArchiveThing(thing_id=ROOM))
    archived.when(ArchiveThing(thing_id=ROOM)).nothing()
    archived.when(RenameThing(thing_id=ROOM, name="Chamber")).refused(ThingIsArchived)
    archived.when(DescribeThing(thing_id=ROOM, description="d")).refused(ThingIsArchived)
    archived.when(MoveThing(thing_id=ROOM, parent=None)).refused(ThingIsArchived)
    archived.when(RestoreThing(thing_id=ROOM)).then(fact(ThingRestored, thing_id=ROOM))
    archived.after(RestoreThing(thing_id=ROOM)).when(RenameThing(thing_id=ROOM, name="Chamber")).then(
        fact(ThingRenamed, thing_id=ROOM, name="Chamber")
    )


def test_a_thing_is_archived_and_restored_once() -> None:
    home().when(ArchiveThing(thing_id=ROOM)).then(fact(ThingArchived, thing_id=ROOM))
    home().when(RestoreThing(thing_id=ROOM)).nothing()


@pytest.mark.parametrize(
    "command",
    [
        RenameThing(thing_id=SHELF, name="Board"),
        DescribeThing(thing_id=SHELF, description="d"),
        MoveThing(thing_id=SHELF, parent=None),
        ArchiveThing(thing_id=SHELF),
        RestoreThing(thing_id=SHELF),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_thing_that_does_not_live_cannot_be_changed(command: Command) -> None:
    given(*MEMBERS).when(command).refused(NoSuchThing)
    home(DeleteThing(thing_id=SHELF)).when(command).refused(NoSuchThing)
    home(DeleteThing(thing_id=HOUSE, children=Children.CASCADE)).when(command).refused(NoSuchThing)


def test_the_creator_is_kept() -> None:
    assert home().state(Thing, HOUSE).created_by == ADA
