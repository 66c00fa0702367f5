"""The ordered table: all that Ascend asks of a store, and nothing that DynamoDB cannot do in one request.

    events   pk, sk                                    the truth: put if absent, get, query
    views    pk, sk, gsi1pk, gsi1sk, gsi2pk, gsi2sk    disposable: conditional puts, two sparse indexes, TTL

Items of one partition key are ordered by sort key (UTF-8 bytes). Values come back as they went in: text (also empty,
also astral), whole and decimal numbers of up to 38 digits, booleans, None, bytes, lists and maps of these.
Three adapters: `memory`, `sqlite`, `dynamodb`; one conformance suite in `tests/support/conformance`.
"""

from collections.abc import Collection
from typing import Protocol

from ascend.adapters.table.conditions import Blocked, Condition, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.query import PAGE, Bookmark, Query, TablePage


class Tables(Protocol):
    """The two tables of one store.

    Every method raises `StoreError`; `StoreUnavailable` on a write means that its outcome is unknown.
    Items over 400 KB, numbers over 38 digits, floats and text that is not unicode raise `LimitExceeded` or
    `InvalidInput` before anything is sent.
    """

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:
        """The item at `key`."""
        ...

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        """The items that exist at `keys`, any number of them (100 a request); not one moment in time."""
        ...

    async def query(self, query: Query) -> TablePage:
        """One page of a partition of the table, or of an index (never consistent: it is refused there)."""
        ...

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        """Write the whole item if the condition holds: None when written."""
        ...

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        """Remove the item if the condition holds: None when removed."""
        ...

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> TablePage:
        """One page of a whole table, in no order. For operator jobs only."""
        ...

    async def create(self) -> None:
        """Create what is missing; does nothing where the store is there already."""
        ...

    async def check(self) -> None:
        """Raises `StoreMissing` or `StoreMismatch` where the store is not as this code expects it."""
        ...
