"""A walk over the descendants of some entities: depth first, in the order of ids, page by page, from any point on."""

from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from ascend.domain.ids import Ref

Children = Callable[[Ref, str, int], Awaitable[Sequence[Ref]]]
"""Returns the children of an entity whose ids come after the given id, at most so many."""


@dataclass
class Level:
    """The children of one entity on the path to the current entity."""

    parent: Ref
    last: str
    """The id of the child that was visited last."""
    ahead: deque[Ref] = field(default_factory=deque[Ref])
    """Children that are read, but not visited yet."""
    is_read: bool = False
    """True once all children are read."""


class Walk:
    """Calls `has_children` only for entities that `children` returned since the last `forget`."""

    def __init__(
        self, children: Children, has_children: Callable[[Ref], bool], roots: Collection[Ref], cursor: Sequence[str]
    ) -> None:
        self._children = children
        self._has_children = has_children
        self._roots = deque(sorted(roots))
        self._all_roots = frozenset(roots)
        self._levels: list[Level] = []
        self.cursor = tuple(cursor)
        """The path to the entity that was visited last: enough to go on from there."""
        if cursor:
            self._resume(cursor)

    def _resume(self, cursor: Sequence[str]) -> None:
        kind, _, root = cursor[0].partition("#")
        while self._roots and self._roots[0] <= Ref(kind, root):
            self._roots.popleft()
        path = [root, *cursor[1:]]
        self._levels = [Level(Ref(kind, above), below) for above, below in zip(path, [*path[1:], ""], strict=True)]

    async def take(self, count: int) -> list[Ref]:
        """Return the next entities, at most `count`; none when the walk is over.

        A root below another root is left out there: it has a turn of its own.
        """
        refs: list[Ref] = []
        while len(refs) < count and (child := await self._next(count)) is not None:
            refs.append(child)
            self.cursor = (str(self._levels[0].parent), *(level.last for level in self._levels if level.last))
        return refs

    def forget(self) -> None:
        """Drop the children that were read ahead. The walk will read them again."""
        for level in self._levels:
            level.ahead.clear()
            level.is_read = False

    async def _next(self, page: int) -> Ref | None:
        while self._levels or self._begin_root():
            level = self._levels[-1]
            await self._read_ahead(level, page)
            if not level.ahead:
                self._levels.pop()
                continue
            child = level.ahead.popleft()
            level.last = child.id
            if child in self._all_roots:
                continue
            if self._has_children(child):
                self._levels.append(Level(child, ""))
            return child
        return None

    def _begin_root(self) -> bool:
        if not self._roots:
            return False
        self._levels.append(Level(self._roots.popleft(), ""))
        return True

    async def _read_ahead(self, level: Level, page: int) -> None:
        if not level.ahead and not level.is_read:
            level.ahead.extend(await self._children(level.parent, level.last, page))
            level.is_read = len(level.ahead) < page
