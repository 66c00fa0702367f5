"""Pages of query results, and the opaque cursors that lead from one page to the next."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Generic, TypeVar

from pydantic_core import from_json, to_json

from ascend.domain.errors import InvalidCursor
from ascend.domain.runtime.arguments import show_value

T = TypeVar("T")
Bookmark = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page that was read consistently: after `wait_for(receipt)`, it shows the effect of the command.

    Pass `cursor` to the query to get the next page; it is None at the end.
    """

    items: Sequence[T]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class IndexPage(Page[T]):
    """A page of an index, which lags behind the table by some milliseconds: it may not show your last write yet."""


async def all_items(query: Callable[[str | None], Awaitable[Page[T]]]) -> AsyncIterator[T]:
    """Yield the items of all pages. `query` is called with one cursor after another, None first."""
    cursor: str | None = None
    while True:
        page = await query(cursor)
        for item in page.items:
            yield item
        if (cursor := page.cursor) is None:
            return


def to_cursor(question: str, bookmark: Bookmark | None) -> str | None:
    """Return an opaque cursor. It belongs to this question: the query and its parameters, with the workspace or user."""
    if bookmark is None:
        return None
    return urlsafe_b64encode(to_json([seal(question, bookmark), *bookmark])).decode().rstrip("=")


def to_bookmark(question: str, cursor: str | None) -> Bookmark | None:
    """Return the bookmark of a cursor. Raises `InvalidCursor` for a cursor of another question, or a changed cursor."""
    if cursor is None:
        return None
    try:
        sealed, *bookmark = from_json(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        parts = tuple(str(part) for part in bookmark)
    except (ValueError, TypeError):
        raise InvalidCursor(show_value(cursor)) from None
    if sealed != seal(question, parts):
        raise InvalidCursor(show_value(cursor))
    return parts


def seal(question: str, bookmark: Bookmark) -> str:
    """Return a checksum that detects mistakes. It needs no secret: a cursor never says which partition is read."""
    return sha256("\x1f".join((question, *bookmark)).encode("utf-8", "surrogatepass")).hexdigest()[:12]
