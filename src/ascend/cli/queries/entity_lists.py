"""Lists of the entities of one workspace, one line each: tasks, assets, everything with a tag."""

from ascend import Status
from ascend.cli.context import CommandContext
from ascend.cli.naming import PAGE_SIZE
from ascend.cli.terminal.dates import format_due
from ascend.cli.terminal.printing import Column
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.tags import TagLine
from ascend.projections.read_models.tasks import TaskLine


async def list_tasks(context: CommandContext, name: str, status: Status | None) -> None:
    workspace = await context.names.find_rendered_workspace(name)
    queries, viewer, now = context.store.queries, context.viewer, context.now()
    lines = all_items(
        (lambda cursor: queries.tasks(workspace, viewer=viewer, limit=PAGE_SIZE, cursor=cursor))
        if status is None
        else (lambda cursor: queries.tasks_by_status(workspace, status, viewer=viewer, limit=PAGE_SIZE, cursor=cursor))
    )
    columns = (
        Column[TaskLine]("ID", 36, lambda line: line.task, "dim", wide_only=True),
        Column[TaskLine]("STATUS", 9, lambda line: line.status),
        Column[TaskLine]("PRIORITY", 8, lambda line: line.priority.name.lower(), wide_only=True),
        Column[TaskLine]("DUE", 16, lambda line: format_due(line.due, now)),
        Column[TaskLine]("ASSIGNED TO", 15, lambda line: ",".join(line.assignees)),
        Column[TaskLine]("TITLE", 0, lambda line: line.title),
    )
    await context.printer.table(columns, lines)


async def list_assets(context: CommandContext, name: str) -> None:
    workspace = await context.names.find_rendered_workspace(name)
    queries, viewer = context.store.queries, context.viewer
    columns = (
        Column[AssetCard]("ID", 36, lambda card: card.asset, "dim", wide_only=True),
        Column[AssetCard]("KIND", 8, lambda card: card.kind),
        Column[AssetCard]("NAME", 40, lambda card: card.details.name),
        Column[AssetCard]("URI OR AMOUNT", 0, lambda card: card.details.uri or format_amount(card)),
    )
    lines = all_items(lambda cursor: queries.assets(workspace, viewer=viewer, limit=PAGE_SIZE, cursor=cursor))
    await context.printer.table(columns, lines)


def format_amount(card: AssetCard) -> str:
    return "" if card.details.amount is None else f"{card.details.amount} {card.details.currency}"


async def list_tagged(context: CommandContext, name: str, tag: str) -> None:
    workspace = await context.names.find_rendered_workspace(name)
    queries, viewer = context.store.queries, context.viewer
    columns = (
        Column[TagLine]("KIND", 9, lambda line: line.kind),
        Column[TagLine]("ID", 36, lambda line: line.entity, "dim"),
        Column[TagLine]("TITLE", 0, lambda line: line.title),
    )
    lines = all_items(lambda cursor: queries.tagged(workspace, tag, viewer=viewer, cursor=cursor))
    await context.printer.table(columns, lines)
