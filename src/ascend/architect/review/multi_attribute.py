"""The indexes of a design with multi-attribute keys, instead of two overloaded indexes whose keys are texts.

Since November 2025 an index may have up to four attributes as its partition key and up to four as its sort key:
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ascend.architect.review.design import INDEXES, Design, DesignedItem, KeyPlace
from ascend.architect.review.estimates import ItemEstimate
from ascend.architect.review.key_fields import KeyField

MOST_ATTRIBUTES = 4
"""Attributes of one part of a key."""
MOST_INDEXES = 20
"""Indexes of one table, unless the account's quota is raised."""


@dataclass(frozen=True, slots=True)
class AttributeIndex:
    """An index of its own for the lists of one place of an item."""

    name: str
    partition: tuple[str, ...]
    """The attributes that a Query gives, each by equality."""
    sort: tuple[str, ...]
    """The attributes that sort, from the left; a Query may give the first ones, and a range of the next."""

    @property
    def fits(self) -> bool:
        return max(len(self.partition), len(self.sort)) <= MOST_ATTRIBUTES


def list_attribute_indexes(design: Design) -> Iterator[AttributeIndex]:
    """Yield an index for each index place of the design. An item without one of the attributes is not in the index."""
    for item in design.items:
        for name, place in item.places:
            if name in INDEXES:
                yield make_index(item, name, place)


def make_index(item: DesignedItem, name: str, place: KeyPlace) -> AttributeIndex:
    return AttributeIndex(f"{item.table.tag}_{name}", name_attributes(place.partition), name_attributes(place.sort))


def name_attributes(fields: tuple[KeyField, ...]) -> tuple[str, ...]:
    """Return the names of the attributes. Values need no text of their own: a number sorts as a number."""
    return tuple(field.name.removesuffix("_key") for field in fields)


def weigh_attribute_indexes(design: Design, items: tuple[ItemEstimate, ...]) -> Iterator[str]:
    """Yield the sentences of the trade-off, with the numbers of this design."""
    indexes = list(list_attribute_indexes(design))
    entries = sum(estimate.index_units for estimate in items)
    yield (
        f"{len(indexes)} indexes in place of 2 overloaded ones, of at most {MOST_INDEXES} for a table; a change writes the same"
        f" {entries:g} units to indexes, because an item has an entry only where it has all attributes"
    )
    yield (
        "for them: attributes are what they are called, no text is glued together, and a new list needs a new index only, which"
        " the service fills; with overloaded keys it needs the items to be written again (in Ascend: a rebuild from the log)"
    )
    yield (
        "against them: each index is throttled, priced in provisioned mode and alarmed on its own; the values sort by their bytes,"
        " not as people expect; a missing value leaves the line out; and an index takes time to build and cannot be changed"
    )
    if too_long := [index.name for index in indexes if not index.fits]:
        yield f"not possible for {', '.join(too_long)}: a key has at most {MOST_ATTRIBUTES} attributes in each part"
