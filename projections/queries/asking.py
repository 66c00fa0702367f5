"""How every query asks: a page, and one BatchGet for membership and for what the page's lines point at.

Membership is read consistently from base-table items, so a removed member sees nothing from the moment their removal is
projected, whatever a lagging index says. What a line points at and is no longer there makes the line vanish.
"""

from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment
from ascend.domain.errors import InvalidInput, NotAllowed, NotFound
from ascend.domain.ids import Ref, UserId, WorkspaceId
from ascend.domain.runtime.concurrency import run_both
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.projections.generation import CurrentGeneration, Rebuilt
from ascend.projections.item import ReadItem
from ascend.projections.key_template import ViewKey
from ascend.projections.pattern import Pattern
from ascend.projections.ports import ItemPage, ItemQuery, Reader
from ascend.projections.projection import Build, Projection
from ascend.projections.queries.pages import IndexPage, Page, to_bookmark, to_cursor
from ascend.projections.read_models.assets import ASSETS, AssetCard
from ascend.projections.read_models.comments import COMMENTS, CommentLine
from ascend.projections.read_models.links import LinkLine, LinkRole, place
from ascend.projections.read_models.members import MEMBERS, MemberLine, WorkspaceCard
from ascend.projections.read_models.tasks import TASKS, TaskLine
from ascend.projections.read_models.things import THINGS, ThingNode

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=ReadItem)
Wanted = tuple[Build, ViewKey]
Got = Mapping[Wanted, str]

LIMIT = 100
MOST = 1_000
ACROSS = 99
"""Lines a page of what crosses workspaces: as many members' lines as fit into one BatchGet, with the epochs."""
JOINED = 48
"""Lines a page where each is read together with up to two others: one BatchGet has a hundred keys."""

HEADS: dict[str, tuple[Projection, type[ReadItem]]] = {
    Thing.entity: (THINGS, ThingNode),
    Task.entity: (TASKS, TaskLine),
    Asset.entity: (ASSETS, AssetCard),
    Comment.entity: (COMMENTS, CommentLine),
}
"""The item that is there as long as the entity lives, with its name."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who looks at a store from outside: sees every workspace. Never pass it on behalf of a user."""


OPERATOR = Operator()
Viewer = UserId | Operator


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


