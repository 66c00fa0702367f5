"""A relationship between entities. At each of its ends a read item holds it, and a query finds this item."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

from ascend.adapters.table.item import Item
from ascend.projections.item import ReadItem
from ascend.projections.key_template import KeyTemplate
from ascend.projections.life_os import LIFE_OS

A = TypeVar("A", bound=ReadItem)
B = TypeVar("B", bound=ReadItem)
PATTERN_OF_QUERY = {pattern.query: pattern for pattern in LIFE_OS.catalog.patterns}
ITEM_OF_NAME = {item.__name__: item for item in LIFE_OS.catalog.items}


@dataclass(frozen=True, slots=True)
class RelationshipEnd(Generic[A]):
    """One end of a relationship: an entity, and the item from which its relationships are read."""

    entity: str
    item: type[A]
    fields: tuple[str, ...]
    """Fields of the item that hold the relationship."""
    queries: tuple[str, ...]
    """Queries that find the item."""

    def find_keys(self, query: str) -> tuple[int | None, KeyTemplate]:
        """Return the index and the key by which the query finds the item; `None` is the table, also for joined items."""
        pattern = PATTERN_OF_QUERY[query]
        return (pattern.index, pattern.template) if pattern.item is self.item else (None, self.item.key)


@dataclass(frozen=True, slots=True)
class Relationship(Generic[A, B]):
    name: str
    cardinality: str
    """The number of entities at the first end to the number at the second."""
    state_fields: tuple[str, ...]
    """Fields of states that hold the relationship for commands. Empty: only the log holds it."""
    first: RelationshipEnd[A]
    second: RelationshipEnd[B]
    matches: Callable[[A, B], bool]
    """Returns True if the two items are the ends of one relationship."""
    copies: tuple[tuple[type[ReadItem], str], ...] = ()
    """Fields of other items that hold the relationship as well."""

    def find_pairs(self, items: Iterable[ReadItem]) -> Iterator[tuple[A, B]]:
        """Yield both ends of each relationship of this kind among the items."""
        all_items = list(items)
        firsts = [item for item in all_items if isinstance(item, self.first.item)]
        seconds = [item for item in all_items if isinstance(item, self.second.item)]
        return (pair for pair in product(firsts, seconds) if self.matches(*pair))


def parse_read_items(items: Iterable[Item]) -> Iterator[ReadItem]:
    """Yield the read items of Ascend's own projections; skip tombstones."""
    for item in items:
        if (model := ITEM_OF_NAME.get(str(item.attributes.get("type")))) is not None:
            yield model.from_content(str(item.attributes["data"]))
