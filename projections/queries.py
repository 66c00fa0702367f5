"""Queries: what people ask. Each names who asks, and each is one Query or BatchGet a page, plus at most one BatchGet.

Membership is read consistently from base-table items, beside the page itself: a removed member sees nothing from the
moment their removal is projected, whatever a lagging index says. A feed crosses workspaces: the lines of those in which
the user is no member (any more) are dropped.
"""

from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from ascend.domain.errors import InvalidInput, NotAllowed, NotFound
from ascend.domain.ids import CommentId, Ref, TaskId, ThingId, UserId, WorkspaceId
from ascend.domain.task import Status, Task
from ascend.domain.thing import Thing
from ascend.domain.together import both
from ascend.projections.comments import COMMENTS, CommentLine
from ascend.projections.current import CurrentGeneration, Rebuilt
from ascend.projections.feed import FEED, FeedLine
from ascend.projections.item import ReadItem, ViewKey
from ascend.projections.members import MEMBERS, MemberLine, WorkspaceCard
from ascend.projections.pages import IndexPage, Page, to_bookmark, to_cursor
from ascend.projections.ports import Asked, Found, Reader
from ascend.projections.projection import Build, Projection
from ascend.projections.tasks import TASKS, TaskCard, TaskLine
from ascend.projections.things import THINGS, TOP, ThingCard, ThingNode, path_text

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=ReadItem)
LIMIT = 100
MOST = 1_000
ACROSS = 99
"""Lines a page of what crosses workspaces: as many members' lines as fit into one BatchGet, with the epochs."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who looks at a store from outside: sees every workspace. Never pass it on behalf of a user."""


OPERATOR = Operator()
Viewer = UserId | Operator


@dataclass(frozen=True, slots=True)
class FeedEntry:
    line: FeedLine
    workspace_name: str


@dataclass(frozen=True, slots=True)
class ThingView:
    """A Thing with its ancestors, the root first."""

    card: ThingCard
    ancestors: Sequence[ThingNode]


