"""Pages of query results, and the opaque cursors between them."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar

from pydantic_core import from_json, to_json

from ascend.domain.errors import InvalidCursor

T = TypeVar("T")
Bookmark = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """From base keys, read consistently: after `wait_for(receipt)` it shows what the command did.

    `cursor` asks for the next page; None at the end.
    """

    items: Sequence[T]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class IndexPage(Page[T]):
    """From an index, which follows the table by some milliseconds: read-your-writes is best effort here."""


async def all_items(query: Callable[[str | None], Awaitable[Page[T]]]) -> AsyncIterator[T]:
    """Yield the items of all pages. `query` is asked for one cursor after another, None first."""
    cursor: str | None = None
    while True:
        page = await query(cursor)
        for item in page.items:
            yield item
        if (cursor := page.cursor) is None:
            return


def to_cursor(question: str, bookmark: Bookmark | None) -> str | None:
    """Opaque, and good for this question only (the query's name and parameters, the workspace or user included)."""
    if bookmark is None:
        return None
    return urlsafe_b64encode(to_json([seal(question, bookmark), *bookmark])).decode().rstrip("=")


def to_bookmark(question: str, cursor: str | None) -> Bookmark | None:
    """Raises `InvalidCursor` for a cursor of another question, or one that was changed."""
    if cursor is None:
        return None
    try:
        sealed, *bookmark = from_json(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        mark = tuple(str(part) for part in bookmark)
    except (ValueError, TypeError):
        raise InvalidCursor(cursor[:40]) from None
    if sealed != seal(question, mark):
        raise InvalidCursor(cursor[:40])
    return mark


def seal(question: str, bookmark: Bookmark) -> str:
    """Notices mistakes. It is no secret: the partition that is read never comes from a cursor."""
    return sha256("\x1f".join((question, *bookmark)).encode()).hexdigest()[:12]
