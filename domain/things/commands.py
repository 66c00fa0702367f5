"""The commands on Things, and the rules of the hierarchy.

The hierarchy has no cycles and a bounded depth. Nothing hangs below a deleted Thing.
"""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ascend.domain.errors import NotFound, Refusal
from ascend.domain.ids import Ref, ThingId
from ascend.domain.things.thing import (
    Thing,
    ThingArchived,
    ThingCreated,
    ThingDeleted,
    ThingDescribed,
    ThingKind,
    ThingMoved,
    ThingRenamed,
    ThingRestored,
    thing_ref,
    thing_refs,
)
from ascend.domain.values import Metadata, Name, Tags, Text
from ascend.domain.workspaces.command import NOTHING, Command, Decision

if TYPE_CHECKING:
    from ascend.domain.workspaces.view import View

DEPTH = 20
"""The number of levels of a hierarchy. A path of 20 ids takes 740 of the 1,024 bytes that a sort key may have."""
REPARENTED = 450
"""The number of children that one deletion may move. A command touches at most 500 entities."""


class Children(StrEnum):
    """The fate of the children when a Thing is deleted."""

    REFUSE = "refuse"
    CASCADE = "cascade"
    REPARENT = "reparent"


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


class CreateThing(Command):
    """Creates a Thing in a parent, or at the top (None).

    Sent again for the same Thing, with the same content, it does nothing.
    """

    thing_id: ThingId
    kind: ThingKind = ThingKind.PHYSICAL
    name: Name
    parent: ThingId | None = None
    description: Text = ""
    tags: Tags = ()
    metadata: Metadata = {}

    def preloads(self) -> tuple[Ref, ...]:
        return thing_refs(self.thing_id, self.parent)

    def decide(self, view: "View") -> Decision:
        existing = view.find(Thing, self.thing_id)
        if existing is not None:
            if self.matches(existing):
                return NOTHING
            raise ThingExists(self.thing_id)
        ancestors = find_open_parent(view, self.parent)
        created = ThingCreated(
            at=view.at,
            by=view.actor,
            thing_id=self.thing_id,
            kind=self.kind,
            name=self.name,
            parent=self.parent,
            description=self.description,
            tags=self.tags,
            metadata=self.metadata,
            raised=ancestors_to_raise(ancestors, 0),
        )
        return [created]

    def matches(self, thing: Thing) -> bool:
        """Return True if the Thing is as this command would create it."""
        new = (self.kind, self.name, self.parent, self.description, self.tags, self.metadata, False)
        old = (thing.kind, thing.name, thing.parent, thing.description, thing.tags, thing.metadata, thing.deleted)
        return new == old


class RenameThing(Command):
    """Renames a Thing. Refused while the Thing is archived."""

    thing_id: ThingId
    name: Name

    def preloads(self) -> tuple[Ref, ...]:
        return (thing_ref(self.thing_id),)

    def decide(self, view: "View") -> Decision:
        thing = changeable_thing(view, self.thing_id)
        if thing.name == self.name:
            return NOTHING
        return [ThingRenamed(at=view.at, by=view.actor, thing_id=thing.id, name=self.name)]


class DescribeThing(Command):
    """Changes what describes a Thing. What is not given stays as it is. Refused while the Thing is archived."""

    thing_id: ThingId
    description: Text | None = None
    tags: Tags | None = None
    metadata: Metadata | None = None

    def preloads(self) -> tuple[Ref, ...]:
        return (thing_ref(self.thing_id),)

    def decide(self, view: "View") -> Decision:
        thing = changeable_thing(view, self.thing_id)
        description = thing.description if self.description is None else self.description
        tags = thing.tags if self.tags is None else self.tags
        metadata = thing.metadata if self.metadata is None else self.metadata
        if (description, tags, metadata) == (thing.description, thing.tags, thing.metadata):
            return NOTHING
        described = ThingDescribed(
            at=view.at, by=view.actor, thing_id=thing.id, description=description, tags=tags, metadata=metadata
        )
        return [described]


