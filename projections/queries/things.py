"""A workspace's Things, and the Relations between Things and Tasks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ascend.domain.errors import NotFound
from ascend.domain.ids import Ref, ThingId, WorkspaceId
from ascend.domain.things.thing import Thing, ThingKind
from ascend.projections.item import keyed
from ascend.projections.pattern import Pattern
from ascend.projections.queries.asking import JOINED, LIMIT, MOST, Asking, Viewer, on_current_items
from ascend.projections.queries.pages import IndexPage, Page
from ascend.projections.queries.patterns import CHILDREN, RELATIONS_IN, RELATIONS_OUT, SUBTREE, THINGS_BY_KIND
from ascend.projections.read_models.links import place
from ascend.projections.read_models.relations import Direction, RelationLine
from ascend.projections.read_models.tasks import TaskLine
from ascend.projections.read_models.things import THINGS, TOP, ThingCard, ThingNode, path_text


@dataclass(frozen=True, slots=True)
class ThingView:
    """A Thing with its ancestors, the root first."""

    card: ThingCard
    ancestors: Sequence[ThingNode]


@dataclass(frozen=True, slots=True)
class RelationEntry:
    """A Relation with what is at its other end."""

    line: RelationLine
    other: ThingNode | TaskLine


class ThingQueries(Asking):
    @on_current_items
    async def thing(self, workspace: WorkspaceId, thing: ThingId, *, viewer: Viewer) -> ThingView:
        ref = Ref(Thing.entity, thing)
        node, card = self.head(workspace, ref), self._key(THINGS, ThingCard, workspace=workspace, thing=thing)
        got = await self._checked(workspace, viewer, [node, card])
        if node not in got or card not in got:
            raise NotFound(ref)
        above = [self.head(workspace, Ref(Thing.entity, link)) for link in ThingNode.from_content(got[node]).path[:-1]]
        nodes = await self._get(above)
        return ThingView(
            ThingCard.from_content(got[card]), [ThingNode.from_content(nodes[key]) for key in above if key in nodes]
        )

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
        """The children of a Thing, or the roots (None), by name."""
        asked = self._asked(CHILDREN, workspace=workspace, parent_or_top=parent or TOP)
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
        ref = None if root is None else Ref(Thing.entity, root)
        keys = [] if ref is None else [self.head(workspace, ref)]
        got = await self._checked(workspace, viewer, keys)
        if any(key not in got for key in keys):
            raise NotFound(ref)
        path = path_text(ThingNode.from_content(got[keys[0]]).path) if keys else None
        asked = self._asked(SUBTREE, workspace=workspace, path_text=path)
        found, next_cursor = await self._page(asked, cursor, limit)
        return IndexPage(found.items(ThingNode), next_cursor)

    @on_current_items
    async def things_by_kind(
        self, workspace: WorkspaceId, kind: ThingKind, *, viewer: Viewer, limit: int = LIMIT, cursor: str | None = None
    ) -> IndexPage[ThingCard]:
        """All Things of a kind, by name."""
        asked = self._asked(THINGS_BY_KIND, workspace=workspace, kind=kind)
        return IndexPage(*await self._lines(ThingCard, workspace, viewer, asked, cursor, limit))

    @on_current_items
    async def relations_from(
        self,
        workspace: WorkspaceId,
        source: Ref,
        type: str | None = None,
        *,
        viewer: Viewer,
        limit: int = JOINED,
        cursor: str | None = None,
    ) -> Page[RelationEntry]:
        """What a Thing or Task points at, by type; or over one type of Relation."""
        return await self._relations(RELATIONS_OUT, workspace, source, Direction.OUT, type, viewer, limit, cursor)

    @on_current_items
    async def relations_to(
        self,
        workspace: WorkspaceId,
        target: Ref,
        type: str | None = None,
        *,
        viewer: Viewer,
        limit: int = JOINED,
        cursor: str | None = None,
    ) -> Page[RelationEntry]:
        """What points at a Thing or Task, by type; or over one type of Relation."""
        return await self._relations(RELATIONS_IN, workspace, target, Direction.IN, type, viewer, limit, cursor)

    async def _relations(
        self,
        pattern: Pattern[Any],
        workspace: WorkspaceId,
        anchor: Ref,
        direction: Direction,
        type: str | None,
        viewer: Viewer,
        limit: int,
        cursor: str | None,
    ) -> Page[RelationEntry]:
        type_key = None if type is None else keyed(type)
        asked = self._asked(pattern, workspace=workspace, at=place(anchor), direction=direction, type_key=type_key)
        found, next_cursor = await self._page(asked, cursor, limit, JOINED)
        lines = found.items(RelationLine)
        heads = await self._joined(workspace, viewer, anchor, [line.other for line in lines])
        others = ((line, heads.get(line.other)) for line in lines)
        entries = [RelationEntry(line, other) for line, other in others if isinstance(other, ThingNode | TaskLine)]
        return Page(entries, next_cursor)
