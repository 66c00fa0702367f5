"""The work queue of a follower: the workspaces in which there may be something to do, in the order in which they are due.

    hint ──▶ due 50 ms later: a batch carries what came in the meantime
    hint during a visit ──▶ due after a rest as long as four visits: the slower they are, the more a batch carries
    somebody in this process waits ──▶ due at once
    failure ──▶ due after a back-off of its own, and after all others
    a policy that could not answer ──▶ due after such a back-off, or at the next hint

A workspace stands in it once, however often it is hinted at. Pure: the caller passes the time, in seconds.
"""

from collections.abc import Callable, Collection
from heapq import heappop, heappush
from math import inf

from ascend.domain.ids import WorkspaceId

BATCH_SECONDS = 0.05
"""Seconds from the first hint of a workspace until it is due."""
REST = 4.0
"""Rest of a workspace after a visit, as a multiple of the visit's time, unless somebody waits or more is left to do."""
LONGEST_REST = 0.4
FIRST_BACK_OFF = 0.5
"""Seconds until a workspace is tried again after its first failure. Each further failure doubles them."""
LONGEST_BACK_OFF = 60.0
LONGEST_TURN = 60.0
"""Seconds after which a doubtful workspace is as urgent as the others."""
CAPACITY = 100_000
"""Workspaces that stand in the queue. Hints at others are dropped: the sweep finds them later."""


class Heap:
    """Workspaces by the time at which they are due. Entries that are no longer valid are skipped by the queue."""

    def __init__(self) -> None:
        self.entries: list[tuple[float, int, WorkspaceId]] = []


