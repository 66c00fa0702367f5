"""What people do with Things, and the rules of the hierarchy: no cycles, bounded depth, nothing below what is dead."""

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
"""Levels of a hierarchy: a path of 20 ids takes 740 of the 1,024 bytes that a sort key may have."""
REPARENTED = 450
"""Children that one deletion may move: a command touches at most 500 entities."""


class Children(StrEnum):
    """What becomes of the children of a Thing that is deleted."""

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
    """The Thing has children: say whether they go with it or move up."""


class OtherChildren(Refusal):
    """The children named are not exactly the Thing's children: read them again."""


class CreateThing(Command):
    """In a parent, or at the top (None). The same again does nothing."""

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
        there = view.find(Thing, self.thing_id)
        if there is not None:
            if self.says(there):
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

    def says(self, there: Thing) -> bool:
        mine = (self.kind, self.name, self.parent, self.description, self.tags, self.metadata, False)
        its = (there.kind, there.name, there.parent, there.description, there.tags, there.metadata, there.deleted)
        return mine == its


class RenameThing(Command):
    """Like every change of it, refused while it is archived."""

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
    """What is not given stays as it is."""

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
    """With all that is in it, to another parent or to the top (None)."""

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
    """It is seen, but not changed, and takes nothing new in, until it is restored. What is in it stays as it is."""

    thing_id: ThingId

    def preloads(self) -> tuple[Ref, ...]:
        return (thing_ref(self.thing_id),)

    def decide(self, view: "View") -> Decision:
        thing = living_thing(view, self.thing_id)
        return NOTHING if thing.archived else [ThingArchived(at=view.at, by=view.actor, thing_id=thing.id)]


class RestoreThing(Command):
    """Of an archived Thing. A deleted one never comes back."""

    thing_id: ThingId

    def preloads(self) -> tuple[Ref, ...]:
        return (thing_ref(self.thing_id),)

    def decide(self, view: "View") -> Decision:
        thing = living_thing(view, self.thing_id)
        return [ThingRestored(at=view.at, by=view.actor, thing_id=thing.id)] if thing.archived else NOTHING


class DeleteThing(Command):
    """For good. What becomes of its children: they forbid it (`REFUSE`), go with it, and so on down (`CASCADE`), or move up.

    With `Children.REPARENT` the sender names all children, as they saw them; they move up to the Thing's parent.
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
        there = view.find(Thing, self.thing_id)
        if there is not None and there.deleted:
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
        named = {child: view.find(Thing, child) for child in self.reparented}
        theirs = all(child is not None and child.parent == thing.id and not child.deleted for child in named.values())
        if not theirs or len(named) != len(self.reparented) or len(named) != thing.children:
            raise OtherChildren(thing.id)


def find_ancestry(view: "View", thing: ThingId) -> list[Thing]:
    """The Thing and its ancestors, up to the root. Raises `NoSuchThing` unless all of them live."""
    links: list[Thing] = []
    at: ThingId | None = thing
    while at is not None:
        link = view.find(Thing, at)
        if link is None or link.deleted:
            raise NoSuchThing(thing)
        links.append(link)
        at = link.parent
    return links


def living_thing(view: "View", thing: ThingId) -> Thing:
    return find_ancestry(view, thing)[0]


def is_living(view: "View", thing: ThingId) -> bool:
    try:
        find_ancestry(view, thing)
    except NoSuchThing:
        return False
    return True


def changeable_thing(view: "View", thing: ThingId) -> Thing:
    found = living_thing(view, thing)
    if found.archived:
        raise ThingIsArchived(thing)
    return found


def find_open_parent(view: "View", parent: ThingId | None, below: Thing | None = None) -> list[Thing]:
    """The chain of a parent that may take a new child (`below` with all that is in it), parent first."""
    if parent is None:
        return []
    ancestors = find_ancestry(view, parent)
    if ancestors[0].archived:
        raise ThingIsArchived(parent)
    if below is not None and any(link.id == below.id for link in ancestors):
        raise MoveIntoItself(below.id)
    height = below.height if below is not None else 0
    if len(ancestors) + 1 + height > DEPTH:
        raise TooDeep(f"at most {DEPTH} levels")
    return ancestors


def ancestors_to_raise(ancestors: list[Thing], height: int) -> tuple[ThingId, ...]:
    """Those ancestors (parent first) whose bound is too low once something of this height hangs below them."""
    return tuple(link.id for above, link in enumerate(ancestors, 1) if link.height < above + height)
