"""The value of each key field of a line, and the type that says how long it can be."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from ascend.architect.review.design import DesignedItem
from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.key_texts import LAST, to_exact_text, to_order_text
from ascend.architect.review.proof.rows import End, EntityRow
from ascend.architect.review.proposal import Proposal, ProposedEntity, ValueType
from ascend.architect.review.subsets import Subset
from ascend.domain.ids import Id, UserId, WorkspaceId


class AnyId(Id):
    """The id of an entity of any kind."""


def find_value(entity: ProposedEntity, field: KeyField, row: EntityRow, ends: Mapping[str, End], path: str) -> object:
    """Return the value of the field in a line. `ends`: the other ends that the line shows. None: no entry in the index."""
    match field.source:
        case FieldSource.WORKSPACE:
            return row.workspace
        case FieldSource.ID:
            return row.id
        case FieldSource.USER | FieldSource.TARGET | FieldSource.TARGET_KIND | FieldSource.RANK:
            return find_end_value(field, row, ends)
        case FieldSource.ATTRIBUTE:
            return to_exact_text(row.values[field.of])
        case FieldSource.ORDER:
            return to_order_text(entity.attributes[field.of], row.values[field.of])
        case FieldSource.PATH:
            return path
        case FieldSource.SUBSET:
            raise AssertionError("the word of a subset is found by the place")


def find_end_value(field: KeyField, row: EntityRow, ends: Mapping[str, End]) -> str | None:
    end = ends.get(field.of) or next(iter(row.ends[field.of]), None)
    if end is None:
        return None
    return {FieldSource.TARGET_KIND: end.kind, FieldSource.RANK: end.rank}.get(field.source, end.id)


def find_subset_value(subset: Subset, row: EntityRow) -> str | None:
    return subset.word if subset.holds(row.values) else None


def find_type(proposal: Proposal, item: DesignedItem, field: KeyField) -> Any:
    """Return the type of the field in the read item. None is allowed: the item is then not in that index."""
    entity = proposal.find_entity(item.entity)
    match field.source:
        case FieldSource.WORKSPACE:
            return WorkspaceId
        case FieldSource.USER:
            return UserId
        case FieldSource.ID:
            return AnyId
        case FieldSource.TARGET | FieldSource.TARGET_KIND:
            return find_end_type(entity, field)
        case FieldSource.SUBSET:
            return make_choice(field.name, (field.of,)) | None
        case FieldSource.RANK | FieldSource.PATH:
            return str
        case FieldSource.ATTRIBUTE | FieldSource.ORDER:
            return find_attribute_type(entity, field)


def find_end_type(entity: ProposedEntity, field: KeyField) -> Any:
    relationship = entity.find_relationship(field.of)
    assert relationship is not None, "keys name known relationships"
    kinds = make_choice(field.name, relationship.to)
    type_: Any = kinds if field.source is FieldSource.TARGET_KIND else UserId if relationship.is_user else AnyId
    return type_ | None if relationship.optional else type_


def find_attribute_type(entity: ProposedEntity, field: KeyField) -> Any:
    attribute = entity.attributes[field.of]
    is_exact = field.source is FieldSource.ATTRIBUTE
    values = ("true", "false") if attribute.type is ValueType.FLAG else attribute.values
    type_: Any = str
    if values is not None:
        type_ = make_choice(field.name, (*values, LAST) if attribute.optional and not is_exact else values)
    return type_ | None if attribute.optional and is_exact else type_


def make_choice(name: str, values: tuple[str, ...]) -> Any:
    return StrEnum(name, {f"value_{number}": value for number, value in enumerate(values)})
