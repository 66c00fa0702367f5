"""The methods of an open store that operators use: status, verification, erasure, and what is parked.

Each imports its job when it runs.
"""

from collections.abc import AsyncIterator, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from ascend.adapters.operations.heads import LogHead, read_heads
from ascend.adapters.operations.results import Erased, Progress, ReportUnreadable, ShiftedTime
from ascend.adapters.operations.verified import Verified
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.port import Tables
from ascend.domain.errors import Contention, InvalidInput, UnreadableLog
from ascend.domain.ids import Ref, WorkspaceId
from ascend.domain.runtime.arguments import to_id
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.service import CommandService
from ascend.generations import GenerationOperations
from ascend.projections.generation import CurrentGeneration
from ascend.projections.limits import ProjectionLimits
from ascend.projections.policies.runner import PolicyRunner
from ascend.projections.queries import Queries
from ascend.projections.workers.ownership import Ownership
from ascend.projections.workers.problems import ParkedEntity
from ascend.projections.workers.results import RetriedEntity
from ascend.projections.workers.status import WorkspaceStatus, status
from ascend.projections.workers.worker import Worker


class StoreOperations(GenerationOperations):
    """The part of `Store` for operators. `Store` makes its parts."""

    if TYPE_CHECKING:  # parts that the class uses; they are no part of what `Store` offers
        tables: Tables
        model: Model
        environment: Environment
        current: CurrentGeneration
        log: TableEventLog
        views: TableViews
        queries: Queries
        commands: CommandService
        policies: PolicyRunner
        ownership: Ownership
        projection_limits: ProjectionLimits

        @cached_property
        def worker(self) -> Worker: ...

    async def status(self) -> AsyncIterator[WorkspaceStatus]:
        """Yield the status of every workspace: how far it is rendered, what is parked, whether it is stalled.

        Raises:
            StoreError: the store failed.
        """
        async for workspace_status in status(
            self.log, self.views, self.policies.positions, await self.worker.generation(), self.environment
        ):
            yield workspace_status

    async def parked(self, workspace: WorkspaceId | None = None) -> AsyncIterator[ParkedEntity]:
        """Yield the entities that a projection cannot render, of one workspace or of all, with the reasons.

        Raises:
            InvalidInput: `workspace` is no id of a workspace.
            DamagedViews: an item of a parked entity cannot be read.
            StoreError: the store failed.
        """
        from ascend.projections.workers.parking import Parking

        async for each in self._chosen(workspace):
            async for entity in Parking(self.worker).list(each):
                yield entity

    async def retry_parked(
        self, workspace: WorkspaceId | None = None, entity: Ref | None = None, *, projection: str | None = None
    ) -> AsyncIterator[RetriedEntity]:
        """Render parked entities again, without a new event, and yield each with its outcome.

        Do this where the cause was temporary, or once the code that runs here is mended. `workspace`, `entity` and
        `projection` narrow the choice. Workspaces with parked entities are caught up with first. A workspace that fails
        holds up no other: its error is raised in the end.

        Raises:
            InvalidInput: an argument has the wrong type, or no projection has the name.
            WrongApplication: the store belongs to another application.
            UnreadableLog: a workspace is stalled.
            Contention: other workers move a workspace all the time.
            StoreError: the store failed.
        """
        from ascend.projections.workers.parking import Parking, check_choice

        await self.ownership.claim()
        chosen = check_choice(self.current, entity, projection)
        parking = Parking(self.worker)
        errors: list[Exception] = []
        async for each in self._chosen(workspace):
            try:
                if await parking.is_empty(each):
                    continue
                async for retried in parking.retry(each, *chosen):
                    yield retried
            except (UnreadableLog, Contention) as error:
                errors.append(error)
        if errors:
            raise errors[0]

    async def _chosen(self, workspace: WorkspaceId | None) -> AsyncIterator[WorkspaceId]:
        """Yield this workspace, or all if it is None."""
        if workspace is not None:
            yield to_id("workspace", WorkspaceId, workspace)
            return
        async for each in self.log.workspaces():
            yield each

    async def heads(self) -> AsyncIterator[LogHead]:
        """Yield the end of every workspace's log, with its hash. Keep them elsewhere, for a later `verify`.

        Raises:
            StoreError: the store failed.
        """
        async for head in read_heads(self.log):
            yield head

    async def verify(
        self, against: Iterable[LogHead] = (), *, sample: int | None = None, repair: bool = False
    ) -> Verified:
        """Read each log as one chain, fold it into a temporary file, and compare it with all stored items and both indexes.

        Workers may go on meanwhile. With `against`, the commits of heads that were saved earlier must still be in the log.
        With `sample`, only so many workspaces are verified, chosen at random. With `repair`, read items of the current
        generation that are not as the log makes them are mended, in workspaces where nothing is parked.

        Raises:
            InvalidInput: `sample` is below 1.
            UpgradeRequired: with `repair`, the store's application has had an event that this process does not know.
            WrongApplication: the store belongs to another application.
            StoreError: the store failed.
        """
        from ascend.adapters.operations.verify import Verifier
        from ascend.adapters.sqlite.scratch import scratch_tables

        if sample is not None and sample < 1:
            raise InvalidInput(f"a sample has at least one workspace, not {sample}")
        await self.ownership.read()
        self.ownership.check()
        if repair:
            await self.ownership.claim_all()
        async with scratch_tables() as scratch:
            limits = self.projection_limits
            verifier = Verifier(self.tables, scratch, self.model, self.current, self.environment, limits)
            return await verifier.run(against, sample=sample, repair=repair)

    async def retime(
        self,
        workspace: WorkspaceId | None = None,
        *,
        apply: bool = False,
        report_unreadable: ReportUnreadable | None = None,
    ) -> AsyncIterator[ShiftedTime]:
        """Yield the dates of open and started Tasks whose moment is no longer their wall time: the rules of a zone changed.

        With `apply`, each is corrected by a `ScheduleTask`. Safe to stop and to run again. It renders all workspaces, or one,
        before it looks. `report_unreadable` is called with each that cannot be read, and with the reason.

        Raises:
            InvalidInput: the application has no Tasks.
            NotFound: there is no such `workspace`.
            UnreadableLog: the log of `workspace` cannot be read.
            WrongApplication: the store belongs to another application.
            StoreError: the store failed.
        """
        from ascend.adapters.operations.retime import Retiming

        await self.ownership.read()
        self.ownership.check()
        await self.worker.generation()
        job = Retiming(self.queries, self.commands, self.worker.catch_up, apply=apply)
        named = None if workspace is None else to_id("workspace", WorkspaceId, workspace)
        async for time in job.run(named) if named else job.run_all(self.log.workspaces(), report_unreadable):
            yield time

    async def erase(
        self, workspace: WorkspaceId, *, progress: Progress | None = None, workers_stopped: bool = False
    ) -> Erased:
        """Remove a workspace for good, also one whose log or views cannot be read. Its id stays taken; nothing else remains.

        Takes more than 15 minutes, because a worker that knows the workspace may still write during that time.
        `workers_stopped` skips this wait: set it only if no worker runs or wakes up. Safe to stop and to run again.

        Raises:
            NotFound: there is no such workspace.
            WrongApplication: the store belongs to another application.
            StoreError: the store failed.
            Contention, OutcomeUnknown: as for `execute`.
        """
        from ascend.adapters.operations.erase import Erasure

        await self.ownership.claim()
        generation = await self.worker.generation()
        erased = to_id("workspace", WorkspaceId, workspace)
        job = Erasure(self.log, self.views, self.commands, generation, self.environment, erased, progress)
        return await job.run(workers_stopped=workers_stopped)

    async def digest(self) -> tuple[str, int]:
        """Read all live read items. Return one number (hexadecimal) for their content, and how many there are.

        Raises:
            StoreError: the store failed.
        """
        from ascend.adapters.operations.digest import digest_items

        return await digest_items(self.tables, await self.worker.generation())
