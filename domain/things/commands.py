"""The commands on Things."""

from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ascend.domain.ids import Ref, ThingId
from ascend.domain.things.rules import (
    HasChildren,
    OtherChildren,
    ThingExists,
    ancestors_to_raise,
    changeable_thing,
    find_open_parent,
    living_thing,
)
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
from ascend.domain.workspaces.tags import EditTagsCommand
from ascend.domain.workspaces.view import View

REPARENTED = 450
"""The number of children that one deletion may move. A command touches at most 500 entities."""


class Children(StrEnum):
    """The fate of the children when a Thing is deleted."""

    REFUSE = "refuse"
    CASCADE = "cascade"
    REPARENT = "reparent"


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

    def decide(self, view: View) -> Decision:
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

    def decide(self, view: View) -> Decision:
        thing = changeable_thing(view, self.thing_id)
        if thing.name == self.name:
            return NOTHING
        return [ThingRenamed(at=view.at, by=view.actor, thing_id=thing.id, name=self.name)]


class DescribeThing(EditTagsCommand):
    """Changes the details of a Thing. A field that is left out keeps its value; None empties it.

    Refused while the Thing is archived.
    """

    thing_id: ThingId
    description: Text | None = None
    metadata: Metadata | None = None

    def preloads(self) -> tuple[Ref, ...]:
        return (thing_ref(self.thing_id),)

    def decide(self, view: View) -> Decision:
        thing = changeable_thing(view, self.thing_id)
        changed = replace(thing, **self.changes_to(thing))
        if changed == thing:
            return NOTHING
        described = ThingDescribed(
            at=view.at,
            by=view.actor,
            thing_id=thing.id,
            description=changed.description,
            tags=changed.tags,
            metadata=changed.metadata,
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

    def decide(self, view: View) -> Decision:
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

    def decide(self, view: View) -> Decision:
        thing = living_thing(view, self.thing_id)
        return NOTHING if thing.archived else [ThingArchived(at=view.at, by=view.actor, thing_id=thing.id)]


class RestoreThing(Command):
    """Restores an archived Thing. A deleted Thing never comes back."""

    thing_id: ThingId

    def preloads(self) -> tuple[Ref, ...]:
        return (thing_ref(self.thing_id),)

    def decide(self, view: View) -> Decision:
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

    def decide(self, view: View) -> Decision:
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

    def check_children(self, view: View, thing: Thing) -> None:
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
