"""The base of all queries: reads a page and, in one BatchGet, the membership and the items to which the page's lines point.

Membership is read consistently from items in the table. So a removed member sees nothing from the moment their removal is
projected, however far an index lags. A line vanishes if the item to which it points is gone.
"""

from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from copy import copy
from functools import partial, wraps
from typing import Any, ParamSpec, Self, TypeVar, cast

from ascend.domain.assets.asset import Asset
from ascend.domain.comments.comment import Comment
from ascend.domain.errors import InvalidInput, NotAllowed, NotFound
from ascend.domain.ids import Ref, UserId, WorkspaceId
from ascend.domain.runtime.concurrency import run_both
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.projections.answering import answer
from ascend.projections.generation import CurrentGeneration
from ascend.projections.item import ReadItem
from ascend.projections.pattern import Pattern, view_key
from ascend.projections.queries.arguments import Arguments, Kinds
from ascend.projections.queries.days import ALL, FieldRange
from ascend.projections.queries.pages import IndexPage, Page, to_bookmark, to_cursor
from ascend.projections.queries.viewer import Operator, Viewer
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.comments import CommentLine
from ascend.projections.read_models.links import LinkLine, LinkRole, ref_key
from ascend.projections.read_models.members import MemberLine, WorkspaceCard
from ascend.projections.read_models.tasks import TaskLine
from ascend.projections.read_models.things import ThingNode
from ascend.projections.reader import ItemKey, ItemPage, ItemQuery, Reader, TurnReader

P = ParamSpec("P")
T = TypeVar("T")
R = TypeVar("R", bound=ReadItem)
Contents = Mapping[ItemKey, str]
"""The contents of those items that exist."""

DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000
ACROSS_LIMIT = 99
"""Lines a page of a query across workspaces: one BatchGet reads as many members' lines, and the epochs."""
JOINED_LIMIT = 48
"""Lines a page if each line is read together with up to two other items: one BatchGet has a hundred keys."""
LINKED_LIMIT = 200
"""The most lines a page of links, each of which is read together with one other item.

Up to 97 lines need one BatchGet, which also reads the membership, the entity that the links hang on, and the epochs. Up to
197 lines need two, and 200 need three.
"""

HEAD_ITEMS: dict[str, type[ReadItem]] = {
    Thing.entity: ThingNode,
    Task.entity: TaskLine,
    Asset.entity: AssetCard,
    Comment.entity: CommentLine,
}
"""For each kind of entity, the item that exists as long as the entity lives, and holds its name."""


