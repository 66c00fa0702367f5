"""An open store: its parts, put together."""

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from weakref import WeakSet

from ascend.adapters.environment import SystemEnvironment
from ascend.adapters.operations.digest import digest_items
from ascend.adapters.operations.erase import Erased, Erasure, Progress
from ascend.adapters.operations.heads import LogHead, read_heads
from ascend.adapters.operations.prune import Pruned, prune
from ascend.adapters.operations.retime import ReportUnreadable, Retiming, ShiftedTime
from ascend.adapters.operations.verified import Verified
from ascend.adapters.operations.verify import Verifier
from ascend.adapters.sqlite.scratch import scratch_tables
from ascend.adapters.store.application_records import TableApplicationRecords
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.leases import TableLeases
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.store.reader import TableReader
from ascend.adapters.store.snapshots import TableSnapshots
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.arguments import to_id, to_ids
from ascend.domain.runtime.dependencies import Dependencies
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.runtime.service import CommandService
from ascend.projections.application import Application
from ascend.projections.build import Epochs
from ascend.projections.engine.projector import Projector
from ascend.projections.generation import CurrentGeneration
from ascend.projections.life_os import LIFE_OS
from ascend.projections.limits import PolicyLimits, ProjectionLimits
from ascend.projections.policies.install import Installation
from ascend.projections.policies.runner import PolicyRunner
from ascend.projections.queries import Queries
from ascend.projections.workers.follower import Sharing
from ascend.projections.workers.lease_keeper import LeaseKeeper
from ascend.projections.workers.ownership import Ownership
from ascend.projections.workers.rebuild import rebuild
from ascend.projections.workers.small_batches import SmallBatches
from ascend.projections.workers.status import WorkspaceStatus, status
from ascend.projections.workers.waiting import wait_until_rendered
from ascend.projections.workers.worker import Worker
from ascend.sending import CommandSender, Importing


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one process. Processes with different limits work on the same store."""

    commands: CommandLimits = field(default_factory=CommandLimits)
    projection: ProjectionLimits = field(default_factory=ProjectionLimits)
    policies: PolicyLimits = field(default_factory=PolicyLimits)


class Store(CommandSender):
    """An open store: send commands with `execute`, read with `queries`, and run `worker` to keep read items up to date.

    Open it with `open_store`, once per process and store. Many tasks of one event loop may use it at the same time. It
    works until the `async with` of `open_store` ends; then every call raises `StoreClosed`.
    """

    def __init__(
        self,
        tables: Tables,
        environment: Environment | None = None,
        app: Application = LIFE_OS,
        *,
        limits: Limits = Limits(),
    ) -> None:
        environment = environment or SystemEnvironment()
        super().__init__(app, environment, self._submit_and_wake)
        self.model = model = app.model
        self.tables = tables
        self.limits = limits
        self.current = CurrentGeneration(model, app.catalog, environment)
        self.log = TableEventLog(tables, model)
        self.views = TableViews(tables, model, environment)
        self.projector = Projector(
            self.log, self.views, model, self.current.projections, environment, limits.projection
        )
        self.reader = TableReader(tables, self.log, self.current)
        self.queries = Queries(self.reader, self.current)
        snapshots = TableSnapshots(self.views, self.current)
        small_batches = SmallBatches(self.log, self.views, model, self.current, environment)
        self.commands = CommandService(
            Dependencies(self.log, snapshots, small_batches, environment, model, limits.commands)
        )
        self.policies = PolicyRunner(
            self.log,
            self._make_installation(),
            self.commands,
            self.queries,
            self.current,
            app.policies,
            environment,
            limits.policies,
        )
        self.ownership = Ownership(app.record, TableApplicationRecords(tables), self.log, self.views)
        self._workers: WeakSet[Worker] = WeakSet()
        self.worker = self._make_worker()

    def importing(self) -> Importing:
        """Return the handle for imports: commands that are sent through it may carry a time `at`.

        `execute` of the store refuses them, whoever the actor is (`NotImported`), so that nobody writes into the past.
        """
        return Importing(self.app, self.environment, self._submit_and_wake)

    async def _submit_and_wake(self, request: Request) -> Receipt:
        self.ownership.check()
        receipt = await self.commands.execute(request)
        if not receipt.repeated:
            for worker in self._workers:
                if worker.visits(receipt.workspace):
                    worker.wake(receipt.workspace)
        return receipt

    def worker_for(self, workspaces: Iterable[WorkspaceId]) -> Worker:
        """Return a worker that keeps only these workspaces up to date, policies included.

        Use its `run_once` and `follow` like those of `worker`; `execute` wakes it. It touches no other workspace, and does
        not even list them. So it installs no policy in the whole store: a policy that is not installed yet (by `worker`,
        or when the empty store was opened with `create`) starts at the head of the given workspaces.

        Raises:
            InvalidInput: `workspaces` is no list of ids of workspaces.
        """
        return self._make_worker(to_ids("workspaces", WorkspaceId, workspaces))

    def _make_installation(self) -> Installation:
        positions, former = TablePolicyPositions(self.tables), TablePolicyPositions(self.tables, Table.VIEWS)
        names = [policy.name for policy in self.app.policies]
        return Installation(self.log, positions, former, names, self.environment, self.limits.policies)

    def _make_worker(self, only: Iterable[WorkspaceId] | None = None) -> Worker:
        parts = (self.log, self.views, self.projector, self.current, self.environment, self.policies)
        is_real = isinstance(self.environment, SystemEnvironment)  # a thread cannot follow a simulated clock
        share = self._share if only is None else None  # a worker for given workspaces must not hold a lease for all
        worker = Worker(*parts, self.limits.projection, only, self.ownership, share, has_watchdog=is_real)
        self._workers.add(worker)
        return worker

    def _share(self) -> Sharing:
        return Sharing(self.tables.change_hints(), LeaseKeeper(TableLeases(self.tables), self.environment))

    async def wait_for(self, receipt: Receipt, *, seconds: float = 10.0) -> None:
        """Wait until queries show the effect of the receipt's command.

        This is exact for queries that return a `Page`, and best effort for an `IndexPage`: an index follows its table
        by some milliseconds. It needs a running worker, in this process or in another one.

        Raises:
            NotVisibleYet: no worker has rendered the receipt's position within `seconds`.
            StoreError: the store failed.
        """
        await wait_until_rendered(
            self.reader, self.environment, receipt.workspace, receipt.position, seconds, self._hurry
        )

    def _hurry(self, workspace: WorkspaceId) -> None:
        for worker in self._workers:
            worker.hurry(workspace)

    # For operators

    async def status(self) -> AsyncIterator[WorkspaceStatus]:
        """Yield the status of every workspace: how far it is rendered, what is parked, whether it is stalled.

        Raises:
            StoreError: the store failed.
        """
        async for workspace_status in status(
            self.log, self.views, self.policies.positions, await self.worker.generation(), self.environment
        ):
            yield workspace_status

    async def heads(self) -> AsyncIterator[LogHead]:
        """Yield the end of every workspace's log, with its hash. Keep them elsewhere, for a later `verify`.

        Raises:
            StoreError: the store failed.
        """
        async for head in read_heads(self.log):
            yield head

    async def verify(self, against: Iterable[LogHead] = ()) -> Verified:
        """Read each log as one chain, fold it into a temporary file, and compare it with all stored items.

        With `against`, the commits of heads that were saved earlier must still be in the log.

        Raises:
            WrongApplication: the store belongs to another application.
            StoreError: the store failed.
        """
        await self.ownership.read()
        self.ownership.check()
        async with scratch_tables() as scratch:
            limits = self.limits.projection
            verifier = Verifier(self.tables, scratch, self.model, self.current, self.environment, limits)
            return await verifier.run(against)

    async def rebuild(
        self,
        *projections: str,
        progress: Callable[[WorkspaceId], None] | None = None,
        report_unreadable: Callable[[WorkspaceId, Exception], None] | None = None,
    ) -> Epochs:
        """Build the named projections (or all) from the log beside the old items, then switch. Return the new epochs.

        Safe to stop and to run again. `progress` is called with each workspace that is built. A workspace that cannot be
        read to its end stops no other: `report_unreadable` is called with it and the reason.

        Raises:
            InvalidInput: there is no projection of this name.
            Contention: another rebuild has switched in the meantime.
            LogDiverged: another projection was built from another log: rebuild all projections.
            UnreadableLog: this process cannot read all commits that were read before; it did not switch.
            WrongApplication: the store belongs to another application.
            StoreError: the store failed.
        """
        await self.ownership.claim_all()
        return await rebuild(self.log, self.views, self.worker, self.current, projections, progress, report_unreadable)

    async def prune(self, *, even_if_in_use: bool = False) -> Pruned:
        """Remove the records and items of earlier generations. Safe to stop and to run again.

        Raises:
            InvalidInput: an earlier generation is, or will be, in use; `even_if_in_use` overrides the check of recent
                work by old workers.
            UpgradeRequired: the store's application has had an event that this process does not know.
            WrongApplication: the store belongs to another application.
            StoreError: the store failed.
        """
        await self.ownership.claim_all()
        return await prune(self.tables, self.views, await self.worker.generation(), even_if_in_use=even_if_in_use)

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
        return await digest_items(self.tables, await self.worker.generation())
