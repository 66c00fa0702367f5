"""Items as the tables store them: their keys and their attributes."""

from collections.abc import Iterable, Iterator, Sequence

from pydantic_core import to_json
from rich.table import Table as Grid
from rich.text import Text

from ascend import Store, WorkspaceId
from ascend.adapters.layout import keys
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.query import Query
from ascend.cli.terminal.text import escape_text
from ascend.projections.key_template import ViewKey

SHOWN_LAST = frozenset({"body", "data", "state"})
"""Long attributes, shown after the others."""
MAX_LENGTH = 480
"""Characters of an attribute that are shown."""


async def read_commit_items(store: Store, workspace: WorkspaceId, first: int, last: int) -> list[Item]:
    """Return the first few and the last few commits of a workspace's log, as items."""
    log = keys.log_partition(workspace)
    begin = await store.tables.query(Query(Table.EVENTS, log, limit=first))
    end = await store.tables.query(Query(Table.EVENTS, log, limit=last, descending=True))
    return [*begin.items, *reversed(end.items)]


async def read_view_items(store: Store, partitions: Sequence[str]) -> list[Item]:
    """Return one item of each projection, from the first of the partitions that has one."""
    items: list[Item] = []
    for projection in store.current.projections:
        for partition in partitions:
            key = keys.item_key(store.current.build(projection), ViewKey(partition, ""))
            if page := (await store.tables.query(Query(Table.VIEWS, key.pk, limit=1))).items:
                items += page
                break
    return items


def make_grid(items: Iterable[Item]) -> Grid:
    """Return a drawing of the items. Long keys are folded, never cut; long attributes are cut."""
    grid = Grid.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for item in items:
        grid.add_row("pk", Text(escape_text(item.key.pk), "bold"))
        grid.add_row("sk", Text(escape_text(item.key.sk), "bold"))
        for name, value in format_attributes(item):
            grid.add_row(f"  {escape_text(name)}", Text(escape_text(value)))
        grid.add_row()
    return grid


def format_attributes(item: Item) -> Iterator[tuple[str, str]]:
    for name, key in (("gsi1", item.gsi1), ("gsi2", item.gsi2)):
        if key is not None:
            yield name, f"{key.pk}  {key.sk}"
    for name, value in sorted(item.attributes.items(), key=lambda pair: (pair[0] in SHOWN_LAST, pair[0])):
        text = value.hex() if isinstance(value, bytes) else value if isinstance(value, str) else to_json(value).decode()
        yield name, f"{text[:MAX_LENGTH]}…" if len(text) > MAX_LENGTH else text
