"""What a user sees across all workspaces. Lines of those in which they are no member (any more) are dropped."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from ascend.domain.ids import UserId, WorkspaceId
from ascend.projections.item import ReadItem
from ascend.projections.pattern import Pattern
from ascend.projections.queries.asking import ACROSS, JOINED, Asking, Viewer, check_self, days, on_current_items
from ascend.projections.queries.pages import IndexPage, Page
from ascend.projections.queries.patterns import (
    DONE_OF_USER,
    FEED_OF_USER,
    INVITATIONS_OF_USER,
    MENTIONS,
    TASKS_OF_USER,
    WORKSPACES_OF_USER,
)
from ascend.projections.read_models.comments import MentionLine
from ascend.projections.read_models.feed import DoneLine, FeedLine
from ascend.projections.read_models.members import InvitationLine, MemberLine

L = TypeVar("L", bound=ReadItem)


@dataclass(frozen=True, slots=True)
class Entry(Generic[L]):
    """A line, with what it is shown with."""

    line: L
    workspace_name: str


class AcrossQueries(Asking):
    @on_current_items
    async def feed(
        self,
        user: UserId,
        *,
        viewer: Viewer,
        start: date | None = None,
        end: date | None = None,
        limit: int = ACROSS,
        cursor: str | None = None,
    ) -> IndexPage[Entry[FeedLine]]:
        """The user's open tasks in all workspaces, by due date; those without a date last.

        With `start` or `end` (both included, UTC days): only tasks that are due then. Those of archived workspaces are
        left out.
        """
        return await self._days(FEED_OF_USER, FeedLine, user, viewer, days(start, end), limit, cursor)

    @on_current_items
    async def done(
        self,
        user: UserId,
        *,
        viewer: Viewer,
        start: date | None = None,
        end: date | None = None,
        limit: int = ACROSS,
        cursor: str | None = None,
    ) -> IndexPage[Entry[DoneLine]]:
        """The user's tasks that are done, the latest first; with `start` or `end`: closed on these days (UTC)."""
        return await self._days(DONE_OF_USER, DoneLine, user, viewer, days(start, end), limit, cursor)

    @on_current_items
    async def mentions(
        self, user: UserId, *, viewer: Viewer, limit: int = JOINED, cursor: str | None = None
    ) -> IndexPage[Entry[MentionLine]]:
        """The comments that name the user, in all workspaces, the latest first."""
        check_self(user, viewer)
        found, next_cursor = await self._page(self._asked(MENTIONS, user=user), cursor, limit, JOINED)
        lines = found.items(MentionLine)
        known, living = await self._across(
            user, (line.workspace for line in lines), [(line.workspace, line.on) for line in lines]
        )
        entries = [
            Entry(line, known[line.workspace].workspace_name)
            for line in lines
            if line.workspace in known and (line.workspace, line.on) in living
        ]
        return IndexPage(entries, next_cursor)

    @on_current_items
    async def workspaces(
        self, user: UserId, *, viewer: Viewer, limit: int = ACROSS, cursor: str | None = None
    ) -> IndexPage[MemberLine]:
        """The workspaces that a user is in, with the user's role."""
        check_self(user, viewer)
        found, next_cursor = await self._page(self._asked(WORKSPACES_OF_USER, user=user), cursor, limit, ACROSS)
        lines = found.items(MemberLine)
        known, _ = await self._across(user, (line.workspace for line in lines))
        return IndexPage(list(known.values()), next_cursor)

    @on_current_items
    async def invitations_of(
        self, user: UserId, *, viewer: Viewer, limit: int = ACROSS, cursor: str | None = None
    ) -> IndexPage[InvitationLine]:
        """The user's open invitations."""
        check_self(user, viewer)
        found, next_cursor = await self._page(self._asked(INVITATIONS_OF_USER, user=user), cursor, limit, ACROSS)
        lines = found.items(InvitationLine)
        projection = INVITATIONS_OF_USER.projection
        keys = [self._key(projection, InvitationLine, workspace=line.workspace, user=user) for line in lines]
        got = await self._get(keys)
        return IndexPage([InvitationLine.from_content(got[key]) for key in keys if key in got], next_cursor)

    @on_current_items
    async def tasks_of(
        self, user: UserId, workspace: WorkspaceId, *, viewer: Viewer, limit: int = ACROSS, cursor: str | None = None
    ) -> Page[FeedLine]:
        """A user's open tasks in one workspace, in the order of their creation. For its members."""
        asked = self._asked(TASKS_OF_USER, user=user, workspace=workspace)
        return Page(*await self._lines(FeedLine, workspace, viewer, asked, cursor, limit))

    async def _days(
        self,
        pattern: Pattern[Any],
        kind: type[L],
        user: UserId,
        viewer: Viewer,
        between: tuple[str | None, str | None],
        limit: int,
        cursor: str | None,
    ) -> IndexPage[Entry[L]]:
        """A user's lines of a range of days, without those of archived workspaces."""
        check_self(user, viewer)
        found, next_cursor = await self._page(self._asked(pattern, *between, user=user), cursor, limit, ACROSS)
        lines = found.items(kind)
        known, _ = await self._across(user, (line.workspace for line in lines))
        shown = {workspace: member.workspace_name for workspace, member in known.items() if not member.archived}
        return IndexPage([Entry(line, shown[line.workspace]) for line in lines if line.workspace in shown], next_cursor)
