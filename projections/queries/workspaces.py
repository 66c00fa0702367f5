"""What a workspace is, who is in it, what carries a tag, and what happened."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ascend.domain.errors import InvalidCursor, InvalidInput
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.concurrency import run_both
from ascend.projections.item import keyed
from ascend.projections.queries.asking import JOINED, LIMIT, Asking, Viewer, on_current_items
from ascend.projections.queries.pages import Page, to_bookmark, to_cursor
from ascend.projections.queries.patterns import (
    HISTORY_OF_ENTITY,
    INVITATIONS_OF_WORKSPACE,
    MEMBERS_OF_WORKSPACE,
    TAGGED,
)
from ascend.projections.read_models.history import HistoryLine, lines
from ascend.projections.read_models.links import place
from ascend.projections.read_models.members import MEMBERS, InvitationLine, MemberLine, WorkspaceCard
from ascend.projections.read_models.tags import TagLine

SLOT = re.compile(r"[0-9]{1,16}")


@dataclass(frozen=True, slots=True)
class WorkspaceSummary:
    card: WorkspaceCard
    counts: Mapping[str, int]
    """How many there are: things, assets, relations, comments, and tasks by status (`tasks.open`, …).

    Relations and comments count until they are removed themselves, also where what they hang on is gone.
    """


class WorkspaceQueries(Asking):
    @on_current_items
    async def workspace(self, workspace: WorkspaceId, *, viewer: Viewer) -> WorkspaceSummary:
        """Its name, tags and counts."""
        key = self._key(MEMBERS, WorkspaceCard, workspace=workspace)
        got, counts = await run_both(
            lambda: self._checked(workspace, viewer, [key]), lambda: self._reader.counts(workspace)
        )
        return WorkspaceSummary(WorkspaceCard.from_content(got[key]), counts)

    @on_current_items
    async def members(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[MemberLine]:
        asked = self._asked(MEMBERS_OF_WORKSPACE, workspace=workspace)
        return Page(*await self._lines(MemberLine, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def invitations(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[InvitationLine]:
        """Who is invited, and as what."""
        asked = self._asked(INVITATIONS_OF_WORKSPACE, workspace=workspace)
        return Page(*await self._lines(InvitationLine, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def tagged(
        self,
        workspace: WorkspaceId,
        tag: str,
        *,
        viewer: Viewer,
        kind: str | None = None,
        limit: int = JOINED,
        cursor: str | None = None,
    ) -> Page[TagLine]:
        """Everything that carries the tag, or what is of one kind ("thing", "task", …), by kind and id."""
        asked = self._asked(TAGGED, workspace=workspace, tag_key=keyed(tag), kind=kind)
        found, next_cursor = await self._page(asked, cursor, limit, JOINED)
        tagged = found.items(TagLine)
        living = await self._heads(workspace, viewer, dict.fromkeys(ref for line in tagged for ref in line.on))
        return Page([line for line in tagged if all(ref in living for ref in line.on)], next_cursor)

    @on_current_items
    async def history(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[HistoryLine]:
        """What happened in the workspace, from its log: the latest first, up to `limit` commits a page."""
        question = f"history\x1f{workspace}"
        mark = to_bookmark(question, cursor)
        if mark is not None and not (len(mark) == 1 and SLOT.fullmatch(mark[0])):
            raise InvalidCursor(cursor)
        if not 1 <= limit <= LIMIT:
            raise InvalidInput(f"limit is from 1 to {LIMIT}, not {limit}")
        before = None if mark is None else int(mark[0])
        commits, _ = await run_both(
            lambda: self._reader.latest(workspace, before, limit), lambda: self._checked(workspace, viewer, [])
        )
        happened = [line for commit in commits for line in reversed(list(lines(commit)))]
        more = bool(commits) and commits[-1].position > 1
        return Page(happened, to_cursor(question, (str(commits[-1].position),) if more else None))

    @on_current_items
    async def history_of(
        self, workspace: WorkspaceId, entity: Ref, *, viewer: Viewer, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[HistoryLine]:
        """What happened to one entity, the latest first; also to one that was deleted."""
        asked = self._asked(HISTORY_OF_ENTITY, workspace=workspace, at=place(entity))
        return Page(*await self._lines(HistoryLine, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def check(self, workspace: WorkspaceId, viewer: Viewer) -> None:
        """Raises `NotAllowed` unless the viewer may see the workspace."""
        await self._checked(workspace, viewer, [])
