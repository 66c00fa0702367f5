"""An open store: its parts, put together.

Most processes need some of the parts only. So what stands above the command path is imported and made when it is first used.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import ref

from ascend.adapters.environment import LoopClock, SystemEnvironment
from ascend.adapters.store.application_records import TableApplicationRecords
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.store.reader import TableReader
from ascend.adapters.store.snapshots import TableSnapshots
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.item import Table
from ascend.adapters.table.port import Tables
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.arguments import to_ids
from ascend.domain.runtime.call import Outcome
from ascend.domain.runtime.dependencies import Dependencies
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.runtime.service import CommandService
from ascend.operating import StoreOperations
from ascend.projections.application import Application
from ascend.projections.generation import CurrentGeneration
from ascend.projections.life_os import LIFE_OS
from ascend.projections.limits import PolicyLimits, ProjectionLimits, within_budget
from ascend.projections.policies.install import Installation
from ascend.projections.policies.runner import PolicyRunner
from ascend.projections.queries import Queries
from ascend.projections.workers.ownership import Ownership
from ascend.projections.workers.small_batches import SmallBatches
from ascend.projections.workers.waiting import wait_until_rendered
from ascend.projections.workers.worker import Worker
from ascend.sending import CommandSender, Importing

if TYPE_CHECKING:
    from ascend.projections.engine.building.meter import WorkMeter
    from ascend.projections.engine.projector import Projector
    from ascend.projections.workers.follower import Sharing
    from ascend.projections.workers.full_build import Progress
    from ascend.projections.workers.rebuild import Rebuild, ReportUnreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one process. Processes with different limits work on the same store."""

    commands: CommandLimits = field(default_factory=CommandLimits)
    projection: ProjectionLimits = field(default_factory=ProjectionLimits)
    policies: PolicyLimits = field(default_factory=PolicyLimits)


class Store(CommandSender, StoreOperations):
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
        self.projection_limits = limits.projection
        self.current = CurrentGeneration(model, app.catalog, environment)
        self.log = TableEventLog(tables, model)
        self.views = TableViews(tables, model, environment)
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
        self._workers: list[ref[Worker]] = []

    @cached_property
    def worker(self) -> Worker:
        """Keeps the read items of all workspaces up to date, and runs the policies."""
        return self._make_worker()

    @cached_property
    def _projector(self) -> "Projector":
        return self._make_projector(self.views, self.limits.projection)

    def importing(self) -> Importing:
        """Return the handle for imports: commands that are sent through it may carry a time `at`.

        `execute` of the store refuses them, whoever the actor is (`NotImported`), so that nobody writes into the past.
        """
        return Importing(self.app, self.environment, self._submit_and_wake)

    async def _submit_and_wake(self, requests: Sequence[Request]) -> Sequence[Outcome]:
        self.ownership.check()
        outcomes = await self.commands.execute_all(requests)
        if any(map(is_first_receipt, outcomes)):
            workspace = requests[0].workspace
            for worker in self._living_workers():
                if worker.visits(workspace):
                    worker.wake(workspace)
        return outcomes

    def worker_for(self, workspaces: Iterable[WorkspaceId]) -> Worker:
        """Return a worker that keeps only these workspaces up to date, policies included.

        Use its `run_once` and `follow` like those of `worker`; `execute` wakes it. It touches no other workspace, and does
        not even list them. So it installs no policy in the whole store: a policy that is not installed yet (by `worker`,
        or when the empty store was opened with `create`) starts at the head of the given workspaces.

        Raises:
            InvalidInput: `workspaces` is no list of ids of workspaces.
        """
        return self._make_worker(to_ids("workspaces", WorkspaceId, workspaces))

    def _make_projector(
        self, views: TableViews, limits: ProjectionLimits, meter: "WorkMeter | None" = None
    ) -> "Projector":
        from ascend.adapters.sqlite.scratch_states import scratch_states
        from ascend.projections.engine.building.builder import GenerationBuilder
        from ascend.projections.engine.building.entity_states import SpillingStates
        from ascend.projections.engine.leading import Leader
        from ascend.projections.engine.projector import Projector

        parts = (self.log, views, self.model, self.current.projections, self.environment, limits)
        builder = GenerationBuilder(*parts, lambda: SpillingStates(scratch_states(self.model)), meter)
        return Projector(*parts, Leader(views, self.current), builder)

    def _make_rebuild(
        self,
        budget: float | None = None,
        progress: "Progress | None" = None,
        report_unreadable: "ReportUnreadable | None" = None,
    ) -> "Rebuild":
        """Return a rebuild that keeps to a budget of write units a second, if there is one."""
        from ascend.adapters.table.paced import PacedTables
        from ascend.projections.engine.building.meter import WorkMeter
        from ascend.projections.workers.rebuild import Rebuild
        from ascend.projections.workers.switching import Switching

        views, limits, meter = self.views, self.limits.projection, WorkMeter()
        if budget is not None:
            limits = within_budget(limits, budget)
            views = TableViews(PacedTables(self.tables, budget, self.environment), self.model, self.environment)
        projector = self._make_projector(views, limits, meter)
        worker = Worker(self.log, views, projector, self.current, self.environment, limits=limits)
        return Rebuild(worker, Switching(self.views, self.current), meter, progress, report_unreadable)

    def _make_installation(self) -> Installation:
        positions, former = TablePolicyPositions(self.tables), TablePolicyPositions(self.tables, Table.VIEWS)
        names = [policy.name for policy in self.app.policies]
        return Installation(self.log, positions, former, names, self.environment, self.limits.policies)

    def _make_worker(self, only: Iterable[WorkspaceId] | None = None) -> Worker:
        from ascend.adapters.watchdog import watch_event_loop

        parts = (self.log, self.views, self._projector, self.current, self.environment, self.policies)
        watch = (
            watch_event_loop if isinstance(self.environment, SystemEnvironment) else None
        )  # no thread in a simulation
        share = self._share if only is None else None  # a worker for given workspaces must not hold a lease for all
        worker = Worker(*parts, self.limits.projection, only, self.ownership, share, watch=watch)
        self._workers = [*map(ref, self._living_workers()), ref(worker)]
        return worker

    def _living_workers(self) -> list[Worker]:
        """Return the workers that somebody holds."""
        return [worker for known in self._workers if (worker := known()) is not None]

    def _share(self) -> "Sharing":
        from ascend.adapters.store.leases import TableLeases
        from ascend.projections.workers.follower import Sharing
        from ascend.projections.workers.lease_keeper import LeaseKeeper

        return Sharing(self.tables.change_hints(), LeaseKeeper(TableLeases(self.tables), self._clock()))

    def _clock(self) -> Environment:
        is_real = isinstance(self.environment, SystemEnvironment)
        return self.environment if is_real else LoopClock(self.environment)

    async def wait_for(self, receipt: Receipt, *, seconds: float = 10.0) -> None:
        """Wait until queries show the effect of the receipt's command.

        This is exact for queries that return a `Page`, and best effort for an `IndexPage`: an index follows its table
        by some milliseconds. It needs a running worker, in this process or in another one.

        Raises:
            NotVisibleYet: no worker has rendered the receipt's position within `seconds`.
            StoreError: the store failed.
        """
        await wait_until_rendered(self.reader, self.current, receipt.workspace, receipt.position, seconds, self._hurry)

    def _hurry(self, workspace: WorkspaceId) -> None:
        for worker in self._living_workers():
            worker.hurry(workspace)


def is_first_receipt(outcome: Outcome) -> bool:
    """Return True if the command was applied now, and not before."""
    return isinstance(outcome, Receipt) and not outcome.repeated
