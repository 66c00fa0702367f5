"""The sizes of proposed items, in bytes."""

from ascend.architect.review.design import DesignedItem
from ascend.architect.review.proposal import ProposedEntity, ProposedRelationship

KEY_BYTES = 250
"""Size of an item's keys and of the attributes other than the data."""
INDEX_BYTES = 120
"""Size of the keys of one index."""
ID_BYTES = 40
"""Size of the id of another entity in the data, with its name."""
NAME_BYTES = 12
"""Size of the name of an attribute in the data."""
SHORT_BYTES = 100
"""Attributes that are longer on average are left out of lists, unless they are `listed`."""
WRITE_BYTES = 1_024
"""Size of a write unit."""
MOST_ENDS = 20
"""Other ends of a relationship that the whole item lists. Longer lists are read from their lines."""


def is_short(entity: ProposedEntity, name: str) -> bool:
    """Return True if lists show the attribute: as the proposal says, else if it is short."""
    attribute = entity.attributes[name]
    return attribute.bytes <= SHORT_BYTES if attribute.listed is None else attribute.listed


def is_listed(relationship: ProposedRelationship, whole: bool) -> bool:
    """Return True if the item holds the ids at the other ends of the relationship."""
    return relationship.is_single or (whole and (relationship.each or 2) <= MOST_ENDS)


def list_attributes(entity: ProposedEntity, whole: bool) -> tuple[str, ...]:
    """Return the attributes that an item holds: all of them, or those that are short."""
    return tuple(name for name in entity.attributes if whole or is_short(entity, name))


def list_relationships(entity: ProposedEntity, whole: bool) -> tuple[ProposedRelationship, ...]:
    """Return the relationships whose other ends an item holds."""
    return tuple(relationship for relationship in entity.relationships if is_listed(relationship, whole))


def count_data_bytes(entity: ProposedEntity, whole: bool) -> int:
    """Return the size of an item's data."""
    attributes = sum(entity.attributes[name].bytes + NAME_BYTES for name in list_attributes(entity, whole))
    ends = sum((relationship.each or 2) * ID_BYTES for relationship in list_relationships(entity, whole))
    return attributes + ends


def count_item_bytes(entity: ProposedEntity, item: DesignedItem) -> int:
    """Return the size of an item in the table, with the keys of its indexes."""
    data = count_data_bytes(entity, item.whole) + len(item.per) * ID_BYTES
    return KEY_BYTES + item.indexes * INDEX_BYTES + data


def is_large(entity: ProposedEntity) -> bool:
    """Return True if an index of the whole item would cost more than a second, short item with that index."""
    whole, short = (KEY_BYTES + INDEX_BYTES + count_data_bytes(entity, whole) for whole in (True, False))
    return -(-whole // WRITE_BYTES) > -(-short // WRITE_BYTES)
