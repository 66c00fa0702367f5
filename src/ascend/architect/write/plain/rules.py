"""Deletion rules: what happens to the entities that point at one that is deleted."""

from collections.abc import Iterator
from dataclasses import dataclass

from ascend.architect.review.design import TABLE, Design, DesignedItem, KeyPlace
from ascend.architect.review.key_fields import (
    WORKSPACE_FIELD,
    FieldSource,
    KeyField,
    may_be_missing,
    target_fields,
    user_field,
)
from ascend.architect.review.proposal import ProposedEntity, ProposedRelationship


@dataclass(frozen=True, slots=True)
class Listing:
    """The place that lists all entities which point at one other."""

    item: DesignedItem
    place_name: str
    place: KeyPlace
    count: int
    """The number of known fields of the sort key."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`when_gone` of a relationship that is not `keep`."""

    entity: ProposedEntity
    relationship: ProposedRelationship
    listing: Listing | None
    """None: no key of the design finds them, so the rule is not written."""

    @property
    def when_gone(self) -> str | None:
        return self.relationship.when_gone


def list_rules(design: Design) -> Iterator[Rule]:
    for entity in design.proposal.entities:
        for relationship in entity.relationships:
            if relationship.when_gone in {"refuse", "cascade"}:
                yield Rule(entity, relationship, find_listing(design, entity, relationship))


def find_listing(design: Design, entity: ProposedEntity, relationship: ProposedRelationship) -> Listing | None:
    found = (
        listing
        for item in design.items
        if item.entity == entity.entity and set(item.per) <= {relationship.name} and not item.subset
        for name, place in item.places
        if (listing := match_place(entity, relationship, item, name, place)) is not None
    )
    return min(found, key=lambda listing: listing.place_name != TABLE, default=None)


def match_place(
    entity: ProposedEntity, relationship: ProposedRelationship, item: DesignedItem, name: str, place: KeyPlace
) -> Listing | None:
    """Return the listing if the keys begin with the workspace and the other end, and no entity can be missing there."""
    if place.subset:
        return None
    ends: tuple[KeyField, ...] = target_fields(relationship)
    if place.partition[0].source is FieldSource.USER:
        ends = (user_field(relationship),)
    wanted = {WORKSPACE_FIELD, *ends}
    count = len(wanted - set(place.partition))
    fits = set(place.partition) <= wanted and set(place.sort[:count]) | set(place.partition) == wanted
    others = (field for field in place.fields if field.of != relationship.name)
    if not fits or any(may_be_missing(entity, field, item.per) for field in others):
        return None
    return Listing(item, name, place, count)
