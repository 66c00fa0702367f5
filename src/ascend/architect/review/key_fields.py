"""The fields of proposed keys: where each value comes from, whether it can change, and its text in a key."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ascend.architect.review.proposal import WORKSPACE, ProposedEntity, ProposedRelationship, ValueType
from ascend.architect.review.subsets import Subset


class FieldSource(StrEnum):
    WORKSPACE = "workspace"
    USER = "user"
    """The user at the other end of a relationship, in a partition that belongs to the user."""
    ID = "id"
    """The entity's own id."""
    TARGET = "target"
    """The id at the other end of a relationship."""
    TARGET_KIND = "target kind"
    ATTRIBUTE = "attribute"
    """The value of an attribute, for exact matches and, unless it is a text, for its order. None if it is missing."""
    ORDER = "order"
    """The value of an attribute, in the order that people expect. A missing value sorts last."""
    SUBSET = "subset"
    """A word for the entities of a subset. None for the others, which therefore have no entry in the index."""
    RANK = "rank"
    """The place that a user chose for the other end of a relationship."""
    PATH = "path"
    """The ids from the top of the hierarchy down to the entity."""


SUFFIX = {
    FieldSource.TARGET: "",
    FieldSource.TARGET_KIND: "_kind",
    FieldSource.ATTRIBUTE: "_key",
    FieldSource.ORDER: "_order",
    FieldSource.RANK: "_rank",
    FieldSource.SUBSET: "_only",
}


@dataclass(frozen=True, slots=True, order=True)
class KeyField:
    """A field of a key template."""

    source: FieldSource
    of: str
    """The entity, attribute or relationship. A word of its own for the workspace."""

    @property
    def name(self) -> str:
        """The name in the template: `workspace`, `user`, `note`, `about`, `about_kind`, `due_key`, `title_order`."""
        match self.source:
            case FieldSource.WORKSPACE | FieldSource.USER:
                return str(self.source)
            case FieldSource.ID:
                return self.of
            case FieldSource.PATH:
                return "path_key"
            case _:
                return f"{self.of}{SUFFIX[self.source]}"

    def __str__(self) -> str:
        return f"{{{self.name}}}"


WORKSPACE_FIELD = KeyField(FieldSource.WORKSPACE, WORKSPACE)


def id_field(entity: ProposedEntity) -> KeyField:
    return KeyField(FieldSource.ID, entity.entity)


def equality_field(name: str) -> KeyField:
    """Return the field for exact values of an attribute."""
    return KeyField(FieldSource.ATTRIBUTE, name)


def order_field(entity: ProposedEntity, name: str) -> KeyField:
    """Return the field that sorts by an attribute. For a text or an optional value it differs from that for exact values."""
    attribute = entity.attributes[name]
    differs = attribute.type is ValueType.TEXT or attribute.optional
    return KeyField(FieldSource.ORDER if differs else FieldSource.ATTRIBUTE, name)


def target_fields(relationship: ProposedRelationship) -> tuple[KeyField, ...]:
    """Return the fields that name one other end of a relationship."""
    target = KeyField(FieldSource.TARGET, relationship.name)
    return (KeyField(FieldSource.TARGET_KIND, relationship.name), target) if relationship.has_kinds else (target,)


def user_field(relationship: ProposedRelationship) -> KeyField:
    return KeyField(FieldSource.USER, relationship.name)


def subset_field(subset: Subset) -> KeyField:
    return KeyField(FieldSource.SUBSET, subset.word)


def changes(entity: ProposedEntity, field: KeyField, per: tuple[str, ...]) -> bool:
    """Return True if the field of one line can get another value. `per`: the relationships of which a line shows one end."""
    match field.source:
        case FieldSource.ATTRIBUTE | FieldSource.ORDER:
            return entity.attributes[field.of].changes
        case FieldSource.TARGET | FieldSource.TARGET_KIND:
            relationship = entity.find_relationship(field.of)
            return field.of not in per and relationship is not None and relationship.changes
        case FieldSource.RANK | FieldSource.PATH:
            return True
        case _:
            return False


def name_changes(entity: ProposedEntity, fields: Iterable[KeyField], per: tuple[str, ...]) -> str:
    """Return the names of what can change in the fields."""
    words = {FieldSource.PATH: "the path", FieldSource.RANK: "the place in the order"}
    moving = (field for field in fields if changes(entity, field, per))
    return ", ".join(dict.fromkeys(words.get(field.source, field.of) for field in moving))


def may_be_missing(entity: ProposedEntity, field: KeyField, per: tuple[str, ...]) -> bool:
    """Return True if a line may have no value for the field, and so no entry under the key."""
    match field.source:
        case FieldSource.ATTRIBUTE:
            return entity.attributes[field.of].optional
        case FieldSource.TARGET | FieldSource.TARGET_KIND:
            relationship = entity.find_relationship(field.of)
            return field.of not in per and relationship is not None and relationship.optional
        case _:
            return False
