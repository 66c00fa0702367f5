"""The commands on Relations."""

from dataclasses import replace
from datetime import date
from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ascend.domain.ids import Ref, RelationId
from ascend.domain.relations.relation import (
    NoSuchRelation,
    RelatedToItself,
    Relation,
    RelationAdded,
    RelationEdited,
    RelationExists,
    RelationRemoved,
    ValidityOrder,
    new_relation,
)
from ascend.domain.targets import ThingOrTask, check_target
from ascend.domain.values import Label, Metadata, Tags
from ascend.domain.workspaces.command import NOTHING, Command, Decision
from ascend.domain.workspaces.tags import EditTagsCommand
from ascend.domain.workspaces.view import View


class RelationCommand(Command):
    """A command on a Relation, which is named by its ends and its type."""

    source: ThingOrTask
    type: Label
    target: ThingOrTask

    @property
    def relation_id(self) -> RelationId:
        return RelationId.derive(*self.source, self.type, *self.target)

    def preloads(self) -> tuple[Ref, ...]:
        return (Ref(Relation.entity, self.relation_id),)


class AddRelation(RelationCommand):
    """Adds a Relation from a Thing or Task to another. Refused if the Relation exists already, with other details.

    Sent again with the same details, it does nothing.
    """

    inverse: Label | None = None
    """The name of the Relation from the target's side."""
    valid_from: date | None = None
    valid_to: date | None = None
    """The last day on which the Relation holds."""
    tags: Tags = ()
    metadata: Metadata = {}

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.valid_from is not None and self.valid_to is not None and self.valid_from > self.valid_to:
            raise PydanticCustomError("order", "a relation cannot end before it begins")
        return self

    def preloads(self) -> tuple[Ref, ...]:
        return (Ref(Relation.entity, self.relation_id), self.source, self.target)

    def decide(self, view: View) -> Decision:
        existing = view.find(Relation, self.relation_id)
        if self.source == self.target:
            raise RelatedToItself(self.source)
        check_target(view, self.source)
        check_target(view, self.target)
        added = RelationAdded(
            at=view.at,
            by=view.actor,
            relation_id=self.relation_id,
            source=self.source,
            type=self.type,
            target=self.target,
            inverse=self.inverse,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            tags=self.tags,
            metadata=self.metadata,
        )
        if existing is None or existing.removed:
            return [added]
        if existing.description() == new_relation(added).description():
            return NOTHING
        raise RelationExists(existing.id)


class EditRelation(RelationCommand, EditTagsCommand):
    """Changes the details of a Relation. A field that is left out keeps its value; None empties it."""

    inverse: Label | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    metadata: Metadata | None = None

    def decide(self, view: View) -> Decision:
        relation = existing_relation(view, self.relation_id)
        changed = replace(relation, **self.changes_to(relation))
        if changed.valid_from is not None and changed.valid_to is not None and changed.valid_from > changed.valid_to:
            raise ValidityOrder(relation.id)
        if changed == relation:
            return NOTHING
        edited = RelationEdited(
            at=view.at,
            by=view.actor,
            relation_id=relation.id,
            inverse=changed.inverse,
            valid_from=changed.valid_from,
            valid_to=changed.valid_to,
            tags=changed.tags,
            metadata=changed.metadata,
        )
        return [edited]


class RemoveRelation(RelationCommand):
    """Removes a Relation. It can be added again."""

    def decide(self, view: View) -> Decision:
        relation = view.find(Relation, self.relation_id)
        if relation is None:
            raise NoSuchRelation(self.relation_id)
        if relation.removed:
            return NOTHING
        return [RelationRemoved(at=view.at, by=view.actor, relation_id=relation.id)]


def existing_relation(view: View, relation_id: RelationId) -> Relation:
    """Return the Relation.

    Raises:
        NoSuchRelation: it never existed or was removed.
    """
    relation = view.find(Relation, relation_id)
    if relation is None or relation.removed:
        raise NoSuchRelation(relation_id)
    return relation
