"""The commands on Relations."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from ascend.domain.ids import Ref, RelationId
from ascend.domain.labels import keep_spelling, respell_label
from ascend.domain.relations.relation import (
    NoSuchRelation,
    RelatedToItself,
    Relation,
    RelationAdded,
    RelationEdited,
    RelationExists,
    RelationRemoved,
    ValidityOrder,
)
from ascend.domain.targets import ThingOrTask, check_target
from ascend.domain.text_keys import label_key, list_spellings
from ascend.domain.values import Label, Metadata, Tags
from ascend.domain.workspaces.command import NOTHING, Command, Decision
from ascend.domain.workspaces.tags import EditTagsCommand
from ascend.domain.workspaces.view import View

DETAILS = ("inverse", "valid_from", "valid_to", "tags", "metadata")
"""All that describes a Relation, apart from its ends and its type."""


class RelationCommand(Command):
    """A command on a Relation, which is named by its ends and its type."""

    source: ThingOrTask
    type: Label
    target: ThingOrTask

    @property
    def relation_id(self) -> RelationId:
        """The id of the Relation if this command adds it: the same for all types that are equal as labels."""
        return self._derive_id(label_key(self.type))

    def relation_ids(self) -> tuple[RelationId, ...]:
        """Return the ids under which the Relation may be stored. Earlier versions derived the id from the type as spelled."""
        return tuple(map(self._derive_id, list_spellings(self.type)))

    def preloads(self) -> tuple[Ref, ...]:
        return tuple(Ref(Relation.entity, id) for id in self.relation_ids())

    def _derive_id(self, type_: str) -> RelationId:
        return RelationId.derive(*self.source, type_, *self.target)


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
        return (*super().preloads(), self.source, self.target)

    def decide(self, view: View) -> Decision:
        existing = find_relation(view, self)
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
        if self.matches(existing):
            return NOTHING
        raise RelationExists(existing.id)

    def matches(self, relation: Relation) -> bool:
        """Return True if the Relation is as this command would add it."""
        details = {name: getattr(self, name) for name in DETAILS}
        return replace(relation, **keep_labels(details, relation)) == relation


class EditRelation(RelationCommand, EditTagsCommand):
    """Changes the details of a Relation. A field that is left out keeps its value; None empties it."""

    inverse: Label | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    metadata: Metadata | None = None

    def decide(self, view: View) -> Decision:
        relation = existing_relation(view, self)
        changed = replace(relation, **keep_labels(self.changes_to(relation), relation))
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
        relation = find_relation(view, self)
        if relation is None:
            raise NoSuchRelation(self.relation_id)
        if relation.removed:
            return NOTHING
        return [RelationRemoved(at=view.at, by=view.actor, relation_id=relation.id)]


def find_relation(view: View, command: RelationCommand) -> Relation | None:
    """Return the Relation that the command names, also if it was removed; None if it never existed.

    Among several that earlier versions told apart, one that was not removed, and the one whose type is spelled like the
    command's, come first.
    """
    found = [relation for id in command.relation_ids() if (relation := view.find(Relation, id)) is not None]
    return min(found, key=lambda relation: relation.removed, default=None)


def existing_relation(view: View, command: RelationCommand) -> Relation:
    """Return the Relation that the command names.

    Raises:
        NoSuchRelation: it never existed or was removed.
    """
    relation = find_relation(view, command)
    if relation is None or relation.removed:
        raise NoSuchRelation(command.relation_id)
    return relation


def keep_labels(changes: Mapping[str, Any], old: Relation) -> dict[str, Any]:
    """Return the new values of fields, with the labels spelled as the Relation has them already."""
    kept = keep_spelling(changes, old)
    return kept | {"inverse": respell_label(kept["inverse"], old.inverse)} if "inverse" in kept else kept
