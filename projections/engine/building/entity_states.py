"""The states of all entities of one workspace while its log is folded: in memory, or in a file where they are too many."""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Protocol, Self

from ascend.domain.ids import Ref
from ascend.domain.workspaces.view import Versioned

KEPT = 20_000
"""States that are kept in memory."""


class EntityStates(Protocol):
    """States by entity, for one build. Nobody else reads them."""

    async def get(self, refs: Collection[Ref]) -> Mapping[Ref, Versioned]:
        """Return the states that are there."""
        ...

    async def put(self, states: Mapping[Ref, Versioned]) -> None: ...

    async def page(self, after: Ref | None, limit: int) -> Sequence[tuple[Ref, Versioned]]:
        """Return the first states whose refs come after `after`, in their order."""
        ...


OpenStates = AbstractAsyncContextManager[EntityStates]
"""Empty states, which are gone at the end of the block."""


class SpillingStates:
    """States in memory. As soon as they are too many, those that were not put for longest move to a file.

    Use it as a context manager: the file is gone at the end of the block. Without `file`, all states stay in memory.
    """

    def __init__(self, file: OpenStates | None = None, kept: int = KEPT) -> None:
        self._to_open = file
        self._limit = kept
        self._kept: dict[Ref, Versioned] = {}
        """The states in memory, in the order in which they were put. They hide those in the file."""
        self._file: EntityStates | None = None
        self._sorted: list[Ref] = []
        """The refs in memory, as long as nothing is put."""
        self._opened = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._kept.clear()
        await self._opened.aclose()

    async def get(self, refs: Collection[Ref]) -> Mapping[Ref, Versioned]:
        found = {ref: self._kept[ref] for ref in refs if ref in self._kept}
        if self._file is not None and len(found) < len(refs):
            found.update(await self._file.get([ref for ref in refs if ref not in found]))
        return found

    async def put(self, states: Mapping[Ref, Versioned]) -> None:
        for ref, state in states.items():
            self._kept.pop(ref, None)
            self._kept[ref] = state
        self._sorted = []
        if self._to_open is not None and len(self._kept) > self._limit:
            await self._spill(list(self._kept)[: len(self._kept) - self._limit // 2])

    async def page(self, after: Ref | None, limit: int) -> Sequence[tuple[Ref, Versioned]]:
        if self._file is not None:
            await self._spill(list(self._kept))
            return await self._file.page(after, limit)
        if not self._sorted:
            self._sorted = sorted(self._kept)
        first = 0 if after is None else bisect_right(self._sorted, after)
        return [(ref, self._kept[ref]) for ref in self._sorted[first : first + limit]]

    async def _spill(self, refs: Sequence[Ref]) -> None:
        if self._file is None:
            assert self._to_open is not None
            self._file = await self._opened.enter_async_context(self._to_open)
        if refs:
            await self._file.put({ref: self._kept.pop(ref) for ref in refs})
