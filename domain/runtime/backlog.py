"""The backlog of a workspace: the commits that no worker has folded yet, and what one caller does about them.

commits behind *folded*   0 ─────────── half of `tail_commits` ─────────────── `tail_commits` ───────────────────────▶
the calls of a caller       are decided   run one small batch, are decided      run one small batch, are refused while
                                                                                more than `tail_commits` are left

The same holds for the events in these commits, with `tail_events`.
"""

from typing import NoReturn

from ascend.domain.errors import AccessDenied, ProjectionBehind, StoreError, StoreUnavailable
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.dependencies import Dependencies
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.ports import Folded

log = Log("ascend.commands")


class Backlog:
    """Runs at most one small batch of a worker's work for one caller, however often its calls are decided."""

    def __init__(self, dependencies: Dependencies, workspace: WorkspaceId) -> None:
        self.dependencies = dependencies
        self.workspace = workspace
        self.limit = dependencies.limits.tail_commits
        self.events_limit = dependencies.limits.tail_events
        self._was_tried = False
        self._failure: StoreError | None = None

    def is_long(self, cache: WorkspaceCache) -> bool:
        """Return True if so much is not folded that the command has to run a small batch."""
        return cache.unfolded > self.limit // 2 or cache.is_full()

    async def reduce(self) -> int | None:
        """Run the small batch. Return how many commits wait after it; None if it was tried before, or failed.

        A store that does not answer, or that refuses the permission, only matters once the backlog is too long.
        """
        if self._was_tried:
            return None
        self._was_tried = True
        try:
            left = await self.dependencies.inline_work.run_small_batch(self.workspace)
        except (AccessDenied, StoreUnavailable) as error:
            log.warning("command.small_batch_failed", workspace=self.workspace, error=type(error).__name__)
            self._failure = error
            return None
        self.dependencies.counts.batches += 1
        log.debug("command.small_batch", workspace=self.workspace, left=left)
        return left

    async def reduce_enough(self, folded: Folded) -> None:
        """Run the small batch, where more than `tail_commits` commits follow *folded*.

        Raises:
            ProjectionBehind: it was not enough.
        """
        left = await self.reduce()
        if left is None or left > self.limit:
            too_many = f"more than {self.limit:,} commits or {self.events_limit:,} events after position {folded}"
            self._refuse(too_many if left is None else f"{left:,} commits")

    def check(self, cache: WorkspaceCache) -> None:
        """Raise `ProjectionBehind` if more commits or events are not folded than a command may read."""
        if cache.unfolded > self.limit or cache.unfolded_events > self.events_limit:
            self._refuse(f"{cache.unfolded:,} commits with {cache.unfolded_events:,} events")

    def _refuse(self, waiting: str) -> NoReturn:
        failure = self._failure
        reason = "" if failure is None else f"; no small batch here: {type(failure).__name__}: {failure.detail}"
        raise ProjectionBehind(f"workspace {self.workspace}: {waiting}{reason}") from failure
