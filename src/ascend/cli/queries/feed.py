"""A user's feed: their open tasks in all workspaces, overdue tasks first."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from ascend import Priority, UserId
from ascend.cli.context import CommandContext
from ascend.cli.terminal.dates import DueGroup, due_group, format_due
from ascend.cli.terminal.printing import count_noun
from ascend.cli.terminal.text import escape_text
from ascend.projections.queries import Entry
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.feed import FeedLine

STYLES = {DueGroup.OVERDUE: "bold red", DueGroup.TODAY: "bold yellow", DueGroup.NEXT: "bold green"}


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a time zone, first and last included. None: without limit; for the zone: that of this machine."""

    first: date | None = None
    last: date | None = None
    zone: ZoneInfo | None = None


async def show_feed(context: CommandContext, name: str, period: Period) -> None:
    user = await context.names.find_user(name)
    now = context.now() if period.zone is None else context.now().astimezone(period.zone)
    entries = entries_in(context, user, period, now)
    if context.printer.json:
        await context.printer.array({"group": due_group(e.line.due, now), **entry_to_json(e)} async for e in entries)
        return
    groups: dict[DueGroup, list[Entry[FeedLine]]] = {group: [] for group in DueGroup}
    async for entry in entries:
        groups[due_group(entry.line.due, now)].append(entry)
    draw_groups(context, user, groups, now)


def draw_groups(
    context: CommandContext, user: UserId, groups: dict[DueGroup, list[Entry[FeedLine]]], now: datetime
) -> None:
    printer, count = context.printer, sum(map(len, groups.values()))
    printer.line(f"{user}: {count_noun(count, 'open task')}", "bold")
    for group, entries in groups.items():
        if entries:
            printer.draw(Text(f"\n{group.capitalize()}", STYLES.get(group, "bold")))
            printer.draw(make_feed_table([make_row(entry, now) for entry in entries], wrap=printer.out.is_terminal))


def entries_in(context: CommandContext, user: UserId, period: Period, now: datetime) -> AsyncIterator[Entry[FeedLine]]:
    """Yield the entries of the period, by the days of the zone of `now`."""
    zone, queries = now.tzinfo, context.store.queries
    assert isinstance(zone, ZoneInfo)
    return all_items(
        lambda cursor: queries.feed(
            user, viewer=context.viewer, start=period.first, end=period.last, zone=zone, cursor=cursor
        )
    )


def entry_to_json(entry: Entry[FeedLine]) -> dict[str, object]:
    return {**entry.line.model_dump(mode="json"), "workspace_name": entry.workspace_name}


def make_row(entry: Entry[FeedLine], now: datetime) -> tuple[Text, ...]:
    line = entry.line
    title, workspace = escape_text(line.title), escape_text(entry.workspace_name)
    return Text(format_due(line.due, now)), make_priority_cell(line), Text(title), Text(workspace, "dim")


def make_priority_cell(line: FeedLine) -> Text:
    if line.priority is Priority.NORMAL:
        return Text("")
    return Text(line.priority.name.lower(), "dim" if line.priority is Priority.LOW else "red")


def make_feed_table(rows: list[tuple[Text, ...]], *, wrap: bool) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for width, ratio in ((0, None), (0, None), (0, 3), (0, 1)):
        table.add_column(min_width=width, ratio=ratio if wrap else None, overflow="fold", no_wrap=not wrap)
    for cells in rows:
        table.add_row(*cells)
    return table
