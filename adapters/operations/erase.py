"""Erase: remove a workspace for good. Only the slots of its log remain. No other job replaces commits.

    append WorkspaceErased ─▶ mark its registry entry ─▶ empty commit 1 ─▶ remove members' lines, then records
    ─▶ empty the other commits ─▶ sweep views and policy positions ─▶ wait for late workers ─▶ sweep again

Every step may be done twice, so a job that stopped anywhere is run again. From the first stub on, every command is
refused and no worker begins. Without members' lines no query shows anything. A worker that began before the first stub
starts its last write some minutes later, which is the reason for the second sweep. The slots stay for ever: a late writer
finds them taken. What is erased is never decoded, so a workspace whose log or views cannot be read is erased like any other.
"""

from ascend.adapters.layout import keys
from ascend.adapters.operations.log_emptier import LogEmptier
from ascend.adapters.operations.lost_replies import write_until_answered
from ascend.adapters.operations.results import Erased, Progress
from ascend.adapters.operations.view_sweeper import ViewSweeper
from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import TableViews
from ascend.adapters.table.conditions import Equals
from ascend.adapters.table.item import Item, Table
from ascend.domain.errors import LogDiverged, ProjectionBehind, UnreadableLog
from ascend.domain.ids import OPERATOR_USER, CommandId, WorkspaceId
from ascend.domain.runtime.logs import Log
from ascend.domain.runtime.ports import Environment
from ascend.domain.runtime.request import Request
from ascend.domain.runtime.service import CommandService
from ascend.domain.workspaces.lifecycle import EraseWorkspace
from ascend.domain.workspaces.workspace import WorkspaceIsErased
from ascend.projections.build import Generation
from ascend.projections.deadline import LATEST_WRITE

log = Log("ascend.operations")
LATE_WRITE_SECONDS = LATEST_WRITE + 5 * 60.0
"""The time after which no worker that began before the erasure can still write: its last write has ended by then."""
REPORT_SECONDS = 5.0
"""The time between two reports of the remaining wait."""


class Erasure:
    """One run of the job. `generation` is the one that this process reads."""

    def __init__(
        self,
        log: TableEventLog,
        views: TableViews,
        commands: CommandService,
        generation: Generation,
        environment: Environment,
        workspace: WorkspaceId,
        progress: Progress | None = None,
    ) -> None:
        self.log = log
        self.tables = log.tables
        self.commands = commands
        self.generation = generation
        self.environment = environment
        self.workspace = workspace
        self.progress = progress
        self.emptier = LogEmptier(log, environment, workspace)
        self.sweeper = ViewSweeper(views, workspace)

    async def run(self, *, workers_stopped: bool) -> Erased:
        """Erase the workspace. With `workers_stopped`, do not wait for late workers.

        Raises:
            NotFound: the workspace never existed.
            LogDiverged: a commit was replaced behind this job's back.
            StoreUnavailable: the store gave no answer to several attempts at a write.
            Contention, OutcomeUnknown: as for `CommandService.execute`.
        """
        position = await self._append_erasure()
        await self._unregister()
        await self._empty_commits(1, min(1, position - 1))
        await self.sweeper.close_access(self.generation)
        await self._empty_commits(2, position - 1)
        began = self.environment.elapsed()
        await self._sweep("Sweeping the views")
        if not workers_stopped:
            await self._wait_for_late_workers(began)
            await self._sweep("Sweeping again")
        removed = self.sweeper.removed
        erased = self.emptier.emptied
        log.debug("workspace.erased", workspace=self.workspace, commits=erased, items=removed.total())
        return Erased(self.workspace, position, erased, dict(sorted(removed.items())))

    async def _append_erasure(self) -> int:
        """Append `WorkspaceErased`, unless an earlier run has done so. Return its position.

        The command id is new each time. Somebody else could use an id that can be guessed. If the log or the snapshots
        cannot be read, or no worker ran for long, no command can be decided: the erasure is appended without one.
        """
        command_id = CommandId(self.environment.new_id())
        request = Request(
            workspace=self.workspace, command=EraseWorkspace(), actor=OPERATOR_USER, command_id=command_id
        )
        try:
            await self.commands.execute(request)
        except (UnreadableLog, ProjectionBehind, WorkspaceIsErased) as error:  # the last by an earlier run, or a stub
            log.debug("workspace.erased_unread", workspace=self.workspace, error=type(error).__name__)
            await self.emptier.append_erasure()
        position = await self.emptier.find_erasure()
        if position is None:
            head = await self.log.last_position(self.workspace)
            raise LogDiverged(f"workspace {self.workspace}: position {head} should be its erasure")
        return position

    async def _unregister(self) -> None:
        """Replace the registry entry, so that it keeps its slot.

        Otherwise the entry of a late creator would show the workspace to every process again.
        """
        entry = Item(keys.registry_key(self.workspace), {"erased": True})
        when = Equals({"erased": None})
        await write_until_answered(self.environment, lambda: self.tables.put(Table.EVENTS, entry, when))

    async def _empty_commits(self, first: int, last: int) -> None:
        """Replace the commits from `first` to `last` by stubs."""
        await self.emptier.empty(first, last, lambda done: self._report("Emptying commits", done, last))

    async def _sweep(self, stage: str) -> None:
        await self.sweeper.sweep(lambda count: self._report(stage, count, None))

    async def _wait_for_late_workers(self, began: float) -> None:
        while (waited := self.environment.elapsed() - began) < LATE_WRITE_SECONDS:
            self._report("Waiting for late workers", int(waited), int(LATE_WRITE_SECONDS))
            await self.environment.sleep(REPORT_SECONDS)

    def _report(self, stage: str, done: int, total: int | None) -> None:
        if self.progress is not None:
            self.progress(stage, done, total)