def on_current_items(query: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Check the arguments of the query, and answer it from the items of one turn (see `answering`).

    Every public query has this decorator.
    """
    arguments, ask = Arguments(query), cast("Callable[..., Awaitable[T]]", query)

    @wraps(query)
    async def answered(*args: P.args, **kwargs: P.kwargs) -> T:
        queries: Any = args[0]  # a QueryBase: this decorates its methods
        (_, *positional), named = arguments.convert(queries._kinds, args, kwargs)  # noqa: SLF001 - part of the class

        def ask_bound(bound: Any) -> Awaitable[T]:
            return ask(bound, *positional, **named)

        answer: T = await queries._answer(ask_bound)  # noqa: SLF001 - part of the class
        return answer

    return answered


class QueryBase:
    """The parts that the queries of all entities share."""

    def __init__(self, reader: Reader, current: CurrentGeneration) -> None:
        self._readers = reader
        self._current = current

    async def _answer(self, ask: Callable[[Self], Awaitable[T]]) -> T:
        """Return the answer of `ask`, which is called with these queries, bound to one turn."""
        return await answer(self._readers, self._current, lambda attempt: ask(self._bind(attempt)))

    def _bind(self, attempt: TurnReader) -> Self:
        bound = copy(self)
        bound._reader = attempt  # noqa: SLF001 - of this class
        return bound

    _reader: TurnReader
    """The reader of one turn, where these queries are bound to it."""

    @property
    def _kinds(self) -> Kinds:
        """The application's kinds of entities."""
        return self._current.model.kinds

    # Pages

    async def _list(
        self,
        pattern: Pattern[R],
        workspace: WorkspaceId,
        viewer: Viewer,
        limit: int,
        cursor: str | None,
        **given: object,
    ) -> Page[R]:
        """Return a page of a pattern in the table, for members of the workspace."""
        return Page(*await self._member_lines(pattern, workspace, viewer, limit, cursor, ALL, **given))

    async def _list_index(
        self,
        pattern: Pattern[R],
        workspace: WorkspaceId,
        viewer: Viewer,
        limit: int,
        cursor: str | None,
        between: FieldRange = ALL,
        **given: object,
    ) -> IndexPage[R]:
        """Return a page of a pattern in an index, for members of the workspace."""
        return IndexPage(*await self._member_lines(pattern, workspace, viewer, limit, cursor, between, **given))

    async def _member_lines(
        self,
        pattern: Pattern[R],
        workspace: WorkspaceId,
        viewer: Viewer,
        limit: int,
        cursor: str | None,
        between: FieldRange,
        /,
        **given: object,
    ) -> tuple[Sequence[R], str | None]:
        """Return the lines of a page and the next cursor. The page is read at the same time as the membership."""
        pattern = self._current.catalog.find_pattern(pattern)
        query = self._item_query(pattern, between, workspace=workspace, **given)
        read = partial(self._read_page, query, limit, cursor, MAX_LIMIT, between.zone)
        (page, next_cursor), _ = await run_both(read, partial(self._get_for, workspace, viewer, ()))
        return page.items(pattern.item), next_cursor  # decoded only for members, and from items that are current

    async def _read(
        self,
        pattern: Pattern[R],
        limit: int,
        cursor: str | None,
        most: int = MAX_LIMIT,
        between: FieldRange = ALL,
        /,
        **given: object,
    ) -> tuple[list[R], str | None]:
        """Return the lines of a page and the next cursor, without any check of the viewer."""
        pattern = self._current.catalog.find_pattern(pattern)
        query = self._item_query(pattern, between, **given)
        page, next_cursor = await self._read_page(query, limit, cursor, most, between.zone)
        return page.items(pattern.item), next_cursor

    def _item_query(self, pattern: Pattern[R], between: FieldRange = ALL, /, **given: object) -> ItemQuery:
        projection = self._current.catalog.owner(pattern)
        return pattern.item_query(
            self._reader.turn.generation.build_of(projection.name), between.low, between.high, **given
        )

    async def _read_page(
        self, query: ItemQuery, limit: int, cursor: str | None, most: int = MAX_LIMIT, zone: str = ""
    ) -> tuple[ItemPage, str | None]:
        if not 1 <= limit <= most:
            raise InvalidInput(f"limit is from 1 to {most}, not {limit}")
        question = to_question(query, zone)
        page = await self._reader.page(query, to_bookmark(question, cursor), limit)
        return page, to_cursor(question, page.next)

    async def _linked(
        self,
        pattern: Pattern[LinkLine],
        workspace: WorkspaceId,
        anchor: Ref,
        role: LinkRole,
        kinds: tuple[type[R], ...],
        viewer: Viewer,
        limit: int,
        cursor: str | None,
    ) -> Page[R]:
        """Return the living entities of these kinds that are linked with the anchor in this role."""
        lines, next_cursor = await self._read(
            pattern, limit, cursor, LINKED_LIMIT, workspace=workspace, at=ref_key(anchor), role=role
        )
        others = [line.other for line in lines]
        heads = await self._heads_beside(workspace, viewer, anchor, others)
        return Page([head for other in others if isinstance(head := heads.get(other), kinds)], next_cursor)

    async def _heads_beside(
        self, workspace: WorkspaceId, viewer: Viewer, anchor: Ref, refs: Iterable[Ref]
    ) -> dict[Ref, ReadItem]:
        """Return the head items of those entities that live. Raises `NotFound` unless the anchor lives."""
        heads = await self._heads(workspace, viewer, [anchor, *refs])
        if anchor not in heads:
            raise NotFound(anchor)
        return heads

    async def _heads(self, workspace: WorkspaceId, viewer: Viewer, refs: Iterable[Ref]) -> dict[Ref, ReadItem]:
        """Return the head items of those entities that live, if the viewer may see them: one consistent BatchGet."""
        keys = {ref: self._head_key(workspace, ref) for ref in refs}
        contents = await self._get_for(workspace, viewer, keys.values())
        return {ref: self._decode(HEAD_ITEMS[ref.kind], contents[key]) for ref, key in keys.items() if key in contents}

    def _head_key(self, workspace: WorkspaceId, ref: Ref) -> ItemKey:
        """Return the key of the item that exists as long as the entity lives."""
        if ref.kind not in HEAD_ITEMS:
            raise InvalidInput(f"a {ref.kind} has no item of its own")
        return self._key(HEAD_ITEMS[ref.kind], workspace=workspace, **{ref.kind: ref.id})

    # Items

    def _key(self, item: type[ReadItem], **given: object) -> ItemKey:
        projection, stored = self._current.catalog.find_item(item)
        return self._reader.turn.generation.build_of(projection.name), view_key(stored, **given)

    def _decode(self, item: type[R], content: str) -> R:
        """Return the stored item, as the type that the application stores for `item`."""
        return self._current.catalog.find_item(item)[1].from_content(content)

    async def _get_one(self, pattern: Pattern[R], workspace: WorkspaceId, viewer: Viewer, ref: Ref) -> R:
        """Return the entity's item. Raises `NotFound` if there is none."""
        key = self._key(pattern.item, workspace=workspace, **{ref.kind: ref.id})
        contents = await self._get_for(workspace, viewer, [key])
        if key not in contents:
            raise NotFound(ref)
        return self._decode(pattern.item, contents[key])

    async def _get_present(self, kind: type[R], keys: Sequence[ItemKey]) -> list[R]:
        """Return those items that exist, in the order of their keys."""
        contents = await self._get(keys)
        return [self._decode(kind, contents[key]) for key in keys if key in contents]

    async def _get(self, keys: Collection[ItemKey]) -> Contents:
        return await self._reader.get(keys) if keys else {}

    # Membership

    async def _get_for(self, workspace: WorkspaceId, viewer: Viewer, keys: Iterable[ItemKey]) -> Contents:
        """Return the items' contents, if the viewer may see them: one consistent BatchGet.

        Raises `NotAllowed` for a user who is no member, `NotFound` for an operator if there is no such workspace, and
        `NotReady` where nobody knows yet.
        """
        if isinstance(viewer, Operator):
            proof = self._key(WorkspaceCard, workspace=workspace)
        else:
            proof = self._key(MemberLine, workspace=workspace, user=viewer)
        contents = await self._reader.get([proof, *keys])
        if proof in contents:
            return contents
        await self._reader.check_built(workspace)
        if isinstance(viewer, Operator):
            raise NotFound(Ref("workspace", workspace))
        raise NotAllowed(f"{viewer} is no member of {workspace}")  # they may not learn whether it exists

    async def _memberships(
        self, user: UserId, workspaces: Iterable[WorkspaceId], others: Iterable[tuple[WorkspaceId, Ref]] = ()
    ) -> tuple[dict[WorkspaceId, MemberLine], set[tuple[WorkspaceId, Ref]]]:
        """Return the user's memberships in these workspaces, and which of the others live: one consistent BatchGet."""
        members = {
            workspace: self._key(MemberLine, workspace=workspace, user=user) for workspace in dict.fromkeys(workspaces)
        }
        heads = {(workspace, ref): self._head_key(workspace, ref) for workspace, ref in others}
        contents = await self._get([*members.values(), *heads.values()])
        known = {
            workspace: self._decode(MemberLine, contents[key]) for workspace, key in members.items() if key in contents
        }
        return known, {other for other, key in heads.items() if key in contents}


def to_question(query: ItemQuery, zone: str) -> str:
    """Return a text that tells this query, of the days of this zone, from all others: a cursor belongs to it."""
    parts = (query.build.projection, query.partition, query.prefix, query.low, query.high, query.index)
    direction = ("descending",) if query.descending else ()
    days = (zone,) if zone else ()
    return "\x1f".join(map(str, (*parts, *direction, *days)))
