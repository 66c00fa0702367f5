"""The diagram of the item collections: the partitions of each table, the items in them, and the indexes that show them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.layout.template import Template
from ascend.adapters.table.item import Index, Table
from ascend.architect.check.schema import PlacedKeys, Schema
from ascend.architect.documents.mermaid import quote_label, render_diagram

Collections = Mapping[str, Sequence[PlacedKeys]]
"""By the template of the partition key: the item types in that partition, with their keys."""


def render_collections_diagram(schema: Schema) -> str:
    """Return the diagram. What the engine keeps for itself in the views table is one box: the table of item types lists it."""
    placed = [keys for keys in schema.iter_keys() if not is_bookkeeping(keys.item)]
    places = {place: group_by_partition(placed, place) for place in list_places()}
    lines = [line for place, collections in places.items() for line in draw_place(place, collections)]
    return render_diagram("flowchart LR", [*lines, *draw_bookkeeping(schema), *draw_arrows(places)])


def draw_bookkeeping(schema: Schema) -> Iterator[str]:
    names = [item.name for item in schema.item_types if is_bookkeeping(item)]
    yield f"subgraph engine[{quote_label('table views: what the engine keeps for itself')}]"
    yield f"  bookkeeping[{quote_label(*names)}]"
    yield "end"


def is_bookkeeping(item: ItemType) -> bool:
    """Return True for an item that only the engine reads: it lies in the views table and is no read item."""
    return item.table is Table.VIEWS and item.model is None


def list_places() -> list[str]:
    return [*(table.value for table in Table), *(index.value for index in Index)]


def group_by_partition(placed: Iterable[PlacedKeys], place: str) -> Collections:
    """Return the collections of a table or an index."""
    collections: dict[str, list[PlacedKeys]] = {}
    for keys in placed:
        if keys.place == place:
            collections.setdefault(keys.template.pk, []).append(keys)
    return collections


def draw_place(place: str, collections: Collections) -> Iterator[str]:
    """Yield the box of a table or an index, with a box for each of its collections. Nothing for an index without items."""
    if not collections:
        return
    kind = "table" if place in {table.value for table in Table} else "index"
    yield f"subgraph {place}[{quote_label(f'{kind} {place}')}]"
    for number, (partition, items) in enumerate(collections.items(), start=1):
        label = quote_label(f"pk {partition}", *(describe_item(keys.item, keys.template) for keys in items))
        yield f"  {place}_{number}[{label}]"
    yield "end"


def describe_item(item: ItemType, template: Template) -> str:
    return f"{item.name}: {template.sk}"


def draw_arrows(places: Mapping[str, Collections]) -> Iterator[str]:
    """Yield an arrow from each collection of the views table to each collection of an index that shows items of it."""
    sources = {
        keys.item.name: f"{Table.VIEWS.value}_{number}"
        for number, items in enumerate(places[Table.VIEWS.value].values(), start=1)
        for keys in items
    }
    for index in Index:
        for number, items in enumerate(places[index.value].values(), start=1):
            for source in dict.fromkeys(sources[keys.item.name] for keys in items):
                yield f"{source} --> {index.value}_{number}"
