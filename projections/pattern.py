"""An access pattern: one question, the keys that answer it, and how often we expect it to be asked.

Queries ask through patterns, so what is declared is what runs; documents, costs, policies and checks are made from them.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from ascend.domain.errors import InvalidInput
from ascend.projections.item import ReadItem
from ascend.projections.key_template import KeyTemplate, ViewKey
from ascend.projections.ports import ItemQuery
from ascend.projections.projection import Build, Projection

FIRST, LAST = " ", "\U0010ffff"
"""What sorts before all that a key's field begins with (no control character can stand in one), and behind all of it."""


class RequestKind(Enum):
    """Which request a page is."""

    GET = "BatchGetItem"
    """The item, and whether the viewer may see it, in one consistent read."""
    QUERY = "Query"
    LOG = "Query of the events table"


@dataclass(frozen=True, slots=True)
class Load:
    """Assumptions, for one workspace of a hundred people (a user's own feeds: for one user). They feed cost and checks."""

    reads_a_day: int
    writes_a_day: int
    """Of the items that answer it."""
    items: int
    """In one list: what the key condition matches, now."""
    in_a_year: int
    page: int
    """Items a page."""
    bytes: int
    """Of one item."""
    primary: bool = False
    """People wait for it all day: the keys are made for it."""

    def __post_init__(self) -> None:
        for name in ("reads_a_day", "writes_a_day", "items", "in_a_year", "page", "bytes"):
            if (number := getattr(self, name)) < (least := name in {"page", "bytes"}):
                raise InvalidInput(f"{name} is at least {int(least)}, not {number}")


R = TypeVar("R", bound=ReadItem)


@dataclass(frozen=True, kw_only=True)
class Pattern(Generic[R]):
    name: str
    query: str
    """The method of `Queries`."""
    kind: RequestKind = RequestKind.QUERY
    projection: Projection
    item: type[R]
    given: tuple[str, ...]
    """What the caller says: all fields of the partition, then the first ones of the sort key."""
    index: int | None = None
    """1 or 2; None: the table itself, read consistently."""
    range: str | None = None
    """A field behind the given ones, of which a range may be asked for."""
    descending: bool = False
    joined: str = ""
    """What the one BatchGet beside the page reads, besides the membership."""
    load: Load
    hot: str = ""
    """Why its partition can bear that it takes all that a workspace writes of this kind, where it does."""

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.query.isidentifier():
            raise InvalidInput(
                f"a pattern has a name, and a query that Python can call; not {self.name!r}, {self.query!r}"
            )
        if self.index not in {None, 1, 2}:
            raise InvalidInput(f"{self.query}: index is 1, 2 or None (the table itself), not {self.index}")

    @property
    def template(self) -> KeyTemplate:
        template = (self.item.key, self.item.gsi1, self.item.gsi2)[self.index or 0]
        if template is None:
            raise InvalidInput(f"{self.item.__name__} is not in index {self.index}")
        return template

    def asked(self, build: Build, low: str | None = None, high: str | None = None, **given: object) -> ItemQuery:
        """What to read. With `low` or `high`: from `low` on, up to what begins with `high`."""
        partition = self.template.partition_key(**given)
        prefix = self.template.sort_prefix(**given)
        if low is None and high is None:
            return ItemQuery(build, partition, prefix=prefix, index=self.index, descending=self.descending)
        if self.range is None:
            raise InvalidInput(f"{self.name}: there is no range")
        first, last = prefix + (low or "") or FIRST, prefix + (high or "") + LAST
        return ItemQuery(build, partition, low=first, high=last, index=self.index, descending=self.descending)

    def key(self, **given: object) -> ViewKey:
        """Of the one item that is asked for."""
        return ViewKey(self.item.key.partition_key(**given), self.item.key.sort_prefix(**given))
