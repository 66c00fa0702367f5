"""What somebody does in the demo, and what a policy answers."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from ascend import (
    Command,
    CommandId,
    CompleteTask,
    Receipt,
    Refusal,
    ScheduleTask,
    Status,
    TaskId,
    UserId,
    WorkspaceId,
)
from ascend.adapters.importers import imported_workspace
from ascend.cli.desk import Desk
from ascend.cli.terminal.text import plain
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.tasks import TaskCard, TaskLine

TASKS, THINGS = "Household", "Inventory"
"""The two workspaces."""
WHO = UserId("github:carla")
PLANS = {"Renew the passports": 0, "Plant the herb bed": 3}
"""What she plans for in how many days, so that her feed has something for every day on which the demo runs."""
RECURS, RULE = "Check the smoke alarms", "FREQ=MONTHLY"


async def plan(desk: Desk) -> None:
    """Demos of the same day write the same bytes into every store: for the command's id and time, too."""
    workspace = imported_workspace(TASKS)
    for title, days in PLANS.items():
        today = desk.options.clock().date()
        due = today + timedelta(days=days)
        with suppress(Refusal):  # somebody has deleted it since an earlier demo, say
            task = await desk.names.entity(workspace, title)
            assert isinstance(task, TaskId)
            schedule = ScheduleTask(task_id=task, due=due, at=datetime.combine(today, time(), UTC))
            receipt = await send(desk, workspace, schedule, CommandId.derive(workspace, "demo", title, str(due)))
            desk.printer.text(f"{WHO} schedules {plain(title)!r} for {due}: {became(receipt)}")
    await desk.store.worker.run_once()


async def recur(desk: Desk) -> None:
    """Each demo completes one occurrence more."""
    workspace = imported_workspace(TASKS)
    for line in [line for line in await occurrences(desk, workspace) if line.status is Status.OPEN][:1]:
        card = await desk.store.queries.task(workspace, line.task, viewer=desk.viewer)
        await complete(desk, workspace, card, desk.options.clock().date())
    await desk.store.worker.run_once()
    for line in await occurrences(desk, workspace):
        card = await desk.store.queries.task(workspace, line.task, viewer=desk.viewer)
        due = card.due or "no date"
        desk.printer.text(f"{plain(card.title)!r}, due {due}: {card.status}, opened by {plain(card.created_by)}")


async def complete(desk: Desk, workspace: WorkspaceId, card: TaskCard, today: date) -> None:
    title = plain(card.title)
    if card.recurrence is None:
        receipt = await send(desk, workspace, ScheduleTask(task_id=card.task, due=today, recurrence=RULE))
        desk.printer.text(f"{WHO} schedules {title!r} for {today}, {RULE}: {became(receipt)}")
    receipt = await send(desk, workspace, CompleteTask(task_id=card.task))
    desk.printer.text(f"{WHO} completes it: {became(receipt)}")


async def occurrences(desk: Desk, workspace: WorkspaceId) -> list[TaskLine]:
    """The first one first."""
    ask, viewer = desk.store.queries, desk.viewer
    lines = [line async for line in all_items(lambda cursor: ask.tasks(workspace, viewer=viewer, cursor=cursor))]
    return sorted((line for line in lines if line.title == RECURS), key=lambda line: str(line.due))


async def send(desk: Desk, workspace: WorkspaceId, command: Command, id: CommandId | None = None) -> Receipt:
    return await desk.store.execute(workspace, command, actor=WHO, command_id=id)


def became(receipt: Receipt) -> str:
    is_new = receipt.events and not receipt.repeated
    return f"position {receipt.position}" if is_new else "so it was already"
