"""The lengths of the fields of keys."""

from collections.abc import Iterable

from ascend.adapters.table.typed import PK_BYTES, SK_BYTES
from ascend.architect.check.fields import ID_BYTES, LINK_BYTES, UTF8_BYTES
from ascend.architect.review.key_fields import FieldSource, KeyField
from ascend.architect.review.key_texts import END
from ascend.architect.review.proposal_parts import ProposedEntity, ValueType
from ascend.domain.text_keys import NAME_KEY_CHARACTERS
from ascend.domain.things.rules import DEPTH
from ascend.domain.user_text import KEY_BYTES

LONGEST = 2
"""The longest text of an attribute, as a multiple of its average."""
RANK_BYTES = 40
LONGEST_SCALAR = 27
"""Bytes of the longest text of a number, a date or an instant."""
TAG_BYTES = 300
"""Bytes of an item's tag, of the word of a subset, and of the build's suffix."""
WORD_BYTES = 41
"""Bytes of the longest word of a proposal, or of a value of a choice."""


def count_key_bytes(entity: ProposedEntity, field: KeyField) -> int:
    """Return the length of the longest value of a field."""
    match field.source:
        case FieldSource.WORKSPACE | FieldSource.ID | FieldSource.TARGET:
            return ID_BYTES
        case FieldSource.USER:
            return KEY_BYTES
        case FieldSource.TARGET_KIND | FieldSource.SUBSET:
            return WORD_BYTES
        case FieldSource.RANK:
            return RANK_BYTES
        case FieldSource.PATH:
            return DEPTH * LINK_BYTES
        case FieldSource.ATTRIBUTE | FieldSource.ORDER:
            return count_attribute_bytes(entity, field)


def count_attribute_bytes(entity: ProposedEntity, field: KeyField) -> int:
    attribute = entity.attributes[field.of]
    if attribute.type is not ValueType.TEXT:
        return LONGEST_SCALAR
    if field.source is FieldSource.ORDER:
        return NAME_KEY_CHARACTERS * UTF8_BYTES + len(END)
    return attribute.bytes * LONGEST * UTF8_BYTES


def fits_partition_key(entity: ProposedEntity, fields: Iterable[KeyField]) -> bool:
    """Return True if the fields, and the words of the item and of its subset, are never longer than a partition key may be."""
    return sum(count_key_bytes(entity, field) + 1 for field in fields) + TAG_BYTES <= PK_BYTES


def fits_sort_key(entity: ProposedEntity, fields: tuple[KeyField, ...]) -> bool:
    """Return True if the fields, and the ids that make them unique, are never longer than a sort key may be."""
    return sum(count_key_bytes(entity, field) + 1 for field in fields) + 2 * (ID_BYTES + 1) <= SK_BYTES
