"""An edge between entities: at each of its ends lies an item that holds it, found by a query."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Generic, TypeVar

from ascend.adapters.table.item import Item
from ascend.projections.catalog import READ_ITEMS
from ascend.projections.item import ReadItem
from ascend.projections.key_template import KeyTemplate
from ascend.projections.queries.patterns import PATTERNS

A = TypeVar("A", bound=ReadItem)
B = TypeVar("B", bound=ReadItem)
PATTERN_OF_QUERY = {pattern.query: pattern for pattern in PATTERNS}
ITEM_OF_NAME = {item.__name__: item for item in READ_ITEMS}


@dataclass(frozen=True, slots=True)
class RelationshipEnd(Generic[A]):
    """What is found by one who stands at `at`."""

    at: str
    item: type[A]
    fields: tuple[str, ...]
    """Of the item: those that hold the edge."""
    queries: tuple[str, ...]

    def keys(self, query: str) -> tuple[int | None, KeyTemplate]:
        """Where the query finds the item: in an index, or (None) in the table, as all that is joined."""
        pattern = PATTERN_OF_QUERY[query]
        return (pattern.index, pattern.template) if pattern.item is self.item else (None, self.item.key)


@dataclass(frozen=True, slots=True)
class Relationship(Generic[A, B]):
    edge: str
    cardinality: str
    """How many of the first that is named, to how many of the second."""
    kept: tuple[str, ...]
    """The fields of states that hold it: what commands decide on. Empty: it is in the log alone."""
    one: RelationshipEnd[A]
    other: RelationshipEnd[B]
    same: Callable[[A, B], bool]
    """Whether the two items are the ends of one edge."""
    copied: tuple[tuple[type[ReadItem], str], ...] = ()
    """Fields of further items that hold it."""

    def pairs(self, items: Iterable[ReadItem]) -> Iterator[tuple[A, B]]:
        """Both ends of each edge."""
        every = list(items)
        ones = [item for item in every if isinstance(item, self.one.item)]
        others = [item for item in every if isinstance(item, self.other.item)]
        return (pair for pair in product(ones, others) if self.same(*pair))


def parse_read_items(items: Iterable[Item]) -> Iterator[ReadItem]:
    """Those of Ascend's own projections; tombstones are none."""
    for item in items:
        if (model := ITEM_OF_NAME.get(str(item.attributes.get("type")))) is not None:
            yield model.from_content(str(item.attributes["data"]))