def on_current_items(query: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Asks once more when it turns out that the items were rebuilt."""

    @wraps(query)
    async def asking(*args: P.args, **kwargs: P.kwargs) -> T:
        while True:
            try:
                return await query(*args, **kwargs)
            except Rebuilt:
                continue

    return asking


class Queries:
    """Every method raises `NotAllowed` for who is no member, `InvalidCursor` for a cursor of another query."""

    def __init__(self, reader: Reader, current: CurrentGeneration) -> None:
        self._reader = reader
        self._current = current

    # Across workspaces

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
    ) -> IndexPage[FeedEntry]:
        """The user's open tasks in all workspaces, by due date; those without a date last.

        With `start` or `end` (both included, UTC days): only tasks that are due then.
        """
        check_self(user, viewer)
        low, high = ("" if start is None else start.isoformat(), "9999" if end is None else f"{end.isoformat()}~")
        dated = start is not None or end is not None
        asked = Asked(
            self._build(FEED), f"U#{user}", low=low or "0" if dated else None, high=high if dated else None, index=1
        )
        found, question = await self._page(asked, cursor, limit, ACROSS)
        lines = [FeedLine.of(content) for content in found.contents]
        known = await self._memberships(user, dict.fromkeys(line.workspace for line in lines))
        entries = [FeedEntry(line, known[line.workspace].workspace_name) for line in lines if line.workspace in known]
        return IndexPage(entries, to_cursor(question, found.next))

    @on_current_items
    async def workspaces(
        self, user: UserId, *, viewer: Viewer, limit: int = ACROSS, cursor: str | None = None
    ) -> IndexPage[MemberLine]:
        """The workspaces that a user is in, with the user's role."""
        check_self(user, viewer)
        asked = Asked(self._build(MEMBERS), f"U#{user}", index=1)
        found, question = await self._page(asked, cursor, limit, ACROSS)
        lines = [MemberLine.of(content) for content in found.contents]
        known = await self._memberships(user, dict.fromkeys(line.workspace for line in lines))
        return IndexPage(list(known.values()), to_cursor(question, found.next))

    # In one workspace

    @on_current_items
    async def workspace(self, workspace: WorkspaceId, *, viewer: Viewer) -> WorkspaceCard:
        card = self._key(MEMBERS, workspace, "workspace")
        return WorkspaceCard.of((await self._checked(workspace, viewer, [card]))[card])

    @on_current_items
    async def members(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[MemberLine]:
        asked = Asked(self._build(MEMBERS), f"W#{workspace}", prefix="member#")
        return Page(*await self._lines(MemberLine, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def tasks(
        self, workspace: WorkspaceId, *, viewer: Viewer, limit: int = LIMIT, cursor: str | None = None
    ) -> Page[TaskLine]:
        """All tasks, in the order of their ids (which is that of their creation, for UUIDv7)."""
        asked = Asked(self._build(TASKS), f"W#{workspace}", prefix="line#")
        return Page(*await self._lines(TaskLine, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def tasks_by_status(
        self,
        workspace: WorkspaceId,
        status: Status,
        *,
        viewer: Viewer,
        limit: int = LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[TaskLine]:
        """Tasks of one status, by due date, then priority; those without a date last."""
        asked = Asked(self._build(TASKS), f"W#{workspace}#{status}", index=1)
        return IndexPage(*await self._lines(TaskLine, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def task(self, workspace: WorkspaceId, task: TaskId, *, viewer: Viewer) -> TaskCard:
        return await self._one(TaskCard, TASKS, workspace, f"card#{task}", viewer, Ref(Task.entity, task))

    @on_current_items
    async def children(
        self,
        workspace: WorkspaceId,
        parent: ThingId | None,
        *,
        viewer: Viewer,
        limit: int = LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[ThingNode]:
        """The children of a Thing, or of the top (None), by name."""
        asked = Asked(self._build(THINGS), f"W#{workspace}#{parent or TOP}", index=1)
        return IndexPage(*await self._lines(ThingNode, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def subtree(
        self,
        workspace: WorkspaceId,
        root: ThingId | None,
        *,
        viewer: Viewer,
        limit: int = MOST,
        cursor: str | None = None,
    ) -> IndexPage[ThingNode]:
        """The Thing and all that is in it, each behind what it is in; all Things for None."""
        prefix = ""
        key = self._key(THINGS, workspace, f"node#{root}")
        got = await self._checked(workspace, viewer, [] if root is None else [key])
        if root is not None:
            if key not in got:
                raise NotFound(Ref(Thing.entity, root))
            prefix = path_text(ThingNode.of(got[key]).path)
        asked = Asked(self._build(THINGS), f"W#{workspace}", prefix=prefix, index=2)
        found, question = await self._page(asked, cursor, limit)
        return IndexPage([ThingNode.of(content) for content in found.contents], to_cursor(question, found.next))

    @on_current_items
    async def thing(self, workspace: WorkspaceId, thing: ThingId, *, viewer: Viewer) -> ThingView:
        node, card = (self._key(THINGS, workspace, f"{kind}#{thing}") for kind in ("node", "card"))
        got = await self._checked(workspace, viewer, [node, card])
        if node not in got or card not in got:
            raise NotFound(Ref(Thing.entity, thing))
        above = ThingNode.of(got[node]).path[:-1]
        names = {link: self._key(THINGS, workspace, f"node#{link}") for link in above}
        nodes = await self._get(names.values())
        ancestors = [ThingNode.of(nodes[key]) for key in names.values() if key in nodes]
        return ThingView(ThingCard.of(got[card]), ancestors)

    @on_current_items
    async def comments(
        self,
        workspace: WorkspaceId,
        on: TaskId | ThingId,
        *,
        viewer: Viewer,
        limit: int = LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[CommentLine]:
        """The comments on a Task or a Thing, the oldest first."""
        kind = Task.entity if isinstance(on, TaskId) else Thing.entity
        asked = Asked(self._build(COMMENTS), f"W#{workspace}#{kind}#{on}", index=1)
        return IndexPage(*await self._lines(CommentLine, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def comment(self, workspace: WorkspaceId, comment: CommentId, *, viewer: Viewer) -> CommentLine:
        ref = Ref("comment", comment)
        return await self._one(CommentLine, COMMENTS, workspace, f"comment#{comment}", viewer, ref)

    @on_current_items
    async def check(self, workspace: WorkspaceId, viewer: Viewer) -> None:
        """Raises `NotAllowed` unless the viewer may see the workspace."""
        await self._checked(workspace, viewer, [])

    # How

    def _build(self, projection: Projection) -> Build:
        return self._current.build(projection)

    def _key(self, projection: Projection, workspace: WorkspaceId, sort: str) -> tuple[Build, ViewKey]:
        return self._build(projection), ViewKey(f"W#{workspace}", sort)

    async def _one(
        self, kind: type[R], projection: Projection, workspace: WorkspaceId, sort: str, viewer: Viewer, ref: Ref
    ) -> R:
        key = self._key(projection, workspace, sort)
        got = await self._checked(workspace, viewer, [key])
        if key not in got:
            raise NotFound(ref)
        return kind.of(got[key])

    async def _lines(
        self, kind: type[R], workspace: WorkspaceId, viewer: Viewer, asked: Asked, cursor: str | None, limit: int
    ) -> tuple[Sequence[R], str | None]:
        """A page, read beside the membership."""
        (found, question), _ = await both(
            lambda: self._page(asked, cursor, limit), lambda: self._checked(workspace, viewer, [])
        )
        return [kind.of(content) for content in found.contents], to_cursor(question, found.next)

    async def _page(self, asked: Asked, cursor: str | None, limit: int, most: int = MOST) -> tuple[Found, str]:
        if not 1 <= limit <= most:
            raise InvalidInput(f"limit is from 1 to {most}, not {limit}")
        question = "\x1f".join(
            str(part)
            for part in (asked.build.projection, asked.partition, asked.prefix, asked.low, asked.high, asked.index)
        )
        return await self._reader.page(asked, to_bookmark(question, cursor), limit), question

    async def _checked(
        self, workspace: WorkspaceId, viewer: Viewer, wanted: Iterable[tuple[Build, ViewKey]]
    ) -> dict[tuple[Build, ViewKey], str]:
        """These items, and whether the viewer may see them, in one consistent BatchGet."""
        sort = "workspace" if isinstance(viewer, Operator) else f"member#{viewer}"
        proof = self._key(MEMBERS, workspace, sort)
        got = dict(await self._reader.get([proof, *wanted]))
        if proof in got:
            return got
        if isinstance(viewer, Operator):
            raise NotFound(Ref("workspace", workspace))
        raise NotAllowed(f"{viewer} is no member of {workspace}")  # whether it exists is not for them to know

    async def _get(self, wanted: Collection[tuple[Build, ViewKey]]) -> Mapping[tuple[Build, ViewKey], str]:
        return await self._reader.get(wanted) if wanted or self._current.is_old() else {}

    async def _memberships(self, user: UserId, workspaces: Iterable[WorkspaceId]) -> dict[WorkspaceId, MemberLine]:
        """Those of the workspaces that the user is in: one consistent BatchGet."""
        keys = {workspace: self._key(MEMBERS, workspace, f"member#{user}") for workspace in workspaces}
        got = await self._get(keys.values())
        return {workspace: MemberLine.of(got[key]) for workspace, key in keys.items() if key in got}


def check_self(user: UserId, viewer: Viewer) -> None:
    if viewer != user and not isinstance(viewer, Operator):
        raise NotAllowed("a user's own feed and workspaces are for nobody else")
