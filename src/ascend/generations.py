"""The methods of an open store that build, switch and remove generations of read items."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from ascend.adapters.operations.results import Pruned
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.port import Tables
from ascend.domain.ids import WorkspaceId
from ascend.projections.generation import CurrentGeneration
from ascend.projections.generation_state import GenerationState
from ascend.projections.workers.estimate import RebuildProgress
from ascend.projections.workers.ownership import Ownership
from ascend.projections.workers.readiness import Readiness, watch
from ascend.projections.workers.switching import Switching

if TYPE_CHECKING:
    from ascend.projections.workers.rebuild import Rebuild


class GenerationOperations:
    """The part of `Store` for rebuilds and deployments. `Store` makes its parts."""

    if TYPE_CHECKING:  # parts that the class uses; they are no part of what `Store` offers
        tables: Tables
        current: CurrentGeneration
        log: TableEventLog
        views: TableViews
        ownership: Ownership
        _make_rebuild: Callable[..., "Rebuild"]

    async def rebuild(
        self,
        *projections: str,
        budget: float | None = None,
        progress: Callable[[RebuildProgress], None] | None = None,
        report_unreadable: Callable[[WorkspaceId, Exception], None] | None = None,
    ) -> GenerationState:
        """Build the named projections (or all) from the log beside the old items, then switch. Return the new state.

        Safe to stop and to run again. With `budget`, this process writes at most so many write units a second.
        `progress` is called about twice a second, with an estimate of the time that is left. A workspace that cannot be
        read to its end stops no other: `report_unreadable` is called with it and the reason.

        Raises:
            InvalidInput: there is no projection of this name, or `budget` is not above 0.
            SwitchConflict: something else is announced, or somebody has withdrawn this rebuild.
            LogDiverged: another projection was built from another log: rebuild all projections.
            UnreadableLog: this process cannot read all commits that were read before; it did not switch.
            WrongApplication: the store belongs to another application.
            StoreError: the store failed.
        """
        job = self._make_rebuild(budget, progress, report_unreadable)
        await self.ownership.claim_all()
        return await job.run(projections)

    def _switching(self) -> Switching:
        return Switching(self.views, self.current)

    async def roll_back(self, *projections: str) -> GenerationState:
        """Switch back to the previous generation, or only the named projections to their previous builds.

        The way back exists until `prune`. Workers have kept the previous generation true, so this takes seconds.

        Raises:
            InvalidInput: there is no previous generation, or no projection of this name differs in it.
            SwitchConflict: something else is announced.
            NotReady: the previous generation belongs to other code, and no worker of that code runs.
            WrongApplication: the store belongs to another application.
            StoreError: the store failed.
        """
        await self.ownership.claim_all()
        return await self._make_rebuild().roll_back(projections)

    async def withdraw(self) -> GenerationState:
        """Take back what is announced: a rebuild or a deployment that shall not be finished. Return the new state.

        Raises:
            SwitchConflict: another process changes the generations.
            WrongApplication: the store belongs to another application.
            StoreError: the store failed.
        """
        return await (await self._claim_switching()).withdraw()

    async def switch(self) -> GenerationState:
        """End a deployment: switch to the generation of new code. Processes of the old code answer no queries afterwards.

        Raises:
            SwitchConflict: no generation is at hand.
            WrongApplication: the store belongs to another application.
            StoreError: the store failed.
        """
        switching = await self._claim_switching()
        return await switching.switch(await switching.claim())

    async def _claim_switching(self) -> Switching:
        await self.ownership.claim()
        return self._switching()

    async def ready(self, *, wait: bool = False, report: Callable[[Readiness], None] | None = None) -> Readiness:
        """Return whether queries of this code are answered and, if not, how far that is.

        With `wait`, return once they are: this gates a deployment. Meanwhile, `report` is called with each look.

        Raises:
            StoreError: the store failed.
        """
        return await watch(self.log, self.views, self.current, report, wait=wait)

    async def prune(self, *, even_if_in_use: bool = False) -> Pruned:
        """Remove the records and items of earlier generations. Safe to stop and to run again.

        Raises:
            InvalidInput: an earlier generation is, or will be, in use; `even_if_in_use` overrides the check of recent
                work by old workers.
            UpgradeRequired: the store's application has had an event that this process does not know.
            WrongApplication: the store belongs to another application.
            StoreError: the store failed.
        """
        from ascend.adapters.operations.prune import prune

        await self.ownership.claim_all()
        return await prune(self.tables, self.views, self._switching(), even_if_in_use=even_if_in_use)
