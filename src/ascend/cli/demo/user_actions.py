"""The part of the demo in which a user acts, and a policy answers."""

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
from ascend.cli.context import CommandContext
from ascend.cli.terminal.text import escape_text
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.tasks import TaskCard, TaskLine

TASKS, THINGS = "Household", "Inventory"
"""The names of the two workspaces."""
ACTOR = UserId("github:carla")
PLANS = {"Renew the passports": 0, "Plant the herb bed": 3}
"""Days until the due date, by title: her feed then has a task for today and for the next days, whenever the demo runs.

The sample gives these tasks no milestone, not even an empty one, so that an import leaves their due dates alone.
"""
RECURRING, RULE = "Check the smoke alarms", "FREQ=MONTHLY"


async def schedule_tasks(context: CommandContext) -> None:
    """Give the planned tasks due dates.

    The command's id and time depend on the day only: demos of the same day write the same bytes into every store. Only
    an import may set the time.
    """
    workspace = imported_workspace(TASKS)
    importing = context.store.importing()
    for title, days in PLANS.items():
        today = context.now().date()
        due = today + timedelta(days=days)
        with suppress(Refusal):  # for example, a user has deleted the task since an earlier demo
            task = await context.names.find_entity(workspace, title)
            assert isinstance(task, TaskId)
            schedule = ScheduleTask(task_id=task, due=due, at=datetime.combine(today, time(), UTC))
            id = CommandId.derive(workspace, "demo", title, str(due))
            receipt = await importing.execute(workspace, schedule, actor=ACTOR, command_id=id)
            context.printer.line(f"{ACTOR} schedules {escape_text(title)!r} for {due}: {describe_receipt(receipt)}")
    await context.store.worker.run_once()


async def complete_recurring_task(context: CommandContext) -> None:
    """Complete the next occurrence of the recurring task; a policy opens another. Each demo completes one more."""
    workspace = imported_workspace(TASKS)
    queries, viewer = context.store.queries, context.viewer
    for line in [line for line in await occurrences(context, workspace) if line.status is Status.OPEN][:1]:
        card = await queries.task(workspace, line.task, viewer=viewer)
        await complete_task(context, workspace, card, context.now().date())
    await context.store.worker.run_once()
    for line in await occurrences(context, workspace):
        card = await queries.task(workspace, line.task, viewer=viewer)
        title, due = escape_text(card.title), card.due or "no date"
        context.printer.line(f"{title!r}, due {due}: {card.status}, opened by {escape_text(card.created_by)}")


async def complete_task(context: CommandContext, workspace: WorkspaceId, card: TaskCard, today: date) -> None:
    """Complete the task. Schedule it as recurring first if it is not recurring yet."""
    title = escape_text(card.title)
    if card.recurrence is None:
        receipt = await send(context, workspace, ScheduleTask(task_id=card.task, due=today, recurrence=RULE))
        context.printer.line(f"{ACTOR} schedules {title!r} for {today}, {RULE}: {describe_receipt(receipt)}")
    receipt = await send(context, workspace, CompleteTask(task_id=card.task))
    context.printer.line(f"{ACTOR} completes it: {describe_receipt(receipt)}")


async def occurrences(context: CommandContext, workspace: WorkspaceId) -> list[TaskLine]:
    """Return the occurrences of the recurring task, the earliest first."""
    queries, viewer = context.store.queries, context.viewer
    lines = [line async for line in all_items(lambda cursor: queries.tasks(workspace, viewer=viewer, cursor=cursor))]
    return sorted((line for line in lines if line.title == RECURRING), key=lambda line: str(line.due))


async def send(context: CommandContext, workspace: WorkspaceId, command: Command) -> Receipt:
    return await context.store.execute(workspace, command, actor=ACTOR)


def describe_receipt(receipt: Receipt) -> str:
    is_new = receipt.events and not receipt.repeated
    return f"position {receipt.position}" if is_new else "already done"