class Asking:
    """What the queries of every entity share."""

    def __init__(self, reader: Reader, current: CurrentGeneration) -> None:
        self._reader = reader
        self._current = current

    @on_current_items
    async def ask(
        self,
        pattern: Pattern[R],
        workspace: WorkspaceId,
        *,
        viewer: Viewer,
        low: str | None = None,
        high: str | None = None,
        limit: int = LIMIT,
        cursor: str | None = None,
        **given: object,
    ) -> Page[R]:
        """A page of a pattern of your own: of one workspace, with the values that it is `given`.

        The lines as they lie there: nothing is joined, so what hangs on something that was deleted is shown, too. An
        `IndexPage` where the pattern reads an index. Raises `InvalidInput` for a pattern across workspaces.
        """
        if not pattern.template.partition.startswith("W#{workspace}"):
            raise InvalidInput(f"{pattern.name}: its partition is of no workspace, so nobody can say who may see it")
        asked = self._asked(pattern, low, high, workspace=workspace, **given)
        lines = await self._lines(pattern.item, workspace, viewer, asked, cursor, limit)
        return IndexPage(*lines) if pattern.index else Page(*lines)

    # Pages

    def _asked(
        self, pattern: Pattern[Any], low: str | None = None, high: str | None = None, **given: object
    ) -> ItemQuery:
        return pattern.asked(self._current.build(pattern.projection), low, high, **given)

    async def _page(
        self, asked: ItemQuery, cursor: str | None, limit: int, most: int = MOST
    ) -> tuple[ItemPage, str | None]:
        """The page, and the cursor of the next."""
        if not 1 <= limit <= most:
            raise InvalidInput(f"limit is from 1 to {most}, not {limit}")
        question = "\x1f".join(
            str(part)
            for part in (asked.build.projection, asked.partition, asked.prefix, asked.low, asked.high, asked.index)
        )
        found = await self._reader.page(asked, to_bookmark(question, cursor), limit)
        return found, to_cursor(question, found.next)

    async def _lines(
        self, kind: type[R], workspace: WorkspaceId, viewer: Viewer, asked: ItemQuery, cursor: str | None, limit: int
    ) -> tuple[Sequence[R], str | None]:
        """A page, read beside the membership."""
        (found, next_cursor), _ = await run_both(
            lambda: self._page(asked, cursor, limit), lambda: self._checked(workspace, viewer, [])
        )
        return found.items(kind), next_cursor

    async def _linked(
        self,
        pattern: Pattern[Any],
        workspace: WorkspaceId,
        anchor: Ref,
        role: LinkRole,
        kinds: tuple[type[R], ...],
        viewer: Viewer,
        limit: int,
        cursor: str | None,
    ) -> Page[R]:
        """What lives, and is of these kinds, of what the anchor is linked with in this role."""
        asked = self._asked(pattern, workspace=workspace, at=place(anchor), role=role)
        found, next_cursor = await self._page(asked, cursor, limit, JOINED)
        others = [line.other for line in found.items(LinkLine)]
        heads = await self._joined(workspace, viewer, anchor, others)
        return Page([head for other in others if isinstance(head := heads.get(other), kinds)], next_cursor)

    async def _joined(
        self, workspace: WorkspaceId, viewer: Viewer, anchor: Ref, refs: Iterable[Ref]
    ) -> dict[Ref, ReadItem]:
        """The heads of those that live. Raises `NotFound` unless the anchor does."""
        heads = await self._heads(workspace, viewer, [anchor, *refs])
        if anchor not in heads:
            raise NotFound(anchor)
        return heads

    async def _heads(self, workspace: WorkspaceId, viewer: Viewer, refs: Iterable[Ref]) -> dict[Ref, ReadItem]:
        """What lives of these, and whether the viewer may see it, in one consistent BatchGet."""
        wanted = {ref: self.head(workspace, ref) for ref in refs}
        got = await self._checked(workspace, viewer, wanted.values())
        return {ref: HEADS[ref.kind][1].from_content(got[key]) for ref, key in wanted.items() if key in got}

    def head(self, workspace: WorkspaceId, ref: Ref) -> Wanted:
        """Where the item stands that is there as long as the entity lives."""
        if ref.kind not in HEADS:
            raise InvalidInput(f"a {ref.kind} has no item of its own")
        projection, item = HEADS[ref.kind]
        return self._key(projection, item, workspace=workspace, **{ref.kind: ref.id})

    # Items

    def _key(self, projection: Projection, item: type[ReadItem], **given: object) -> Wanted:
        return self._current.build(projection), ViewKey(item.key.partition_key(**given), item.key.sort_prefix(**given))

    async def _one(self, pattern: Pattern[Any], kind: type[R], workspace: WorkspaceId, viewer: Viewer, ref: Ref) -> R:
        key = self._current.build(pattern.projection), pattern.key(workspace=workspace, **{ref.kind: ref.id})
        got = await self._checked(workspace, viewer, [key])
        if key not in got:
            raise NotFound(ref)
        return kind.from_content(got[key])

    async def _get(self, wanted: Collection[Wanted]) -> Got:
        return await self._reader.get(wanted) if wanted or self._current.is_stale() else {}

    # Who may see it

    async def _checked(self, workspace: WorkspaceId, viewer: Viewer, wanted: Iterable[Wanted]) -> Got:
        """These items, and whether the viewer may see them, in one consistent BatchGet."""
        if isinstance(viewer, Operator):
            proof = self._key(MEMBERS, WorkspaceCard, workspace=workspace)
        else:
            proof = self._key(MEMBERS, MemberLine, workspace=workspace, user=viewer)
        got = await self._reader.get([proof, *wanted])
        if proof in got:
            return got
        if isinstance(viewer, Operator):
            raise NotFound(Ref("workspace", workspace))
        raise NotAllowed(f"{viewer} is no member of {workspace}")  # whether it exists is not for them to know

    async def _across(
        self, user: UserId, workspaces: Iterable[WorkspaceId], others: Iterable[tuple[WorkspaceId, Ref]] = ()
    ) -> tuple[dict[WorkspaceId, MemberLine], set[tuple[WorkspaceId, Ref]]]:
        """The user's memberships in these, and which of the others live: one consistent BatchGet."""
        members = {
            workspace: self._key(MEMBERS, MemberLine, workspace=workspace, user=user)
            for workspace in dict.fromkeys(workspaces)
        }
        heads = {(workspace, ref): self.head(workspace, ref) for workspace, ref in others}
        got = await self._get([*members.values(), *heads.values()])
        known = {workspace: MemberLine.from_content(got[key]) for workspace, key in members.items() if key in got}
        return known, {other for other, key in heads.items() if key in got}


def days(start: date | None, end: date | None) -> tuple[str | None, str | None]:
    """The range of these days. What has no date lies behind the last day that there is, and so in no range."""
    if start is None and end is None:
        return None, None
    if start is not None and end is not None and start > end:
        raise InvalidInput(f"start, {start}, is behind end, {end}")
    return None if start is None else start.isoformat(), (end or date.max).isoformat()


def check_self(user: UserId, viewer: Viewer) -> None:
    if viewer != user and not isinstance(viewer, Operator):
        raise NotAllowed("a user's own feed, mentions and workspaces are for nobody else")
