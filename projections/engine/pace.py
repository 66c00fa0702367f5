"""The number of commits that a batch reads: about as many as it uses.

A commit that changes a whole subtree has a batch of its own, and a commit that touches very many entities fills a batch.
If a batch always read as many commits as it may take, the commits behind these would be read again and again. A batch that
was overtaken is followed by a shorter one: otherwise, a worker on a slow connection could lose every large batch to the
small batches of others.
"""

from ascend.domain.ids import WorkspaceId
from ascend.projections.generation_record import GenerationRecord

LEAST = 2
MANY = 10_000
"""More commits than any batch takes."""
REMEMBERED = 10_000
"""Workspaces remembered, at most: those whose next batch should read fewer commits than it may take."""


class Pace:
    def __init__(self) -> None:
        self._next: dict[WorkspaceId, int] = {}

    def next_count(self, record: GenerationRecord, most: int) -> int:
        """Return how many commits to read now, at most `most`. In the middle of a fan-out: its commit alone."""
        return 1 if record.cursor else min(most, self._next.get(record.workspace, most))

    def shorten(self, workspace: WorkspaceId, most: int) -> None:
        """Read half as many commits the next time: another worker has overtaken this batch."""
        self._keep(workspace, min(most, self._next.get(workspace, most)) // 2)

    def remember(self, workspace: WorkspaceId, read: int, used: int) -> None:
        """Remember that a batch read `read` commits and used `used` of them.

        If some were left over, the next batch reads twice as many as were used. Else the number doubles.
        """
        if used < read:
            self._keep(workspace, 2 * used)
        elif (next := self._next.pop(workspace, MANY)) < MANY:
            self._next[workspace] = 2 * next

    def _keep(self, workspace: WorkspaceId, count: int) -> None:
        if len(self._next) >= REMEMBERED:
            self._next.clear()
        self._next[workspace] = max(LEAST, count)
