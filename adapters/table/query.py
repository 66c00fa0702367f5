"""What may be asked of a table, and the range of sort keys that it means, the same for every store."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import assert_never

from ascend.adapters.table.item import Index, Item, Table
from ascend.adapters.table.typed import check_pk, check_sk
from ascend.domain.errors import InvalidCursor, InvalidInput

Bookmark = tuple[str, ...]
"""Where a page ended: (sk,) in a table, (index sk, pk, sk) in an index, (pk, sk) in a scan."""

PAGE = 1_000
"""Items a page at most, unless the caller says less."""


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
    """One page. `next` is None when nothing follows; it may be set although nothing follows."""

    items: Sequence[Item]
    next: Bookmark | None


PAGE_BYTES = 1024 * 1024
"""A page ends when its items reach this size."""

_SURROGATES, _AFTER_SURROGATES = 0xD800, 0xE000  # code points between them are no text


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
    """A question that makes sense. Raises: InvalidInput, InvalidCursor, LimitExceeded where it makes none."""

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
        wanted = self.range
        if self.after is not None:
            check_bookmark(self.after, ("sk",) if self.index is None else ("index sk", "pk", "sk"))
            if self.after[0] not in wanted:
                raise InvalidCursor("it lies outside of the range that is asked for")

    @property
    def range(self) -> Range:
        return to_range(self.sort)

    @property
    def page(self) -> int:
        """Items that the page has at most."""
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
    """Order by code point (Python's) is order by UTF-8 bytes (the stores')."""
    match sort:
        case Everything():
            return Range()
        case Prefix(text):
            check_sk(text)
            return Range(low=text, end=_after_all_with(text))
        case Between(low, high):
            check_sk(low)
            check_sk(high)
            if low > high:
                raise InvalidInput(f"between {low!r} and {high!r} lies nothing")
            return Range(low=low, high=high)
        case _:
            assert_never(sort)


def _after_all_with(prefix: str) -> str | None:
    """The first text that sorts after all texts with this prefix."""
    stem = prefix.rstrip("\U0010ffff")
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(_AFTER_SURROGATES if following == _SURROGATES else following)
