"""Queries about a workspace: its summary, its members, its tags and its history."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ascend.domain.errors import InvalidCursor, InvalidInput, NotFound
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.concurrency import run_both
from ascend.domain.text_keys import label_key
from ascend.projections.item import keyed
from ascend.projections.queries.arguments import check_kind
from ascend.projections.queries.base import DEFAULT_LIMIT, JOINED_LIMIT, QueryBase, on_current_items
from ascend.projections.queries.pages import Bookmark, Page, to_bookmark, to_cursor
from ascend.projections.queries.viewer import Viewer
from ascend.projections.read_models.history import HISTORY_OF_ENTITY, HistoryLine, history_lines
from ascend.projections.read_models.links import ref_key
from ascend.projections.read_models.members import (
    INVITATIONS_OF_WORKSPACE,
    MEMBERS_OF_WORKSPACE,
    InvitationLine,
    MemberLine,
    WorkspaceCard,
)
from ascend.projections.read_models.tags import TAGGED, TagLine

SLOT = re.compile(r"[0-9]{1,16}")


@dataclass(frozen=True, slots=True)
class WorkspaceSummary:
    card: WorkspaceCard
    counts: Mapping[str, int]
    """The number of things, assets, relations and comments, and of tasks by status (`tasks.open`, …).

    Relations and comments count until they are removed themselves, also if the entity that they belong to is gone.
    """


class WorkspaceQueries(QueryBase):
    @on_current_items
    async def workspace(self, workspace: WorkspaceId, *, viewer: Viewer) -> WorkspaceSummary:
        """Return the workspace's name, tags and counts.

        Raises `NotFound` while it is being written for the first time, or removed: members' lines may be there without it.
        """
        key = self._key(WorkspaceCard, workspace=workspace)
        contents, counts = await run_both(
            lambda: self._get_for(workspace, viewer, [key]), lambda: self._reader.counts(workspace)
        )
        if key not in contents:
            raise NotFound(Ref("workspace", workspace))
        return WorkspaceSummary(self._decode(WorkspaceCard, contents[key]), counts)

    @on_current_items
    async def members(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = DEFAULT_LIMIT, cursor: str | None = None
    ) -> Page[MemberLine]:
        return await self._list(MEMBERS_OF_WORKSPACE, workspace, viewer, limit, cursor)

    @on_current_items
    async def invitations(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = DEFAULT_LIMIT, cursor: str | None = None
    ) -> Page[InvitationLine]:
        """Return the open invitations, each with its role."""
        return await self._list(INVITATIONS_OF_WORKSPACE, workspace, viewer, limit, cursor)

    @on_current_items
    async def tagged(
        self,
        workspace: WorkspaceId,
        tag: str,
        *,
        viewer: Viewer,
        kind: str | None = None,
        limit: int = JOINED_LIMIT,
        cursor: str | None = None,
    ) -> Page[TagLine]:
        """Return all entities with the tag, or those of one kind ("thing", "task", …), by kind and id."""
        if kind is not None:
            check_kind(kind, self._kinds)
        lines, next_cursor = await self._read(
            TAGGED, limit, cursor, JOINED_LIMIT, workspace=workspace, tag_key=keyed(label_key(tag)), kind=kind
        )
        living = await self._heads(workspace, viewer, dict.fromkeys(ref for line in lines for ref in line.on))
        return Page([line for line in lines if all(ref in living for ref in line.on)], next_cursor)

    @on_current_items
    async def history(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = DEFAULT_LIMIT, cursor: str | None = None
    ) -> Page[HistoryLine]:
        """Return the events of the workspace, from its log: the latest first, up to `limit` commits a page.

        A page ends with the commit with which it holds `limit` events: a commit may hold those of many commands.
        """
        question = f"history\x1f{workspace}"
        before = to_position(to_bookmark(question, cursor), cursor)
        if not 1 <= limit <= DEFAULT_LIMIT:
            raise InvalidInput(f"limit is from 1 to {DEFAULT_LIMIT}, not {limit}")
        commits, _ = await run_both(
            lambda: self._reader.latest(workspace, before, limit), lambda: self._get_for(workspace, viewer, [])
        )
        events = [line for commit in commits for line in reversed(list(history_lines(commit)))]
        more = bool(commits) and commits[-1].position > 1
        return Page(events, to_cursor(question, (str(commits[-1].position),) if more else None))

    @on_current_items
    async def history_of(
        self,
        workspace: WorkspaceId,
        entity: Ref,
        *,
        viewer: Viewer,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
    ) -> Page[HistoryLine]:
        """Return the events about one entity, the latest first; also of an entity that was deleted."""
        return await self._list(HISTORY_OF_ENTITY, workspace, viewer, limit, cursor, at=ref_key(entity))

    @on_current_items
    async def check(self, workspace: WorkspaceId, viewer: Viewer) -> None:
        """Check that the viewer may see the workspace.

        Raises:
            NotAllowed: the viewer is a user who is not a member.
            NotFound: the viewer is the operator, and the workspace is not rendered.
        """
        await self._get_for(workspace, viewer, [])


def to_position(bookmark: Bookmark | None, cursor: str | None) -> int | None:
    """Return the position before which the next page of a history ends. Raises `InvalidCursor`."""
    if bookmark is None:
        return None
    if len(bookmark) != 1 or not SLOT.fullmatch(bookmark[0]):
        raise InvalidCursor(cursor)
    return int(bookmark[0])
