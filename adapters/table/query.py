"""Queries of a table, and the range of sort keys that each one selects on every engine."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import assert_never

from ascend.adapters.table.item import Index, Item, Table, Value
from ascend.adapters.table.typed import check_pk, check_sk
from ascend.adapters.table.values import refuse_null
from ascend.domain.errors import InvalidCursor, InvalidInput

Bookmark = tuple[str, ...]
"""The place where a page ended: (sk,) in a table, (index sk, pk, sk) in an index, (pk, sk) in a scan."""

PAGE = 1_000
"""The largest number of items on a page."""

PAGE_BYTES = 1024 * 1024
"""A page ends when its items reach this size."""

_SURROGATES, _AFTER_SURROGATES = 0xD800, 0xE000  # code points in this range are not valid text


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
class TablePage:
    """One page. `next` is None on the last page; a page with a `next` may still be followed by an empty page."""

    items: Sequence[Item]
    next: Bookmark | None


@dataclass(frozen=True, slots=True)
class ValuesPage:
    """One page like `TablePage`, of its items only the values of some attributes."""

    columns: Sequence[Sequence[Value]]
    """For each attribute, its values in the order of the items. None: the item has no such attribute."""
    next: Bookmark | None


def pick_values(page: TablePage, names: Sequence[str]) -> ValuesPage:
    """Return the values of these attributes of the items of a page. Raises: ValueError for a null."""
    columns = [[item.attributes.get(name) for item in page.items] for name in names]
    for name, column in zip(names, columns, strict=True):
        if None in column:  # an attribute is not there, or it is a null
            for item in page.items:
                if name in item.attributes:
                    refuse_null(name, item.attributes[name])
    return ValuesPage(columns, page.next)


@dataclass(frozen=True, slots=True)
class Range:
    """Sort keys from `low` on, up to `high` (included) or before `end`. None: no bound."""

    low: str | None = None
    high: str | None = None
    end: str | None = None

    def __contains__(self, sk: str) -> bool:
        return (
            (self.low is None or sk >= self.low)
            and (self.high is None or sk <= self.high)
            and (self.end is None or sk < self.end)
        )


@dataclass(frozen=True, slots=True)
class Query:
    """A valid query of one partition. Raises: InvalidInput, InvalidCursor, LimitExceeded if it is not valid."""

    table: Table
    pk: str
    sort: Sort = Everything()
    _: KW_ONLY
    index: Index | None = None
    after: Bookmark | None = None
    descending: bool = False
    limit: int = PAGE
    consistent: bool = False

    def __post_init__(self) -> None:
        check_pk(self.pk)
        check_limit(self.limit)
        if self.index is not None and self.table is Table.EVENTS:
            raise InvalidInput("the events table has no indexes")
        if self.index is not None and self.consistent:
            raise InvalidInput("an index cannot be read consistently")
        selected = self.range
        if self.after is not None:
            check_bookmark(self.after, ("sk",) if self.index is None else ("index sk", "pk", "sk"))
            if self.after[0] not in selected:
                raise InvalidCursor("the cursor points outside of the queried range")

    @property
    def range(self) -> Range:
        return to_range(self.sort)

    @property
    def key_names(self) -> tuple[str, str]:
        """The attributes with the partition and the sort key, in the table or in the index."""
        return ("pk", "sk") if self.index is None else (f"{self.index.value}pk", f"{self.index.value}sk")

    @property
    def place(self) -> tuple[str, ...]:
        """The attributes that order the items of the partition. Their values make the bookmark of an item."""
        _, sk = self.key_names
        return (sk,) if self.index is None else (sk, "pk", "sk")

    @property
    def page_size(self) -> int:
        return cap_limit(self.limit)


def check_scan(after: Bookmark | None, limit: int) -> None:
    check_limit(limit)
    if after is not None:
        check_bookmark(after, ("pk", "sk"))


def check_limit(limit: int) -> None:
    if limit < 1:
        raise InvalidInput(f"a page has at least one item, not {limit}")


def check_bookmark(after: Bookmark, parts: tuple[str, ...]) -> None:
    if len(after) != len(parts):
        raise InvalidCursor(f"it has {len(after)} parts instead of {', '.join(parts)}")
    try:
        for part, text in zip(parts, after, strict=True):
            (check_pk if part == "pk" else check_sk)(text)
    except InvalidInput as error:
        raise InvalidCursor(str(error.detail)) from None


def cap_limit(limit: int) -> int:
    return min(limit, PAGE)


def to_range(sort: Sort) -> Range:
    """Return the sort keys' range. Python compares code points, which is the order of the engines' UTF-8 bytes."""
    match sort:
        case Everything():
            return Range()
        case Prefix(text):
            check_sk(text)
            return Range(low=text, end=_next_after_prefix(text))
        case Between(low, high):
            check_sk(low)
            check_sk(high)
            if low > high:
                raise InvalidInput(f"the range is empty: {low!r} sorts after {high!r}")
            return Range(low=low, high=high)
        case _:
            assert_never(sort)


def _next_after_prefix(prefix: str) -> str | None:
    """Return the first text that sorts after all texts with this prefix."""
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(_AFTER_SURROGATES if following == _SURROGATES else following)
