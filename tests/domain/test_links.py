"""Links: an Asset is linked with any number of Things and Tasks, and each of them with any number of Assets."""

import pytest
from support.scenario import MEMBERS, asset_id, fact, task_id, thing_id

from ascend.domain.assets.asset import AssetKind
from ascend.domain.assets.commands import AssetIsRetired, CreateAsset, NoSuchAsset, RetireAsset
from ascend.domain.errors import InvalidInput, Refusal
from ascend.domain.ids import LinkId, Ref
from ascend.domain.links import AssetLinked, AssetUnlinked, Link, LinkAsset, UnlinkAsset
from ascend.domain.tasks.commands import CreateTask, DeleteTask
from ascend.domain.tasks.rules import NoSuchTask
from ascend.domain.things.commands import ArchiveThing, Children, CreateThing, DeleteThing
from ascend.domain.things.rules import NoSuchThing
from ascend.testing import given

DEED, HOUSE, ROOM, PAINT = asset_id("deed"), thing_id("house"), thing_id("room"), task_id("paint")
ON_ROOM, ON_PAINT = Ref("thing", ROOM), Ref("task", PAINT)
ENDS = [ON_ROOM, ON_PAINT]

PLACES = (
    given(*MEMBERS)
    .after(CreateAsset(asset_id=DEED, kind=AssetKind.DOCUMENT, name="Deed"))
    .after(CreateThing(thing_id=HOUSE, name="House"), CreateThing(thing_id=ROOM, name="Room", parent=HOUSE))
    .after(CreateTask(task_id=PAINT, title="Paint"))
    .events
)
home = given(*PLACES)


def linked(to: Ref) -> AssetLinked:
    return fact(AssetLinked, link_id=LinkId.derive(DEED, *to), asset_id=DEED, to=to)


def unlinked(to: Ref) -> AssetUnlinked:
    return fact(AssetUnlinked, link_id=LinkId.derive(DEED, *to), asset_id=DEED, to=to)


@pytest.mark.parametrize("to", ENDS)
def test_an_asset_is_linked_with_a_thing_or_a_task_once(to: Ref) -> None:
    home.when(LinkAsset(asset_id=DEED, to=to)).then(linked(to))
    given(*PLACES, linked(to)).when(LinkAsset(asset_id=DEED, to=to)).nothing()


@pytest.mark.parametrize("to", ENDS)
def test_an_asset_linked_again_gets_the_same_link(to: Ref) -> None:
    linked_once = given(*PLACES, linked(to))
    linked_once.when(UnlinkAsset(asset_id=DEED, to=to)).then(unlinked(to))
    unlinked_again = given(*PLACES, linked(to), unlinked(to))
    unlinked_again.when(UnlinkAsset(asset_id=DEED, to=to)).nothing()
    unlinked_again.when(LinkAsset(asset_id=DEED, to=to)).then(linked(to))
    again = given(*PLACES, linked(to), unlinked(to), linked(to))
    assert again.state(Link, linked(to).link_id) == linked_once.state(Link, linked(to).link_id)


def test_the_links_of_an_asset_are_independent() -> None:
    both = given(*PLACES, linked(ON_ROOM), linked(ON_PAINT), unlinked(ON_ROOM))
    assert both.state(Link, linked(ON_PAINT).link_id).there
    assert not both.state(Link, linked(ON_ROOM).link_id).there


def test_unlinking_an_asset_that_was_never_linked_does_nothing() -> None:
    home.when(UnlinkAsset(asset_id=DEED, to=ON_ROOM)).nothing()
    given(*MEMBERS).when(UnlinkAsset(asset_id=DEED, to=ON_ROOM)).nothing()


LIVES: list[tuple[Ref, type[Refusal]]] = [(ON_ROOM, NoSuchThing), (ON_PAINT, NoSuchTask)]
DEATHS = (DeleteThing(thing_id=HOUSE, children=Children.CASCADE), DeleteTask(task_id=PAINT))


@pytest.mark.parametrize(("to", "refusal"), LIVES)
def test_both_ends_must_live(to: Ref, refusal: type[Refusal]) -> None:
    link = LinkAsset(asset_id=DEED, to=to)
    given(*MEMBERS).when(link).refused(NoSuchAsset)
    given(*PLACES).after(*DEATHS).when(link).refused(refusal)
    given(*PLACES).after(RetireAsset(asset_id=DEED)).when(link).refused(AssetIsRetired)
    given(*PLACES).after(ArchiveThing(thing_id=ROOM)).when(link).then(linked(to))


@pytest.mark.parametrize("to", ENDS)
def test_a_link_can_be_removed_whatever_happened_to_its_ends(to: Ref) -> None:
    dead = given(*PLACES, linked(to)).after(*DEATHS, RetireAsset(asset_id=DEED))
    dead.when(UnlinkAsset(asset_id=DEED, to=to)).then(unlinked(to))


@pytest.mark.parametrize("to", [Ref("asset", DEED), Ref("comment", DEED), Ref("thing", "#"), Ref("", ROOM)])
def test_only_things_and_tasks_are_linked(to: Ref) -> None:
    for kind in (LinkAsset, UnlinkAsset):
        with pytest.raises(InvalidInput, match=rf"{kind.__name__}\.to"):
            kind(asset_id=DEED, to=to)
