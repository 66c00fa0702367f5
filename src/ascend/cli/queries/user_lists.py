"""Lists of one user across all workspaces, one line each: comments that mention them, tasks that they have done."""

from ascend.cli.context import CommandContext
from ascend.cli.terminal.dates import format_time
from ascend.cli.terminal.printing import Column
from ascend.projections.queries import Entry
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.comments import MentionLine
from ascend.projections.read_models.feed import DoneLine


async def list_mentions(context: CommandContext, name: str) -> None:
    user = await context.names.find_user(name)
    queries, viewer, now = context.store.queries, context.viewer, context.now()
    columns = (
        Column[Entry[MentionLine]]("TIME", 16, lambda entry: format_time(entry.line.posted_at, now)),
        Column[Entry[MentionLine]]("WORKSPACE", 20, lambda entry: entry.workspace_name),
        Column[Entry[MentionLine]]("AUTHOR", 15, lambda entry: entry.line.author),
        Column[Entry[MentionLine]]("COMMENT", 0, lambda entry: entry.line.excerpt),
    )
    entries = all_items(lambda cursor: queries.mentions(user, viewer=viewer, cursor=cursor))
    await context.printer.table(columns, entries)


async def list_done(context: CommandContext, name: str) -> None:
    user = await context.names.find_user(name)
    queries, viewer, now = context.store.queries, context.viewer, context.now()
    columns = (
        Column[Entry[DoneLine]]("DONE", 16, lambda entry: format_time(entry.line.closed_at, now)),
        Column[Entry[DoneLine]]("WORKSPACE", 20, lambda entry: entry.workspace_name),
        Column[Entry[DoneLine]]("TITLE", 0, lambda entry: entry.line.title),
    )
    entries = all_items(lambda cursor: queries.done(user, viewer=viewer, cursor=cursor))
    await context.printer.table(columns, entries)
