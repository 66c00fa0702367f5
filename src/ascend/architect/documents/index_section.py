"""The cost of multi-attribute keys in place of the overloaded indexes, from the declared loads of the patterns.

With them, the keys of each item type in an index become an index of their own, which takes every item that has all of its
attributes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from ascend.architect.check.schema import Schema
from ascend.architect.documents.markdown import render_table
from ascend.projections.item import ReadItem
from ascend.projections.key_template import KeyTemplate

UNIT_BYTES = 1_024
"""Bytes that one write unit pays for."""
LARGEST_KEY = 4
"""The most attributes of a partition key, and of a sort key."""
BUILD = "build"
"""The attribute that would keep the items of two builds apart. Today the build is a part of each partition key."""
NO_INDEX = "No item of this application is in an index, so there is nothing to replace."


@dataclass(frozen=True, slots=True)
class OwnIndex:
    """The index with multi-attribute keys that would take the place of one item type's keys in an overloaded index."""

    today: str
    item: type[ReadItem]
    partition: tuple[str, ...]
    sort: tuple[str, ...]
    writes: int
    """Write units a day for the items of this type."""
    strays: tuple[str, ...]
    """The other item types that have all these attributes: their items would be in the index as well."""
    stray_writes: int
    """Write units a day for their items."""

    @property
    def fits(self) -> bool:
        """True if neither key has too many attributes."""
        return max(len(self.partition), len(self.sort)) <= LARGEST_KEY


def render_own_indexes(schema: Schema) -> str:
    """Return the table of the indexes that multi-attribute keys would need, and their sum."""
    indexes = list(list_own_indexes(schema))
    if not indexes:
        return NO_INDEX
    head = ("today", "item type", "an index of its own", "writes a day", "would also hold", "their writes a day")
    return f"{render_table(head, map(describe_own_index, indexes))}\n\n{summarize(indexes)}"


def list_own_indexes(schema: Schema) -> Iterator[OwnIndex]:
    """Yield an index for each item type and each overloaded index in which it has keys."""
    models = [item_type.model for item_type in schema.item_types if item_type.model is not None]
    for today in ("gsi1", "gsi2"):
        for model in models:
            template: KeyTemplate | None = getattr(model, today)
            if template is not None:
                yield make_own_index(schema, models, today, model, template)


def make_own_index(
    schema: Schema, models: Sequence[type[ReadItem]], today: str, item: type[ReadItem], template: KeyTemplate
) -> OwnIndex:
    sort = tuple(name for name in template.sort_fields if name not in template.partition_fields)
    strays = [model for model in models if model is not item and has_all(model, template.fields)]
    return OwnIndex(
        today=today,
        item=item,
        partition=(*template.partition_fields, BUILD),
        sort=sort,
        writes=count_writes(schema, item),
        strays=tuple(model.__name__ for model in strays),
        stray_writes=sum(count_writes(schema, model) for model in strays),
    )


def has_all(model: type[ReadItem], names: Iterable[str]) -> bool:
    """Return True if items of this type have these fields and properties."""
    return all(name in model.model_fields or hasattr(model, name) for name in names)


def count_writes(schema: Schema, item: type[ReadItem]) -> int:
    """Return the write units a day for the items of a type: those of its most written pattern. 0 if it has no pattern."""
    loads = [pattern.load for pattern in schema.patterns if pattern.item is item]
    return max((load.writes_a_day * ceil(load.bytes / UNIT_BYTES) for load in loads), default=0)


def describe_own_index(index: OwnIndex) -> tuple[str, ...]:
    keys = f"`{' + '.join(index.partition)}` / `{' + '.join(index.sort)}`"
    keys += "" if index.fits else f" (more than {LARGEST_KEY}: not possible)"
    strays = ", ".join(index.strays)
    return index.today, index.item.__name__, keys, f"{index.writes:,}", strays, f"{index.stray_writes:,}"


def summarize(indexes: Sequence[OwnIndex]) -> str:
    """Return the number of indexes and of write units today, and with an index for each."""
    today = len({index.today for index in indexes})
    writes, strays = sum(index.writes for index in indexes), sum(index.stray_writes for index in indexes)
    return (
        f"The sum: {len(indexes)} indexes instead of {today}, and {writes + strays:,} write units a day into indexes"
        f" instead of {writes:,}."
    )
