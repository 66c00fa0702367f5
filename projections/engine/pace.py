"""How many commits of a workspace a batch reads: about as many as it uses.

A commit that changes a whole subtree has a batch of its own, and one that touches very many entities fills a batch. Where
there are many of these, what was read behind them would be read again and again.
"""

from ascend.domain.ids import WorkspaceId
from ascend.projections.ports import GenerationRecord

LEAST = 2
MANY = 10_000
"""More than any batch takes."""
REMEMBERED = 10_000
"""Workspaces of which something else is known than that they take the most."""


class Pace:
    def __init__(self) -> None:
        self._next: dict[WorkspaceId, int] = {}

    def of(self, record: GenerationRecord, most: int) -> int:
        """How many to read now, of `most` that a batch may take: in the middle of a fan-out, its commit alone."""
        return 1 if record.cursor else min(most, self._next.get(record.workspace, most))

    def learn(self, workspace: WorkspaceId, read: int, used: int) -> None:
        """So many were read, so many of these are done. Where some were left, twice as many as were done come next."""
        if used < read:
            if len(self._next) >= REMEMBERED:
                self._next.clear()
            self._next[workspace] = max(LEAST, 2 * used)
        elif (next := self._next.pop(workspace, MANY)) < MANY:
            self._next[workspace] = 2 * next
