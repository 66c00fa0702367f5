"""The rules for Things, and their refusals.

The hierarchy has no cycles and a bounded depth. Nothing hangs below a deleted Thing.
"""

from ascend.domain.errors import NotFound, Refusal
from ascend.domain.ids import ThingId
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.view import View

DEPTH = 20
"""The number of levels of a hierarchy. A path of 20 ids takes 740 of the 1,024 bytes that a sort key may have."""


class NoSuchThing(NotFound):
    """There is no such Thing in this workspace, or it was deleted with one of its ancestors."""


class ThingExists(Refusal):
    """There is, or was, another Thing with this id."""


class ThingIsArchived(Refusal):
    """An archived Thing cannot be changed: restore it first."""


class MoveIntoItself(Refusal):
    """A Thing cannot be moved into itself or into something inside it."""


class TooDeep(Refusal):
    """The hierarchy would become too deep."""


class HasChildren(Refusal):
    """The Thing has children: say whether they are deleted with it or move up."""


class OtherChildren(Refusal):
    """The named children are not exactly the Thing's children: read them again."""


def find_ancestry(view: View, thing: ThingId) -> list[Thing]:
    """Return the Thing and its ancestors, up to the root.

    Raises:
        NoSuchThing: one of them never existed or was deleted.
    """
    ancestry: list[Thing] = []
    id: ThingId | None = thing
    while id is not None:
        ancestor = view.find(Thing, id)
        if ancestor is None or ancestor.deleted:
            raise NoSuchThing(thing)
        ancestry.append(ancestor)
        id = ancestor.parent
    return ancestry


def living_thing(view: View, thing: ThingId) -> Thing:
    """Return the Thing.

    Raises:
        NoSuchThing: it never existed, or was deleted, itself or with an ancestor.
    """
    return find_ancestry(view, thing)[0]


def is_living(view: View, thing: ThingId) -> bool:
    """Return True if neither the Thing nor one of its ancestors was deleted."""
    try:
        find_ancestry(view, thing)
    except NoSuchThing:
        return False
    return True


def changeable_thing(view: View, id: ThingId) -> Thing:
    """Return the Thing.

    Raises:
        NoSuchThing: it never existed, or was deleted, itself or with an ancestor.
        ThingIsArchived: it is archived.
    """
    thing = living_thing(view, id)
    if thing.archived:
        raise ThingIsArchived(id)
    return thing


def find_open_parent(view: View, parent: ThingId | None, below: Thing | None = None) -> list[Thing]:
    """Return the parent and its ancestors, parent first, if the parent may take a new child.

    `below` is the child, with all that is in it. None stands for a child that is new.

    Raises:
        NoSuchThing: the parent never existed, or was deleted, itself or with an ancestor.
        ThingIsArchived: the parent is archived.
        MoveIntoItself: the parent is in the child.
        TooDeep: the hierarchy would become too deep.
    """
    if parent is None:
        return []
    ancestry = find_ancestry(view, parent)
    if ancestry[0].archived:
        raise ThingIsArchived(parent)
    if below is not None and any(ancestor.id == below.id for ancestor in ancestry):
        raise MoveIntoItself(below.id)
    height = below.height if below is not None else 0
    if len(ancestry) + 1 + height > DEPTH:
        raise TooDeep(f"at most {DEPTH} levels")
    return ancestry


def ancestors_to_raise(ancestors: list[Thing], height: int) -> tuple[ThingId, ...]:
    """Return those ancestors (parent first) whose bound is too low when a child of this height hangs below them."""
    return tuple(ancestor.id for above, ancestor in enumerate(ancestors, 1) if ancestor.height < above + height)
