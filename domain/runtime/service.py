"""The command service: decides one workspace's commands in groups, and applies each exactly once across processes."""

from collections import OrderedDict
from collections.abc import Awaitable, Collection, Sequence
from datetime import datetime, timedelta
from itertools import islice

from anyio.lowlevel import checkpoint

from ascend.domain.errors import CommandTooOld, InvalidInput, QueueFull
from ascend.domain.ids import WorkspaceId
from ascend.domain.runtime.call import REFUSED, LeftVersions, Outcome, copy_error, is_verdict
from ascend.domain.runtime.dependencies import FIRST_DELAY, LONGEST_DELAY, CommandCounts, Dependencies
from ascend.domain.runtime.execution import Execution
from ascend.domain.runtime.lane import Lane
from ascend.domain.runtime.request import Receipt, Request
from ascend.domain.runtime.retry import delays

RETENTION = timedelta(days=30)
"""The time for which records of commands are kept, if the command's id carries a time. An older command is refused."""
RETENTION_SECONDS = RETENTION.total_seconds()


class CommandService:
    """Executes commands. It is safe to use from many tasks, and from many processes on the same store."""

    def __init__(self, dependencies: Dependencies) -> None:
        self.dependencies = dependencies
        self._lanes: OrderedDict[WorkspaceId, Lane] = OrderedDict()
        self._callers = 0
        """The number of callers that wait or lead, in all lanes."""

    @property
    def counts(self) -> CommandCounts:
        """The counts since the store was opened."""
        return self.dependencies.counts

    async def execute(self, request: Request) -> Receipt:
        """Apply the command, or find that it was applied before, and return its receipt.

        Commands of one workspace that are sent at the same time are written together, as one commit. After a cancellation,
        as after `OutcomeUnknown`, the outcome is unknown: send the same `command_id` again.

        Raises:
            InvalidInput: versions are expected of a kind of entity that does not exist.
            Refusal: a rule refused the command; nothing was appended.
            CommandIdReused, CommandTooOld, CommandFromTheFuture: the id cannot be used.
            Contention: too many writers; nothing was appended.
            QueueFull: too many commands wait in this process; nothing was appended.
            ProjectionBehind: too many commits wait for a worker; nothing was appended.
            OutcomeUnknown: the store gave no answer.
            UpgradeRequired, Damaged: the log holds something that this code cannot read.
            LogDiverged: the log and the views are of different histories.
        """
        (outcome,) = await self.execute_all([request])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def execute_all(self, requests: Sequence[Request]) -> Awaitable[Sequence[Outcome]]:
        """Apply commands of one workspace in their order, and return for each its receipt or its error.

        They wait in parts, so that they leave room for others. Behind an error that says nothing about its command alone
        (`is_verdict`), none is applied: the rest get a copy of it. Raises `QueueFull` for a single command.
        """
        limits = self.dependencies.limits
        size = max(1, min(limits.group_commands, limits.queued_commands // 2))
        if len(requests) <= size and self._split(requests)[1] is None:
            return self._execute_part(requests, {})
        return self._execute_parts(requests, size)

    async def _execute_parts(self, requests: Sequence[Request], size: int) -> Sequence[Outcome]:
        """Execute many commands, part by part. A command that cannot be decided ends a part."""
        left: LeftVersions = {}
        outcomes: list[Outcome] = []
        while (first := len(outcomes)) < len(requests):
            part, fault = self._split(requests[first : first + size])
            if part:
                outcomes += await self._execute_when_there_is_room(part, left)
                last = outcomes[-1]
                if isinstance(last, Exception) and not is_verdict(last):
                    break
            if fault is not None:
                left.update(dict.fromkeys(requests[len(outcomes)].expected, REFUSED))
                outcomes.append(fault)
        return [*outcomes, *(copy_error(outcomes[-1]) for _ in requests[len(outcomes) :])]  # type: ignore[type-var]

    def _split(self, requests: Sequence[Request]) -> tuple[Sequence[Request], InvalidInput | CommandTooOld | None]:
        """Return the commands before the first one that cannot be decided, and why that one cannot."""
        now, kinds = self.dependencies.environment.now(), self.dependencies.model.kinds
        for number, request in enumerate(requests):
            if (fault := find_fault(request, now, kinds)) is not None:
                return requests[:number], fault
        return requests, None

    async def _execute_when_there_is_room(self, requests: Sequence[Request], left: LeftVersions) -> Sequence[Outcome]:
        """Execute a part of many commands. Where the queue is full, wait: many commands have time."""
        for delay in delays(FIRST_DELAY, LONGEST_DELAY, count=self.dependencies.limits.attempts):
            try:
                return await self._execute_part(requests, left)
            except QueueFull:
                await self.dependencies.pause(delay)
        return await self._execute_part(requests, left)

    async def _execute_part(self, requests: Sequence[Request], left: LeftVersions) -> Sequence[Outcome]:
        now, workspace = self.dependencies.environment.now(), requests[0].workspace
        lane = self._find_lane(workspace)
        caller = lane.join(requests, now, left, self.dependencies.limits.queued_commands)
        self._callers += 1
        try:
            if not lane.leads(caller):
                await lane.wait(caller)
            elif self._callers > 1:
                await checkpoint()  # calls that are about to come join this group
            if caller.open:
                await Execution(self.dependencies, workspace, lane, caller).run()
        finally:
            self._callers -= 1
            lane.leave(caller)
        return caller.take_outcomes()

    def _find_lane(self, workspace: WorkspaceId) -> Lane:
        lane = self._lanes.get(workspace)
        if lane is None:
            lane = self._lanes[workspace] = Lane()
        self._lanes.move_to_end(workspace)
        if len(self._lanes) > self.dependencies.limits.workspaces:
            self._forget_idle_lanes(lane)
        return lane

    def _forget_idle_lanes(self, newest: Lane) -> None:
        many = len(self._lanes) - self.dependencies.limits.workspaces
        now = self.dependencies.environment.elapsed()
        idle = (key for key, lane in self._lanes.items() if lane is not newest and lane.is_idle(now))
        for oldest in list(islice(idle, many)):
            del self._lanes[oldest]


def find_fault(request: Request, now: datetime, kinds: Collection[str]) -> InvalidInput | CommandTooOld | None:
    """Return why the command cannot be decided, whatever the state of the workspace. None: it can."""
    time = request.command_id.time
    if time is not None and (age := now.timestamp() - time / 1_000) > RETENTION_SECONDS:
        return CommandTooOld(f"{request.command_id}, {age / 86_400:.0f} days")
    if unknown := sorted({ref.kind for ref in request.expected} - set(kinds)) if request.expected else ():
        return InvalidInput(f"no entity is a {unknown[0][:80]!r}: expect versions of {', '.join(kinds)}")
    return None
