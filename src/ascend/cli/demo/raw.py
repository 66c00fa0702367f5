"""Items as they lie in the tables: their keys, and their attributes."""

from collections.abc import Iterable, Iterator, Sequence

from pydantic_core import to_json
from rich.table import Table as Picture
from rich.text import Text

from ascend import Store, WorkspaceId
from ascend.adapters.layout import keys
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.query import Query
from ascend.cli.terminal.text import plain
from ascend.projections.item import ViewKey

LONG = frozenset({"body", "data", "state"})
"""Attributes that come last."""
LONGEST = 480
"""Characters of an attribute that are shown."""


async def commits(store: Store, workspace: WorkspaceId, first: int, last: int) -> list[Item]:
    """The first few and the last few of a workspace's log."""
    log = keys.log_partition(workspace)
    begin = await store.tables.query(Query(Table.EVENTS, log, limit=first))
    end = await store.tables.query(Query(Table.EVENTS, log, limit=last, descending=True))
    return [*begin.items, *reversed(end.items)]


async def read_items(store: Store, partitions: Sequence[str]) -> list[Item]:
    """One of each projection, from the first of the partitions that has one."""
    found: list[Item] = []
    for projection in store.current.projections:
        for partition in partitions:
            key = keys.item_key(store.current.build(projection), ViewKey(partition, ""))
            if items := (await store.tables.query(Query(Table.VIEWS, key.pk, limit=1))).items:
                found += items
                break
    return found


def picture(items: Iterable[Item]) -> Picture:
    """Keys are folded where they must, never shortened; attributes are, when they are long."""
    made = Picture.grid(padding=(0, 2, 0, 0))
    made.add_column(style="dim")
    made.add_column(overflow="fold")
    for item in items:
        made.add_row("pk", Text(plain(item.key.pk), "bold"))
        made.add_row("sk", Text(plain(item.key.sk), "bold"))
        for name, value in attributes(item):
            made.add_row(f"  {plain(name)}", Text(plain(value)))
        made.add_row()
    return made


def attributes(item: Item) -> Iterator[tuple[str, str]]:
    for name, key in (("gsi1", item.gsi1), ("gsi2", item.gsi2)):
        if key is not None:
            yield name, f"{key.pk}  {key.sk}"
    for name, value in sorted(item.attributes.items(), key=lambda pair: (pair[0] in LONG, pair[0])):
        text = value if isinstance(value, str) else to_json(value).decode()
        yield name, f"{text[:LONGEST]}…" if len(text) > LONGEST else text
