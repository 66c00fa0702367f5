"""The ordered table: all that Ascend asks of a store, and nothing that DynamoDB cannot do in one request.

    events   pk, sk                                    the truth: put if absent, get, query
    views    pk, sk, gsi1pk, gsi1sk, gsi2pk, gsi2sk    disposable: conditional puts, two sparse indexes, TTL

Items of one partition key are ordered by sort key (UTF-8 bytes). Values come back as they went in: text (also empty,
also astral), whole and decimal numbers of up to 38 digits, booleans, None, bytes, lists and maps of these.
Three adapters: `memory`, `sqlite`, `dynamodb`; one conformance suite in `tests/conformance`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from ascend.adapters.queries import Query

Value = str | int | Decimal | bytes | bool | None | Sequence["Value"] | Mapping[str, "Value"]

Bookmark = tuple[str, ...]
"""Where a page ended: (sk,) in a table, (index sk, pk, sk) in an index, (pk, sk) in a scan."""

PAGE = 1_000
"""Items a page at most, unless the caller says less."""


class Table(Enum):
    EVENTS = "events"
    VIEWS = "views"


class Index(Enum):
    GSI1 = "gsi1"
    GSI2 = "gsi2"


@dataclass(frozen=True, slots=True)
class Key:
    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item. Index keys that are None are absent, so the item is not in that index."""

    key: Key
    attributes: Mapping[str, Value]
    gsi1: Key | None = None
    gsi2: Key | None = None
    expires: int | None = None
    """Epoch second after which the store may remove the item, some time (DynamoDB) or never (the others)."""


@dataclass(frozen=True, slots=True)
class Absent:
    """No item stands at this key."""


@dataclass(frozen=True, slots=True)
class Below:
    """No item stands at this key, or its number `attribute` is lower than `value`."""

    attribute: str
    value: int


@dataclass(frozen=True, slots=True)
class Equals:
    """An item stands at this key, and these attributes have these values (None: null or not there)."""

    attributes: Mapping[str, Value]


Condition = Absent | Below | Equals


@dataclass(frozen=True, slots=True)
class Blocked:
    """The condition failed, nothing was written; `existing` is the item in the way (read with the refusal)."""

    existing: Item | None


@dataclass(frozen=True, slots=True)
class Everything:
    """Every sort key of the partition."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """Sort keys that begin with `text`."""

    text: str


@dataclass(frozen=True, slots=True)
class Between:
    """Sort keys from `low` to `high`, both included."""

    low: str
    high: str


Sort = Everything | Prefix | Between


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `next` is None when nothing follows; it may be set although nothing follows."""

    items: Sequence[Item]
    next: Bookmark | None


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

    async def query(self, query: "Query") -> Page:
        """One page of a partition of the table, or of an index (never consistent: it is refused there)."""
        ...

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        """Write the whole item if the condition holds: None when written."""
        ...

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        """Remove the item if the condition holds: None when removed."""
        ...

    async def scan(self, table: Table, *, after: Bookmark | None = None, limit: int = PAGE) -> Page:
        """One page of a whole table, in no order. For operator jobs only."""
        ...

    async def create(self) -> None:
        """Create what is missing; does nothing where the store is there already."""
        ...

    async def check(self) -> None:
        """Raises `StoreMissing` or `StoreMismatch` where the store is not as this code expects it."""
        ...