class MoveThing(Command):
    """Moves a Thing, with all that is in it, to another parent or to the top (None).

    Refused while the Thing or the new parent is archived, into the Thing itself, and where it would hang too deep.
    """

    thing_id: ThingId
    parent: ThingId | None

    def preloads(self) -> tuple[Ref, ...]:
        return thing_refs(self.thing_id, self.parent)

    def decide(self, view: "View") -> Decision:
        thing = changeable_thing(view, self.thing_id)
        if thing.parent == self.parent:
            return NOTHING
        ancestors = find_open_parent(view, self.parent, below=thing)
        moved = ThingMoved(
            at=view.at,
            by=view.actor,
            thing_id=thing.id,
            old_parent=thing.parent,
            new_parent=self.parent,
            height=thing.height,
            raised=ancestors_to_raise(ancestors, thing.height),
        )
        return [moved]


class ArchiveThing(Command):
    """Archives a Thing. Until it is restored, it is visible, but cannot be changed, and takes no new children.

    What is in it stays as it is.
    """

    thing_id: ThingId

    def preloads(self) -> tuple[Ref, ...]:
        return (thing_ref(self.thing_id),)

    def decide(self, view: "View") -> Decision:
        thing = living_thing(view, self.thing_id)
        return NOTHING if thing.archived else [ThingArchived(at=view.at, by=view.actor, thing_id=thing.id)]


class RestoreThing(Command):
    """Restores an archived Thing. A deleted Thing never comes back."""

    thing_id: ThingId

    def preloads(self) -> tuple[Ref, ...]:
        return (thing_ref(self.thing_id),)

    def decide(self, view: "View") -> Decision:
        thing = living_thing(view, self.thing_id)
        return [ThingRestored(at=view.at, by=view.actor, thing_id=thing.id)] if thing.archived else NOTHING


class DeleteThing(Command):
    """Deletes a Thing for good. `children` says what becomes of its children.

    With `refuse`, the command is refused while there are children. With `cascade`, all that is in the Thing is deleted
    with it. With `reparent`, the children move up to the Thing's parent: the sender names all of them in `reparented`.
    """

    thing_id: ThingId
    children: Children = Children.REFUSE
    reparented: Annotated[tuple[ThingId, ...], Field(max_length=REPARENTED)] = ()

    @model_validator(mode="after")
    def names_children_to_reparent_only(self) -> Self:
        if self.reparented and self.children is not Children.REPARENT:
            raise PydanticCustomError("reparented", "children are named with children='reparent' only")
        return self

    def preloads(self) -> tuple[Ref, ...]:
        return thing_refs(self.thing_id, *self.reparented)

    def decide(self, view: "View") -> Decision:
        existing = view.find(Thing, self.thing_id)
        if existing is not None and existing.deleted:
            return NOTHING
        thing = living_thing(view, self.thing_id)
        if self.children is Children.REFUSE and thing.children:
            raise HasChildren(thing.id)
        if self.children is Children.REPARENT:
            self.check_children(view, thing)
            find_open_parent(view, thing.parent)
        deleted = ThingDeleted(
            at=view.at, by=view.actor, thing_id=thing.id, parent=thing.parent, reparented=self.reparented
        )
        return [deleted]

    def check_children(self, view: "View", thing: Thing) -> None:
        """Check that the named children are exactly the Thing's children.

        Raises:
            OtherChildren: they are not.
        """
        named = {id: view.find(Thing, id) for id in self.reparented}
        are_children = all(
            child is not None and child.parent == thing.id and not child.deleted for child in named.values()
        )
        if not are_children or len(named) != len(self.reparented) or len(named) != thing.children:
            raise OtherChildren(thing.id)


def find_ancestry(view: "View", thing: ThingId) -> list[Thing]:
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


def living_thing(view: "View", thing: ThingId) -> Thing:
    """Return the Thing.

    Raises:
        NoSuchThing: it never existed, or was deleted, itself or with an ancestor.
    """
    return find_ancestry(view, thing)[0]


def is_living(view: "View", thing: ThingId) -> bool:
    """Return True if neither the Thing nor one of its ancestors was deleted."""
    try:
        find_ancestry(view, thing)
    except NoSuchThing:
        return False
    return True


def changeable_thing(view: "View", id: ThingId) -> Thing:
    """Return the Thing.

    Raises:
        NoSuchThing: it never existed, or was deleted, itself or with an ancestor.
        ThingIsArchived: it is archived.
    """
    thing = living_thing(view, id)
    if thing.archived:
        raise ThingIsArchived(id)
    return thing


def find_open_parent(view: "View", parent: ThingId | None, below: Thing | None = None) -> list[Thing]:
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