class WorkQueue:
    """Hands out each workspace to one runner at a time.

    A workspace is doubtful if its last visit failed, or if a worker disappeared while it was at work there. It is taken
    when nothing else is due, or when it has waited for `LONGEST_TURN`; and at most `doubtful_at_once` are worked on at
    once, so that slow failures leave runners for the others.
    """

    def __init__(
        self,
        random: Callable[[], float],
        doubtful_at_once: int = 1,
        suspects: Callable[[], Collection[WorkspaceId]] = tuple,
    ) -> None:
        self.random = random
        self.doubtful_at_once = doubtful_at_once
        self.suspects = suspects
        self.dropped = 0
        """Hints that were dropped because the queue was full."""
        self._due: dict[WorkspaceId, float] = {}
        self._tries: dict[WorkspaceId, int] = {}
        """Visits, one after another, that must be repeated."""
        self._failed: set[WorkspaceId] = set()
        """Those whose last visit failed."""
        self._busy: dict[WorkspaceId, float] = {}
        """Workspaces that are worked on, since when."""
        self._again: dict[WorkspaceId, float] = {}
        """Workspaces that were hinted at while they are worked on, with the time at which they are due again."""
        self._urgent: set[WorkspaceId] = set()
        """Workspaces for which somebody waits, until they are taken."""
        self._doubtful_busy: set[WorkspaceId] = set()
        self._sound, self._doubtful = Heap(), Heap()
        self._count = 0

    def __len__(self) -> int:
        return len(self._due)

    def find_busy(self, since: float = inf) -> Collection[WorkspaceId]:
        """Return the workspaces that have been worked on since a time, or since an earlier one; the oldest in front."""
        return [workspace for workspace, taken in tuple(self._busy.items()) if taken <= since]

    def is_put_off(self, workspace: WorkspaceId) -> bool:
        """Return True if the last visit to the workspace failed: it waits for its back-off, whoever hints at it."""
        return workspace in self._failed

    def is_repeated(self, workspace: WorkspaceId) -> bool:
        """Return True if the last visit to the workspace is repeated after a back-off, unless something new happens."""
        return workspace in self._tries

    def add(self, workspace: WorkspaceId, due: float, *, is_urgent: bool = False) -> bool:
        """Let the workspace be due at this time, or earlier if it is already. An urgent one does not rest before.

        Return True if it is due earlier than it was: then runners that wait must look again.
        """
        if is_urgent and (workspace in self._busy or len(self._due) < CAPACITY):
            self._urgent.add(workspace)
        if workspace in self._busy:
            self._again[workspace] = min(due, self._again.get(workspace, due))
            return False
        if workspace in self._due:
            is_earlier = due < self._due[workspace] and not self.is_put_off(workspace)
        else:
            is_earlier = len(self._due) < CAPACITY
            self.dropped += not is_earlier
        if is_earlier:
            self._push(workspace, due)
        return is_earlier

    def take(self, now: float) -> WorkspaceId | None:
        """Return a workspace that is due, and keep others from taking it until `finish` or `put_off`."""
        for heap in self._in_order(now):
            if (due := self._first(heap)) is not None and due <= now:
                workspace = heappop(heap.entries)[2]
                del self._due[workspace]
                self._busy[workspace] = now
                self._urgent.discard(workspace)
                if heap is self._doubtful:
                    self._doubtful_busy.add(workspace)
                return workspace
        return None

    def next_due(self) -> float | None:
        """Return the time at which `take` has something, if nothing else happens."""
        times = [due for heap in self._in_order(0.0) if (due := self._first(heap)) is not None]
        return min(times, default=None)

    def finish(self, workspace: WorkspaceId, now: float, *, has_more: bool = False) -> None:
        """End a visit that did not fail. With `has_more`, the workspace goes to the end of the queue."""
        rest = min(LONGEST_REST, REST * (now - self._busy[workspace]))
        again = self._release(workspace)
        self._failed.discard(workspace)
        self._tries.pop(workspace, None)
        if has_more or (again is not None and workspace in self._urgent):
            self._push(workspace, now)
        elif again is not None:
            self._push(workspace, max(again, now + rest))

    def put_off(self, workspace: WorkspaceId, now: float) -> float:
        """End a visit that failed. Return the seconds until the next one: they grow, with jitter, up to a limit."""
        self._release(workspace)
        self._failed.add(workspace)
        wait = self._back_off(workspace)
        self._push(workspace, now + wait)
        return wait

    def repeat(self, workspace: WorkspaceId, now: float) -> None:
        """End a visit that did not fail, but left something to be tried again: after a back-off, or at the next hint."""
        again = self._release(workspace)
        self._failed.discard(workspace)
        due = now + self._back_off(workspace)
        self._push(workspace, due if again is None else max(now, min(again, due)))

    def _back_off(self, workspace: WorkspaceId) -> float:
        tries = self._tries.get(workspace, 0)
        self._tries[workspace] = tries + 1
        return min(LONGEST_BACK_OFF, FIRST_BACK_OFF * (1 << min(tries, 20))) * (1 + self.random()) / 2

    def clear(self) -> None:
        """Forget all workspaces that nobody works on."""
        self._due.clear()
        self._urgent.clear()
        self._tries.clear()
        self._failed.clear()
        self._sound, self._doubtful = Heap(), Heap()

    def _release(self, workspace: WorkspaceId) -> float | None:
        self._doubtful_busy.discard(workspace)
        del self._busy[workspace]
        return self._again.pop(workspace, None)

    def _push(self, workspace: WorkspaceId, due: float) -> None:
        is_doubtful = self.is_put_off(workspace) or workspace in self.suspects()
        self._due[workspace] = due
        self._count += 1
        heappush((self._doubtful if is_doubtful else self._sound).entries, (due, self._count, workspace))

    def _in_order(self, now: float) -> Collection[Heap]:
        """Return the heaps to take from, the more urgent one first."""
        if len(self._doubtful_busy) >= self.doubtful_at_once:
            return (self._sound,)
        waiting_since = self._first(self._doubtful)
        if waiting_since is not None and waiting_since + LONGEST_TURN <= now:
            return (self._doubtful, self._sound)
        return (self._sound, self._doubtful)

    def _first(self, heap: Heap) -> float | None:
        """Return the time of the first entry, without entries that were replaced by earlier ones."""
        while heap.entries and self._due.get(heap.entries[0][2]) != heap.entries[0][0]:
            heappop(heap.entries)
        return heap.entries[0][0] if heap.entries else None
