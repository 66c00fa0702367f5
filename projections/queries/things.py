"""Queries about a workspace's Things, and about the Relations between Things and Tasks."""

from collections.abc import Sequence
from dataclasses import dataclass

from ascend.domain.errors import NotFound, NotVisibleYet
from ascend.domain.ids import Ref, ThingId, WorkspaceId
from ascend.domain.things.thing import Thing, ThingKind
from ascend.projections.item import keyed
from ascend.projections.pattern import Pattern
from ascend.projections.queries.base import (
    DEFAULT_LIMIT,
    JOINED_LIMIT,
    LINKED_LIMIT,
    MAX_LIMIT,
    QueryBase,
    on_current_items,
)
from ascend.projections.queries.pages import IndexPage, Page
from ascend.projections.queries.viewer import Viewer
from ascend.projections.read_models.links import ref_key
from ascend.projections.read_models.relations import RELATIONS_IN, RELATIONS_OUT, Direction, RelationLine
from ascend.projections.read_models.tasks import TaskLine
from ascend.projections.read_models.things import (
    CHILDREN,
    SUBTREE,
    THINGS_BY_KIND,
    TOP,
    ThingCard,
    ThingNode,
)

PATH_READS = 2
"""Attempts to read a Thing with all its ancestors: it may move, or be deleted, between its read and theirs."""


@dataclass(frozen=True, slots=True)
class ThingView:
    """A Thing with its ancestors, the root first."""

    card: ThingCard
    ancestors: Sequence[ThingNode]


@dataclass(frozen=True, slots=True)
class RelationEntry:
    """A Relation, with the Thing or Task at its other end."""

    line: RelationLine
    other: ThingNode | TaskLine


class ThingQueries(QueryBase):
    @on_current_items
    async def thing(self, workspace: WorkspaceId, thing: ThingId, *, viewer: Viewer) -> ThingView:
        """Return the Thing with its ancestors.

        Raises `NotVisibleYet` while a worker is between writing the Thing and writing one of its ancestors: ask again.
        """
        ref = Ref(Thing.entity, thing)
        for _ in range(PATH_READS):
            view, gap = await self._read_thing(workspace, ref, viewer)
            if not gap:
                return view
        raise NotVisibleYet(f"{ref} in workspace {workspace}: an ancestor is being written, ask again")

    async def _read_thing(self, workspace: WorkspaceId, ref: Ref, viewer: Viewer) -> tuple[ThingView, bool]:
        """Return the Thing, and True if one of the ancestors that its path names is not there."""
        node, card = self._head_key(workspace, ref), self._key(ThingCard, workspace=workspace, thing=ref.id)
        contents = await self._get_for(workspace, viewer, [node, card])
        if node not in contents or card not in contents:
            raise NotFound(ref)
        path = self._decode(ThingNode, contents[node]).path
        above = [self._head_key(workspace, Ref(Thing.entity, ancestor)) for ancestor in path[:-1]]
        ancestors = await self._get_present(ThingNode, above)
        return ThingView(self._decode(ThingCard, contents[card]), ancestors), len(ancestors) < len(above)

    @on_current_items
    async def children(
        self,
        workspace: WorkspaceId,
        parent: ThingId | None,
        *,
        viewer: Viewer,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[ThingNode]:
        """Return the children of a Thing, or the roots (None), by name."""
        return await self._list_index(CHILDREN, workspace, viewer, limit, cursor, parent_or_top=parent or TOP)

    @on_current_items
    async def subtree(
        self,
        workspace: WorkspaceId,
        root: ThingId | None,
        *,
        viewer: Viewer,
        limit: int = MAX_LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[ThingNode]:
        """Return the Thing and all its descendants, each after its parent; for None, all Things."""
        path = await self._path_text(workspace, root, viewer)
        return IndexPage(*await self._read(SUBTREE, limit, cursor, workspace=workspace, path_text=path))

    async def _path_text(self, workspace: WorkspaceId, thing: ThingId | None, viewer: Viewer) -> str | None:
        """Return the Thing's path, as `ThingNode.path_text`; None for None. Checks that the viewer may see it."""
        if thing is None:
            await self._get_for(workspace, viewer, [])
            return None
        ref = Ref(Thing.entity, thing)
        key = self._head_key(workspace, ref)
        contents = await self._get_for(workspace, viewer, [key])
        if key not in contents:
            raise NotFound(ref)
        return self._decode(ThingNode, contents[key]).path_text

    @on_current_items
    async def things_by_kind(
        self,
        workspace: WorkspaceId,
        kind: ThingKind,
        *,
        viewer: Viewer,
        limit: int = DEFAULT_LIMIT,
        cursor: str | None = None,
    ) -> IndexPage[ThingCard]:
        """Return all Things of a kind, by name."""
        return await self._list_index(THINGS_BY_KIND, workspace, viewer, limit, cursor, kind=kind)

    @on_current_items
    async def relations_from(
        self,
        workspace: WorkspaceId,
        source: Ref,
        type: str | None = None,
        *,
        viewer: Viewer,
        limit: int = JOINED_LIMIT,
        cursor: str | None = None,
    ) -> Page[RelationEntry]:
        """Return the Relations from a Thing or Task, by type; or those of one type."""
        return await self._relations(RELATIONS_OUT, workspace, source, Direction.OUT, type, viewer, limit, cursor)

    @on_current_items
    async def relations_to(
        self,
        workspace: WorkspaceId,
        target: Ref,
        type: str | None = None,
        *,
        viewer: Viewer,
        limit: int = JOINED_LIMIT,
        cursor: str | None = None,
    ) -> Page[RelationEntry]:
        """Return the Relations to a Thing or Task, by type; or those of one type."""
        return await self._relations(RELATIONS_IN, workspace, target, Direction.IN, type, viewer, limit, cursor)

    async def _relations(
        self,
        pattern: Pattern[RelationLine],
        workspace: WorkspaceId,
        anchor: Ref,
        direction: Direction,
        type: str | None,
        viewer: Viewer,
        limit: int,
        cursor: str | None,
    ) -> Page[RelationEntry]:
        type_key = None if type is None else keyed(type)
        at = ref_key(anchor)
        lines, next_cursor = await self._read(
            pattern, limit, cursor, LINKED_LIMIT, workspace=workspace, at=at, direction=direction, type_key=type_key
        )
        heads = await self._heads_beside(workspace, viewer, anchor, [line.other for line in lines])
        others = ((line, heads.get(line.other)) for line in lines)
        entries = [RelationEntry(line, other) for line, other in others if isinstance(other, ThingNode | TaskLine)]
        return Page(entries, next_cursor)
