"""The port to the ordered tables. It offers only what DynamoDB can do in one request.

    events   pk, sk                                    the truth: put if absent, get, query
    views    pk, sk, gsi1pk, gsi1sk, gsi2pk, gsi2sk    disposable: conditional puts, two sparse indexes, TTL

Order: the items of a partition are ordered by the UTF-8 bytes of their sort keys.
Values: a value is read as it was written. Values are text (also empty, also outside of the Basic Multilingual Plane),
whole and decimal numbers of up to 38 digits, booleans, None, bytes, and lists and maps of these.
Writes: every write has a condition. There are no transactions and no unconditional writes.

Three engines implement the port: `memory`, `sqlite` and `dynamodb`. All pass the conformance suite in
`tests/support/conformance`.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from ascend.adapters.table.conditions import Blocked, Condition, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.puts import Put
from ascend.adapters.table.query import PAGE, Bookmark, Query, TablePage, ValuesPage
from ascend.projections.deadline import Check, send_always
from ascend.projections.workers.hints import ChangeHints


class Tables(Protocol):
    """The two tables of one store.

    Every method may raise `StoreError`. `StoreUnavailable` from a write means that its outcome is unknown,
    unless it is `StoreBusy`: then nothing was written. A store that was closed raises `StoreClosed`.
    Items over 400 KB and numbers over 38 digits raise `LimitExceeded`, floats and text that is not valid Unicode raise
    `InvalidInput`: both before anything is sent.
    """

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:
        """Return the item at `key`."""
        ...

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        """Return the items that exist at any number of keys (100 a request). The read is not atomic."""
        ...

    async def query(self, query: Query) -> TablePage:
        """Return one page of a partition of a table, or of an index. Indexes cannot be read consistently."""
        ...

    async def query_values(self, query: Query, names: Sequence[str]) -> ValuesPage:
        """Return the same page as `query`, of each item only the values of these attributes. It costs less CPU."""
        ...

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        """Replace the whole item if the condition holds. Return None if it was written."""
        ...

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        """Send any number of conditional puts. Return for each, in their order, True if it was written.

        Each succeeds or fails on its own, and they take effect in no particular order. False: its condition failed, and
        nothing was written; after a lost reply, the item in the way may be the put's own. No two may have the same key.
        `check` is called before each request, and again before each that is repeated; what it raises ends the call.
        Raises `InvalidInput` for two with one key. `StoreUnavailable` means that any number of them may be written.
        """
        ...

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        """Remove the item if the condition holds. Return None if it was removed."""
        ...

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> TablePage:
        """Return one page of a whole table, in no particular order. For operators' jobs only."""
        ...

    def change_hints(self) -> ChangeHints:
        """Return new hints of commits: those that come after its first use. For a worker, one for its whole life."""
        ...

    async def create(self) -> None:
        """Create what is missing. Existing tables stay as they are."""
        ...

    async def check(self) -> None:
        """Raises: StoreMissing, StoreMismatch if this code cannot work with the store."""
        ...

    async def find_damage(self) -> Sequence[str]:
        """Return what the engine's own check of its storage finds wrong. Engines without such a check find nothing."""
        ...
