"""The port of the queries: items of one build, and the little else that a page shows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.commit import Commit
from ascend.projections.build import Build, Generation
from ascend.projections.generation_state import Turn
from ascend.projections.item import ReadItem
from ascend.projections.key_template import ViewKey

R = TypeVar("R", bound=ReadItem)
ItemKey = tuple[Build, ViewKey]
"""The key of a read item among the items of all builds."""


@dataclass(frozen=True, slots=True)
class ItemQuery:
    """A query for items of one build: a partition of the table or of an index, and a range of its sort keys."""

    build: Build
    partition: str
    prefix: str = ""
    """Sort keys with this prefix, unless `low` and `high` are set."""
    low: str | None = None
    high: str | None = None
    """With `low` and `high`: sort keys between them, both included."""
    index: int | None = None
    """1 or 2; None for the table, which is read consistently."""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A page of stored items."""

    contents: Sequence[str]
    next: tuple[str, ...] | None
    """The bookmark of the next page; None at the end."""

    def items(self, kind: type[R]) -> list[R]:
        return kind.from_contents(self.contents)


class TurnReader(Protocol):
    """Reads items for one attempt to answer a question: those of one turn, without tombstones."""

    @property
    def turn(self) -> Turn: ...

    @property
    def has_asked(self) -> bool:
        """True if the state of the generations was read along with something else."""
        ...

    async def get(self, item_keys: Collection[ItemKey]) -> Mapping[ItemKey, str]:
        """Return the contents of the items that exist: one consistent BatchGet.

        It reads the state of the generations as well if that is stale, or if a switch is at hand.
        """
        ...

    async def page(self, query: ItemQuery, after: tuple[str, ...] | None, limit: int) -> ItemPage:
        """Return the page after the bookmark `after`: one Query."""
        ...

    async def latest(self, workspace: WorkspaceId, before: int | None, limit: int) -> Sequence[Commit]:
        """Return the last commits, or those before a position, the latest first: one consistent Query of the log."""
        ...

    async def rendered(self, workspace: WorkspaceId) -> int:
        """Return the position *rendered* of the generation: one consistent read, which reads the state if it is stale."""
        ...

    async def counts(self, workspace: WorkspaceId) -> Mapping[str, int]:
        """Return the number of live items under each name: one consistent read, which reads the state if it is stale.

        Names that count nothing are left out.
        """
        ...

    async def check_built(self, workspace: WorkspaceId) -> None:
        """Raise `NotReady` if the generation is not built in the workspace, and so does not show what another one shows.

        One consistent Query: ask only where the answer would be that there is nothing.
        """
        ...

    async def is_rendered_in(self, other: Generation) -> bool:
        """Return True if another generation has rendered all that this attempt has read: at most two requests."""
        ...


class Reader(Protocol):
    """Makes readers, and asks for the state of the generations."""

    def attempt(self, turn: Turn) -> TurnReader: ...

    async def ask(self) -> None:
        """Read the state of the generations."""
        ...
