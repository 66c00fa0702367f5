"""The command service: executes one workspace's commands one after another, and each exactly once across processes."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta

import anyio

from ascend.domain.errors import CommandTooOld, LogDiverged, ProjectionBehind, Refusal
from ascend.domain.ids import CommandId, WorkspaceId
from ascend.domain.runtime.backlog import Backlog
from ascend.domain.runtime.cache import WorkspaceCache
from ascend.domain.runtime.dependencies import CommandCounts, Dependencies
from ascend.domain.runtime.execution import Execution
from ascend.domain.runtime.request import Receipt, Request, check_expected

RETENTION = timedelta(days=30)
"""The time for which records of commands are kept, if the command's id carries a time. An older command is refused."""


@dataclass(slots=True)
class Lane:
    """One workspace in this process: its commands take turns."""

    lock: anyio.Lock = field(default_factory=anyio.Lock)
    users: int = 0
    """The number of calls that wait or run."""
    cache: WorkspaceCache | None = None


class CommandService:
    """Executes commands. It is safe to use from many tasks, and from many processes on the same store."""

    def __init__(self, dependencies: Dependencies) -> None:
        self.dependencies = dependencies
        self._lanes: OrderedDict[WorkspaceId, Lane] = OrderedDict()

    @property
    def counts(self) -> CommandCounts:
        """The counts since the store was opened."""
        return self.dependencies.counts

    async def execute(self, request: Request) -> Receipt:
        """Apply the command, or find that it was applied before, and return its receipt.

        After a cancellation, as after `OutcomeUnknown`, the outcome is unknown: send the same `command_id` again.

        Raises:
            InvalidInput: versions are expected of a kind of entity that does not exist.
            Refusal: a rule refused the command; nothing was appended.
            CommandIdReused, CommandTooOld, CommandFromTheFuture: the id cannot be used.
            Contention: too many writers; nothing was appended.
            ProjectionBehind: too many commits wait for a worker; nothing was appended.
            OutcomeUnknown: the store gave no answer.
            UpgradeRequired, Damaged: the log holds something that this code cannot read.
            LogDiverged: the log and the views are of different histories.
        """
        self._check_age(request.command_id)
        check_expected(request, self.dependencies.model.kinds)
        lane = self._lane(request.workspace)
        lane.users += 1
        try:
            async with lane.lock:
                return await self._run(lane, request)
        finally:
            lane.users -= 1

    async def _run(self, lane: Lane, request: Request) -> Receipt:
        backlog = Backlog(self.dependencies, request.workspace)  # one for both: a command runs one small batch
        if lane.cache is not None:
            try:
                return await self._execute(lane, request, backlog)
            except LogDiverged:
                pass  # perhaps only the cache is of another log: once more, without it
        return await self._execute(lane, request, backlog)

    async def _execute(self, lane: Lane, request: Request, backlog: Backlog) -> Receipt:
        cache, lane.cache = lane.cache, None  # an interruption leaves no half-true cache behind
        execution = Execution(self.dependencies, request, cache, backlog)
        try:
            receipt = await execution.run()
        except (Refusal, ProjectionBehind):
            lane.cache = execution.loader.cache  # it holds what was read up to a head
            raise
        lane.cache = execution.loader.cache
        return receipt

    def _check_age(self, command_id: CommandId) -> None:
        if command_id.time is None:
            return
        age = self.dependencies.environment.now().timestamp() - command_id.time / 1_000
        if age > RETENTION.total_seconds():
            raise CommandTooOld(f"{command_id}, {age / 86_400:.0f} days")

    def _lane(self, workspace: WorkspaceId) -> Lane:
        lane = self._lanes.setdefault(workspace, Lane())
        self._lanes.move_to_end(workspace)
        if len(self._lanes) > self.dependencies.limits.workspaces:
            idle = (key for key, other in self._lanes.items() if not other.users and other is not lane)
            if (oldest := next(idle, None)) is not None:
                del self._lanes[oldest]
        return lane
