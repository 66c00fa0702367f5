"""Relations: typed, directed edges between Things or Tasks, such as "contains", "closes", "is spare part of".

The id of a Relation is derived from its ends and its type, so there are no duplicates: added again, it is the same
Relation.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import ClassVar, assert_never

from ascend.domain.errors import NotFound, Refusal
from ascend.domain.event import Event
from ascend.domain.ids import Ref, RelationId, UserId


class RelationEvent(Event):
    relation_id: RelationId
    by: UserId

    def touches(self) -> tuple[Ref, ...]:
        return (Ref(Relation.entity, self.relation_id),)


class RelationAdded(RelationEvent, tag="relation.added"):
    source: Ref
    type: str
    target: Ref
    inverse: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = {}


class RelationEdited(RelationEvent, tag="relation.edited"):
    """All details of the Relation after this event."""

    inverse: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = {}


class RelationRemoved(RelationEvent, tag="relation.removed"): ...


RelationEvents = RelationAdded | RelationEdited | RelationRemoved


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """A typed, directed edge between Things or Tasks, such as "contains" or "is spare part of"."""

    entity: ClassVar[str] = "relation"
    id: RelationId
    source: Ref
    type: str
    target: Ref
    inverse: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    tags: tuple[str, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict[str, str])
    removed: bool = False


class NoSuchRelation(NotFound):
    """There is no such Relation in this workspace, or it was removed."""


class RelationExists(Refusal):
    """This Relation exists already, with other details: edit it."""


class RelatedToItself(Refusal):
    """A Relation needs two different ends."""


class ValidityOrder(Refusal):
    """A Relation cannot end before it begins."""


def new_relation(event: RelationAdded) -> Relation:
    return Relation(
        id=event.relation_id,
        source=event.source,
        type=event.type,
        target=event.target,
        inverse=event.inverse,
        valid_from=event.valid_from,
        valid_to=event.valid_to,
        tags=event.tags,
        metadata=event.metadata,
    )


def evolve(relation: Relation | None, event: RelationEvents, me: str) -> Relation:
    if isinstance(event, RelationAdded) and (relation is None or relation.removed):
        return new_relation(event)
    if relation is None:
        raise ValueError(f"{event.tag} before relation.added")
    match event:
        case RelationAdded():
            raise ValueError("relation.added twice")
        case RelationEdited():
            return replace(
                relation,
                inverse=event.inverse,
                valid_from=event.valid_from,
                valid_to=event.valid_to,
                tags=event.tags,
                metadata=event.metadata,
            )
        case RelationRemoved():
            return replace(relation, removed=True)
        case _:
            assert_never(event)
