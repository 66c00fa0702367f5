"""Things: what people own and know, in hierarchies. The commands and their rules are in `commands`.

          create ──▶ living ⇄ archived          rename, describe, move: while living and not archived
                       │
                     delete: refuse while there are children, cascade, or re-parent them (the command says which)

A Thing lives if all its ancestors live, so deleting a subtree is one event on its root. A Thing's state keeps the number
of its children and an upper bound of the height below it. An event that deepens a tree names the ancestors whose bound
it raises (mostly none), so the depth is checked without reading the subtree.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import ClassVar, assert_never

from ascend.domain.event import Event
from ascend.domain.ids import Ref, ThingId, UserId
from ascend.domain.values import Instant


class ThingKind(StrEnum):
    PHYSICAL = "physical"
    DIGITAL = "digital"
    RELATIONAL = "relational"


def thing_ref(thing: ThingId) -> Ref:
    return Ref(Thing.entity, thing)


def thing_refs(*things: ThingId | None) -> tuple[Ref, ...]:
    """Return the refs of the Things, each once, in the given order. None is left out."""
    return tuple(dict.fromkeys([thing_ref(thing) for thing in things if thing is not None]))


class ThingEvent(Event):
    thing_id: ThingId
    by: UserId

    def touches(self) -> tuple[Ref, ...]:
        return (thing_ref(self.thing_id),)


class ThingCreated(ThingEvent, tag="thing.created"):
    kind: ThingKind
    name: str
    parent: ThingId | None = None
    description: str = ""
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = {}
    raised: tuple[ThingId, ...] = ()
    """The ancestors whose height grows: the parent, its parent, …"""

    def touches(self) -> tuple[Ref, ...]:
        return thing_refs(self.thing_id, self.parent, *self.raised)


class ThingRenamed(ThingEvent, tag="thing.renamed"):
    name: str


class ThingDescribed(ThingEvent, tag="thing.described"):
    """All details of the Thing after this event."""

    description: str
    tags: tuple[str, ...]
    metadata: dict[str, str]


class ThingMoved(ThingEvent, tag="thing.moved"):
    old_parent: ThingId | None = None
    new_parent: ThingId | None = None
    height: int
    """The moved Thing's own height. The heights of `raised` follow from it."""
    raised: tuple[ThingId, ...] = ()

    def touches(self) -> tuple[Ref, ...]:
        return thing_refs(self.thing_id, self.old_parent, self.new_parent, *self.raised)


class ThingArchived(ThingEvent, tag="thing.archived"): ...


class ThingRestored(ThingEvent, tag="thing.restored"): ...


class ThingDeleted(ThingEvent, tag="thing.deleted"):
    """The Thing was deleted with its descendants, except for `reparented`: these now hang below its parent."""

    parent: ThingId | None = None
    reparented: tuple[ThingId, ...] = ()

    def touches(self) -> tuple[Ref, ...]:
        return thing_refs(self.thing_id, self.parent, *self.reparented)

    def concerns(self) -> tuple[Ref, ...]:
        return thing_refs(self.thing_id, *self.reparented)


ThingEvents = ThingCreated | ThingRenamed | ThingDescribed | ThingMoved | ThingArchived | ThingRestored | ThingDeleted


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """Something that people own or know, in a hierarchy: a house, a flat in it, a lamp in the flat."""

    entity: ClassVar[str] = "thing"
    id: ThingId
    kind: ThingKind
    name: str
    parent: ThingId | None = None
    description: str
    tags: tuple[str, ...]
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    created_by: UserId
    created_at: Instant
    children: int = 0
    height: int = 0
    archived: bool = False
    deleted: bool = False


def parent_of(thing: Thing) -> Ref | None:
    """Return the parent, None if the Thing has none or is deleted."""
    return None if thing.deleted or thing.parent is None else thing_ref(thing.parent)


def children_of(thing: Thing) -> int:
    return thing.children


def inherited_part(thing: Thing) -> object:
    """Return the part of the state that read items of descendants depend on: its place, and if it is deleted."""
    return thing.parent, thing.deleted


def evolve(thing: Thing | None, event: ThingEvents, me: str) -> Thing:
    if isinstance(event, ThingCreated) and event.thing_id == me and thing is None:
        return Thing(
            id=event.thing_id,
            kind=event.kind,
            name=event.name,
            parent=event.parent,
            description=event.description,
            tags=event.tags,
            metadata=event.metadata,
            created_by=event.by,
            created_at=event.at,
        )
    if thing is None:
        raise ValueError(f"{event.tag} before thing.created")
    return evolve_thing(thing, event) if event.thing_id == me else evolve_relative(thing, event)


def evolve_thing(thing: Thing, event: ThingEvents) -> Thing:
    match event:
        case ThingCreated():
            raise ValueError("thing.created twice")
        case ThingRenamed():
            return replace(thing, name=event.name)
        case ThingDescribed():
            return replace(thing, description=event.description, tags=event.tags, metadata=event.metadata)
        case ThingMoved():
            return replace(thing, parent=event.new_parent)
        case ThingArchived():
            return replace(thing, archived=True)
        case ThingRestored():
            return replace(thing, archived=False)
        case ThingDeleted():
            return replace(thing, deleted=True, children=thing.children - len(event.reparented))
        case _:
            assert_never(event)


def evolve_relative(thing: Thing, event: ThingEvents) -> Thing:
    """Apply an event about another Thing. This one is its parent, one of its children, or an ancestor."""
    match event:
        case ThingCreated():
            return grow(thing, event.raised, 0, children=int(thing.id == event.parent))
        case ThingMoved():
            difference = int(thing.id == event.new_parent) - int(thing.id == event.old_parent)
            return grow(thing, event.raised, event.height, children=difference)
        case ThingDeleted():
            if thing.id == event.parent:
                return replace(thing, children=thing.children - 1 + len(event.reparented))
            return replace(thing, parent=event.parent)
        case ThingRenamed() | ThingDescribed() | ThingArchived() | ThingRestored():
            return thing
        case _:
            assert_never(event)


def grow(thing: Thing, raised: tuple[ThingId, ...], height: int, children: int) -> Thing:
    """Return the Thing with `children` more children, and with its new height if it is in `raised`."""
    above = raised.index(thing.id) + 1 if thing.id in raised else 0
    return replace(
        thing,
        children=thing.children + children,
        height=max(thing.height, above + height) if above else thing.height,
    )
