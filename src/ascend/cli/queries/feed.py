"""A user's feed: what they have to do in all workspaces, overdue first."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rich.table import Table
from rich.text import Text

from ascend import Priority, UserId
from ascend.cli.desk import Desk
from ascend.cli.terminal.dates import When, local_day, shown, when
from ascend.cli.terminal.printing import counted
from ascend.cli.terminal.text import plain
from ascend.projections.queries import Entry
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.feed import FeedLine

STYLES = {When.OVERDUE: "bold red", When.TODAY: "bold yellow", When.NEXT: "bold green"}


@dataclass(frozen=True, slots=True)
class Period:
    """Days in the local time zone, both included."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date | None) -> bool:
        if self.first is None and self.last is None:
            return True
        return day is not None and (self.first or day) <= day <= (self.last or day)


async def feed(desk: Desk, name: str, period: Period) -> None:
    user = await desk.names.user(name)
    now = desk.options.clock()
    entries = within(desk, user, period, now)
    if desk.printer.json:
        await desk.printer.array({"group": when(e.line.due, now), **to_data(e)} async for e in entries)
        return
    groups: dict[When, list[Entry[FeedLine]]] = {group: [] for group in When}
    async for entry in entries:
        groups[when(entry.line.due, now)].append(entry)
    count = sum(map(len, groups.values()))
    desk.printer.text(f"{user}: {counted(count, 'open task')}", "bold")
    for group, found in groups.items():
        if found:
            desk.printer.show(Text(f"\n{group.capitalize()}", STYLES.get(group, "bold")))
            desk.printer.show(table([row(entry, now) for entry in found], wrap=desk.printer.out.is_terminal))


async def within(desk: Desk, user: UserId, period: Period, now: datetime) -> AsyncIterator[Entry[FeedLine]]:
    """Asked with a day more on each side: a store's days are UTC's."""
    queries, day = desk.store.queries, timedelta(days=1)
    start = period.first - day if period.first and period.first > date.min else None
    end = period.last + day if period.last and period.last < date.max else None
    async for entry in all_items(
        lambda cursor: queries.feed(user, viewer=desk.viewer, start=start, end=end, cursor=cursor)
    ):
        if period.holds(local_day(entry.line.due, now)):
            yield entry


def to_data(entry: Entry[FeedLine]) -> dict[str, object]:
    return {**entry.line.model_dump(mode="json"), "workspace_name": entry.workspace_name}


def row(entry: Entry[FeedLine], now: datetime) -> tuple[Text, ...]:
    line = entry.line
    return Text(shown(line.due, now)), priority(line), Text(plain(line.title)), Text(plain(entry.workspace_name), "dim")


def priority(line: FeedLine) -> Text:
    if line.priority is Priority.NORMAL:
        return Text("")
    return Text(line.priority.name.lower(), "dim" if line.priority is Priority.LOW else "red")


def table(rows: list[tuple[Text, ...]], *, wrap: bool) -> Table:
    made = Table.grid(padding=(0, 2, 0, 0))
    for width, ratio in ((0, None), (0, None), (0, 3), (0, 1)):
        made.add_column(min_width=width, ratio=ratio if wrap else None, overflow="fold", no_wrap=not wrap)
    for cells in rows:
        made.add_row(*cells)
    return made
