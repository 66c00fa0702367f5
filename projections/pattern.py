"""An access pattern: one question, the keys that answer it, and how often we expect it to be asked.

Queries ask through patterns, so the declared patterns are those that run. Documents, costs, policies and checks are made
from them.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from ascend.domain.errors import InvalidInput
from ascend.projections.build import Build
from ascend.projections.item import ReadItem
from ascend.projections.key_template import KeyTemplate, ViewKey
from ascend.projections.reader import ItemQuery

FIRST, LAST = " ", "\U0010ffff"
"""Text that sorts before the first character of any key field (no control character can stand in one), and after all."""
SPLITS_BY_SORT_KEY = (
    "one build of one projection: a few puts a command, and without local indexes it splits by sort key"
)
"""`hot` of a partition in the table."""


class RequestKind(Enum):
    """The request that reads a page."""

    GET = "BatchGetItem"
    """Reads the item, and whether the viewer may see it, in one consistent read."""
    QUERY = "Query"
    LOG = "Query of the events table"


@dataclass(frozen=True, slots=True)
class Load:
    """The assumed load of one pattern, in one workspace of a hundred people (a user's own feeds: for one user).

    Costs and checks are computed from it.
    """

    reads_a_day: int
    writes_a_day: int
    """Writes of the items that answer the question."""
    items: int
    """Items in one list: those that the key condition matches, now."""
    in_a_year: int
    """The same, in a year."""
    page: int
    """Items of one page."""
    bytes: int
    """Size of one item."""
    primary: bool = False
    """True if people wait for the answer all day: the keys are made for it."""

    def __post_init__(self) -> None:
        for name in ("reads_a_day", "writes_a_day", "items", "in_a_year", "page", "bytes"):
            if (number := getattr(self, name)) < (least := name in {"page", "bytes"}):
                raise InvalidInput(f"{name} is at least {int(least)}, not {number}")


R = TypeVar("R", bound=ReadItem)


@dataclass(frozen=True, kw_only=True)
class Pattern(Generic[R]):
    """An access pattern: one question about read items of one type."""

    name: str
    """The question in words. It heads the pattern's row in the documents."""
    query: str
    """An identifier of its own. For a built-in pattern: the method of `Queries` that asks it."""
    example: str = ""
    """A call, as the documents show it. Without it, they show a call of `ask` or `ask_across`."""
    kind: RequestKind = RequestKind.QUERY
    item: type[R]
    given: tuple[str, ...]
    """Fields whose values the caller gives: all fields of the partition, then the first fields of the sort key."""
    index: int | None = None
    """1 or 2; None for the table itself, read consistently."""
    range: str | None = None
    """The field after the given ones, if the caller may ask for a range of its values."""
    descending: bool = False
    joined: str = ""
    """The items that one BatchGet beside the page reads, besides the membership."""
    load: Load
    hot: str = ""
    """If the partition takes all that a workspace writes of this kind: the reason why it can bear that."""

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

    @property
    def across(self) -> bool:
        """True if the partition belongs to a user and not to a workspace: it holds lines of all their workspaces."""
        return self.template.partition_fields[:1] == ("user",)

    def item_query(self, build: Build, low: str | None = None, high: str | None = None, **given: object) -> ItemQuery:
        """Return the query for the given values. With `low` or `high`: from `low` up to all that begins with `high`."""
        partition = self.template.partition_key(**given)
        prefix = self.template.sort_prefix(**given)
        if low is None and high is None:
            return ItemQuery(build, partition, prefix=prefix, index=self.index, descending=self.descending)
        if self.range is None:
            raise InvalidInput(f"{self.name}: there is no range")
        first, last = prefix + (low or "") or FIRST, prefix + (high or "") + LAST
        return ItemQuery(build, partition, low=first, high=last, index=self.index, descending=self.descending)

    def item_key(self, **given: object) -> ViewKey:
        """Return the key of the one item that has these values."""
        return view_key(self.item, **given)


def view_key(item: type[ReadItem], **given: object) -> ViewKey:
    """Return the key in the table of the item that has these values."""
    return ViewKey(item.key.partition_key(**given), item.key.sort_prefix(**given))
