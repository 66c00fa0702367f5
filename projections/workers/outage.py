"""Tells a store that fails from workspaces that fail: only the first one makes a worker pause."""

from collections.abc import Awaitable, Callable

from ascend.domain.errors import AccessDenied, StoreError, StoreMissing, StoreUnavailable
from ascend.domain.ids import WorkspaceId

PASSING: tuple[type[StoreError], ...] = (StoreUnavailable, AccessDenied, StoreMissing)
"""Errors that may pass: throttling ends, credentials are renewed, a table that was dropped is created again."""
IN_A_ROW = 8
"""Workspaces that fail, one after another, before the worker asks whether the store answers at all."""


class Outage:
    """Counts the workspaces that failed since one did not. `probe` asks the store, and raises `StoreError` if it fails."""

    def __init__(self, probe: Callable[[], Awaitable[object]]) -> None:
        self.probe = probe
        self._failed: dict[WorkspaceId, None] = {}
        self._is_known = False

    def end(self) -> None:
        """Count anew: the store has answered."""
        self._failed.clear()
        self._is_known = False

    async def find(self, workspace: WorkspaceId) -> StoreError | None:
        """Take in that a workspace failed. Return the error of the whole store, if it fails, too."""
        self._failed[workspace] = None
        if len(self._failed) < IN_A_ROW and not self._is_known:
            return None
        self._failed.clear()
        try:
            await self.probe()
        except PASSING as error:
            self._is_known = True
            return error
        self._is_known = False
        return None
