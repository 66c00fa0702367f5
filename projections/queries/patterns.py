"""Queries of patterns of one's own: in one workspace, and across all workspaces of a user."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ascend.domain.errors import InvalidInput
from ascend.domain.ids import UserId, WorkspaceId
from ascend.projections.item import ReadItem
from ascend.projections.pattern import Pattern
from ascend.projections.queries.arguments import to_given
from ascend.projections.queries.base import ACROSS_LIMIT, DEFAULT_LIMIT, QueryBase, on_current_items
from ascend.projections.queries.days import FieldRange
from ascend.projections.queries.pages import IndexPage, Page
from ascend.projections.queries.viewer import Viewer, check_self

R = TypeVar("R", bound=ReadItem)


@dataclass(frozen=True, slots=True)
class Entry(Generic[R]):
    """A line of a query across workspaces, and the name of its workspace."""

    line: R
    workspace_name: str
    archived: bool = False
    """True if the workspace is archived."""


class PatternQueries(QueryBase):
    @on_current_items
    async def ask(
        self,
        pattern: Pattern[R],
        workspace: WorkspaceId,
        *,
        viewer: Viewer,
        low: str | None = None,
        high: str | None = None,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
        **given: object,
    ) -> Page[R]:
        """Return a page of a pattern of your own, of one workspace, for the `given` values.

        With `low` or `high`: only lines in this range of the pattern's `range` field. The lines come as they are stored.
        Nothing is joined, so the page also shows lines of entities that were deleted. Returns an `IndexPage` if the
        pattern reads an index. Raises `InvalidInput` for a pattern across workspaces: see `ask_across`.
        """
        pattern = self._current.catalog.find_pattern(pattern)
        if pattern.across and "workspace" not in pattern.given:
            raise InvalidInput(f"{pattern.name}: it reads all workspaces of a user: ask it with ask_across")
        values = to_given(pattern.item, given, self._kinds)
        between = FieldRange(low, high)
        lines = await self._member_lines(pattern, workspace, viewer, limit, cursor, between, **values)
        return IndexPage(*lines) if pattern.index else Page(*lines)

    @on_current_items
    async def ask_across(
        self,
        pattern: Pattern[R],
        user: UserId,
        *,
        viewer: Viewer,
        low: str | None = None,
        high: str | None = None,
        limit: int = ACROSS_LIMIT,
        cursor: str | None = None,
        **given: object,
    ) -> Page[Entry[R]]:
        """Return a page of a pattern of your own, across the workspaces of a user, for the `given` values.

        For the user only. Lines of workspaces in which the user is no member (any more) are dropped, so a page may hold
        fewer than `limit` lines although more follow. Lines of archived workspaces are marked. `low`, `high` and the
        class of the page are as for `ask`. Raises `InvalidInput` for a pattern of one workspace: see `ask`.
        """
        check_self(user, viewer)
        pattern = self._current.catalog.find_pattern(pattern)
        if not pattern.across:
            raise InvalidInput(f"{pattern.name}: its partition belongs to a workspace: ask it with ask")
        values = to_given(pattern.item, given, self._kinds)
        between = FieldRange(low, high)
        lines, next_cursor = await self._read(pattern, limit, cursor, ACROSS_LIMIT, between, user=user, **values)
        entries = await self._entries(user, lines)
        return IndexPage(entries, next_cursor) if pattern.index else Page(entries, next_cursor)

    async def _entries(self, user: UserId, lines: Sequence[R]) -> list[Entry[R]]:
        """Return the lines of those workspaces in which the user is a member, with the workspaces' names."""
        members, _ = await self._memberships(user, [line.workspace for line in lines])
        return [
            Entry(line, member.workspace_name, member.archived)
            for line in lines
            if (member := members.get(line.workspace)) is not None
        ]
