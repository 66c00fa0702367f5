"""Retime: find planned Tasks whose moment is no longer their wall time, because the rules of its zone have changed.

    cards of open and started Tasks ──▶ their wall times by the zone's present rules ──▶ another moment? list it
                                                                         with apply ──▶ ScheduleTask, as for everybody

Times without a wall time, from versions before 0.3, say nothing about what people meant: they are passed over. The id of a
correction follows from the version of the Task and from the new times. So a second run, also one after a crash, corrects
nothing twice; and a Task that somebody has changed meanwhile is left to the next run.
"""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from ascend.adapters.operations.results import ReportUnreadable, ShiftedTime
from ascend.domain.errors import (
    CommandIdReused,
    Contention,
    InvalidInput,
    NotFound,
    OutcomeUnknown,
    ProjectionBehind,
    Refusal,
    UnreadableLog,
)
from ascend.domain.ids import POLICIES, CommandId, Ref, TaskId, WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.runtime.request import Request
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.task import Status, Task
from ascend.domain.values import Due, ZonedTime
from ascend.domain.zones import by_present_rules
from ascend.projections.policies.sender import CommandExecutor
from ascend.projections.queries import OPERATOR, Queries
from ascend.projections.read_models.tasks import TaskCard

NOT_CORRECTED = (Refusal, InvalidInput, CommandIdReused, Contention, ProjectionBehind, OutcomeUnknown)
"""Errors of one correction. The others go on."""

CatchUp = Callable[[WorkspaceId], Awaitable[object]]
"""Renders a workspace up to its head."""


class Retiming:
    """One run of the job."""

    def __init__(self, queries: Queries, commands: CommandExecutor, catch_up: CatchUp, *, apply: bool) -> None:
        self.queries = queries
        self.catch_up = catch_up
        self.commands = commands
        self.apply = apply

    async def run_all(
        self, workspaces: AsyncIterable[WorkspaceId], report_unreadable: ReportUnreadable | None = None
    ) -> AsyncIterator[ShiftedTime]:
        """Yield the shifted times of all these workspaces. One that cannot be read is reported, and stops no other."""
        async for workspace in workspaces:
            try:
                async for time in self.run(workspace):
                    yield time
            except NotFound:  # erased, or never begun
                continue
            except UnreadableLog as error:
                if report_unreadable is not None:
                    report_unreadable(workspace, error)

    async def run(self, workspace: WorkspaceId) -> AsyncIterator[ShiftedTime]:
        """Render the workspace, then yield each shifted time, page by page; with `apply`, after its correction.

        Raises:
            NotFound: there is no such workspace.
            UnreadableLog: the log of the workspace cannot be read.
            StoreError: the store failed.
        """
        await self.catch_up(workspace)
        for status in (Status.OPEN, Status.STARTED):
            async for cards in self._pages(workspace, status):
                for card in cards:
                    shifted = find_shifted_times(card)
                    for time in await self._correct(card, shifted) if self.apply and shifted else shifted:
                        yield time

    async def _pages(self, workspace: WorkspaceId, status: Status) -> AsyncIterator[Sequence[TaskCard]]:
        cursor: str | None = None
        while True:
            page = await self.queries.tasks_by_status(workspace, status, viewer=OPERATOR, cursor=cursor)
            yield await self._read_cards(workspace, [line.task for line in page.items])
            if (cursor := page.cursor) is None:
                return

    async def _read_cards(self, workspace: WorkspaceId, tasks: Sequence[TaskId]) -> Sequence[TaskCard]:
        """Return the cards of those Tasks that still exist, in this order."""
        cards: dict[TaskId, TaskCard] = {}

        async def read(task: TaskId) -> None:
            try:
                cards[task] = await self.queries.task(workspace, task, viewer=OPERATOR)
            except NotFound:  # the index is some milliseconds behind
                return

        await for_each(tasks, read)
        return [cards[task] for task in tasks if task in cards]

    async def _correct(self, card: TaskCard, shifted: Sequence[ShiftedTime]) -> Sequence[ShiftedTime]:
        right: dict[str, ZonedTime] = {time.field: time.right for time in shifted if time.right is not None}
        if not right:
            return shifted
        try:
            await self.commands.execute(make_correction(card, right))
        except NOT_CORRECTED as error:
            return [replace(time, reason=time.reason or str(error)) for time in shifted]
        return [replace(time, corrected=time.right is not None) for time in shifted]


def find_shifted_times(card: TaskCard) -> list[ShiftedTime]:
    """Return the shifted times of a Task: none, one or two."""
    times = (compare(card, "start", card.start), compare(card, "due", card.due))
    return [time for time in times if time is not None]


def compare(card: TaskCard, field: Literal["start", "due"], stored: Due | None) -> ShiftedTime | None:
    """Return the shifted time, None if the moment is right or nobody knows what was meant."""
    if not isinstance(stored, ZonedTime) or stored.wall is None:
        return None
    shifted = ShiftedTime(card.workspace, card.task, card.title, field, stored, None)
    try:
        right = by_present_rules(stored)
    except InvalidInput as error:
        return replace(shifted, reason=str(error))
    except OverflowError:  # on the first or last day of the calendar
        return None
    return None if right.instant == stored.instant else replace(shifted, right=right)


def make_correction(card: TaskCard, right: Mapping[str, ZonedTime]) -> Request:
    """Return the command that gives the Task the right times, unless it has changed since the card was rendered."""
    fields: dict[str, Any] = dict(right)
    moments = (f"{field}={time.instant.isoformat()}" for field, time in sorted(right.items()))
    return Request(
        workspace=card.workspace,
        command=ScheduleTask(task_id=card.task, **fields),
        actor=POLICIES,
        command_id=CommandId.derive("retime", card.workspace, card.task, str(card.version), *moments),
        expected={Ref(Task.entity, card.task): card.version},
        correlation="retime",
    )
