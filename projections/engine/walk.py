"""Walks what hangs below some entities, depth first in the order of ids, page by page, from any point on."""

from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from ascend.domain.ids import Ref

Children = Callable[[Ref, str, int], Awaitable[Sequence[Ref]]]
"""Children of an entity behind an id, at most so many."""


@dataclass
class Level:
    parent: Ref
    last: str
    """The child that was visited last."""
    ahead: deque[Ref] = field(default_factory=deque[Ref])
    done: bool = False


class Walk:
    """What `has_children` is asked about has been given by `children`, and `forget` was not called since."""

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
        """The next entities, at most `count`; none when the walk is over. Other roots are left to their own turn."""
        found: list[Ref] = []
        while len(found) < count and (child := await self._next(count)) is not None:
            found.append(child)
            self.cursor = (str(self._levels[0].parent), *(level.last for level in self._levels if level.last))
        return found

    def forget(self) -> None:
        """Children that were read ahead will be read again."""
        for level in self._levels:
            level.ahead.clear()
            level.done = False

    async def _next(self, page: int) -> Ref | None:
        while True:
            if not self._levels:
                if not self._roots:
                    return None
                self._levels.append(Level(self._roots.popleft(), ""))
            level = self._levels[-1]
            if not level.ahead and not level.done:
                level.ahead.extend(await self._children(level.parent, level.last, page))
                level.done = len(level.ahead) < page
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
