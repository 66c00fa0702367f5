"""Queries across all workspaces of a user. Lines of workspaces in which the user is no member (any more) are dropped."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from ascend.domain.ids import UserId, WorkspaceId
from ascend.projections.item import ReadItem
from ascend.projections.queries.base import ACROSS_LIMIT, JOINED_LIMIT, on_current_items
from ascend.projections.queries.days import Days
from ascend.projections.queries.pages import IndexPage, Page
from ascend.projections.queries.patterns import Entry, PatternQueries
from ascend.projections.queries.viewer import Viewer, check_self
from ascend.projections.read_models.comments import MENTIONS, MentionLine
from ascend.projections.read_models.feed import DONE_OF_USER, FEED_OF_USER, TASKS_OF_USER, DoneLine, FeedLine
from ascend.projections.read_models.members import (
    INVITATIONS_OF_USER,
    WORKSPACES_OF_USER,
    InvitationLine,
    MemberLine,
)

L = TypeVar("L", bound=ReadItem)


class AcrossQueries(PatternQueries):
    @on_current_items
    async def feed(
        self,
        user: UserId,
        *,
        viewer: Viewer,
        start: date | None = None,
        end: date | None = None,
        zone: ZoneInfo | str | None = None,
        limit: int = ACROSS_LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[Entry[FeedLine]]:
        """Return the user's open tasks in all workspaces, by due date; tasks without a date come last.

        With `start` or `end` (both included): only tasks that are due on these days of the time zone `zone` (an IANA
        name), without it of UTC. Leaves out tasks of archived workspaces.
        """
        check_self(user, viewer)
        days = Days.of(start, end, zone)
        lines, next_cursor = await self._read(FEED_OF_USER, limit, cursor, ACROSS_LIMIT, days.dues, user=user)
        entries = await self._entries(
            user, lines if days.are_all else [line for line in lines if days.contain_due(line.due)]
        )
        return drop_archived(entries, next_cursor)

    @on_current_items
    async def done(
        self,
        user: UserId,
        *,
        viewer: Viewer,
        start: date | None = None,
        end: date | None = None,
        zone: ZoneInfo | str | None = None,
        limit: int = ACROSS_LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[Entry[DoneLine]]:
        """Return the user's tasks that are done, the latest first.

        With `start` or `end` (both included): only tasks that were closed on these days of the time zone `zone` (an IANA
        name), without it of UTC. Leaves out tasks of archived workspaces.
        """
        check_self(user, viewer)
        days = Days.of(start, end, zone)
        lines, next_cursor = await self._read(DONE_OF_USER, limit, cursor, ACROSS_LIMIT, days.moments, user=user)
        entries = await self._entries(
            user, lines if days.are_all else [line for line in lines if days.contain_moment(line.closed_at)]
        )
        return drop_archived(entries, next_cursor)

    @on_current_items
    async def mentions(
        self, user: UserId, *, viewer: Viewer, limit: int = JOINED_LIMIT, cursor: str | None = None
    ) -> IndexPage[Entry[MentionLine]]:
        """Return the comments that mention the user, in all workspaces, the latest first."""
        check_self(user, viewer)
        lines, next_cursor = await self._read(MENTIONS, limit, cursor, JOINED_LIMIT, user=user)
        targets = [(line.workspace, line.on) for line in lines]
        members, living = await self._memberships(user, [line.workspace for line in lines], targets)
        entries = [
            Entry(line, member.workspace_name, member.archived)
            for line in lines
            if (member := members.get(line.workspace)) is not None and (line.workspace, line.on) in living
        ]
        return IndexPage(entries, next_cursor)

    @on_current_items
    async def workspaces(
        self, user: UserId, *, viewer: Viewer, limit: int = ACROSS_LIMIT, cursor: str | None = None
    ) -> IndexPage[MemberLine]:
        """Return the workspaces of which a user is a member, with the user's role."""
        check_self(user, viewer)
        lines, next_cursor = await self._read(WORKSPACES_OF_USER, limit, cursor, ACROSS_LIMIT, user=user)
        members, _ = await self._memberships(user, [line.workspace for line in lines])
        return IndexPage(list(members.values()), next_cursor)

    @on_current_items
    async def invitations_of(
        self, user: UserId, *, viewer: Viewer, limit: int = ACROSS_LIMIT, cursor: str | None = None
    ) -> IndexPage[InvitationLine]:
        """Return the user's open invitations."""
        check_self(user, viewer)
        lines, next_cursor = await self._read(INVITATIONS_OF_USER, limit, cursor, ACROSS_LIMIT, user=user)
        keys = [self._key(InvitationLine, workspace=line.workspace, user=user) for line in lines]
        return IndexPage(await self._get_present(InvitationLine, keys), next_cursor)

    @on_current_items
    async def tasks_of(
        self,
        user: UserId,
        workspace: WorkspaceId,
        *,
        viewer: Viewer,
        limit: int = ACROSS_LIMIT,
        cursor: str | None = None,
    ) -> Page[FeedLine]:
        """Return a user's open tasks in one workspace, in the order of their creation. For the workspace's members."""
        return await self._list(TASKS_OF_USER, workspace, viewer, limit, cursor, user=user)


def drop_archived(entries: Iterable[Entry[L]], cursor: str | None) -> IndexPage[Entry[L]]:
    """Return the page of an index without the lines of archived workspaces."""
    return IndexPage([entry for entry in entries if not entry.archived], cursor)
