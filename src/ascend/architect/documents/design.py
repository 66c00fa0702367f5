"""The design document: `design.md`, with its tables and examples made from the declaration and from the code's own items."""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import anyio.to_thread

from ascend.adapters.layout.catalog import find_item_type, item_types
from ascend.adapters.layout.item_type import ItemType
from ascend.adapters.layout.table_specs import TABLES
from ascend.adapters.table.item import Item, Table
from ascend.adapters.table.typed import to_typed
from ascend.adapters.table.values import unmarshal
from ascend.architect.check.projections import compare_projections
from ascend.architect.check.rules import load_own_schema
from ascend.architect.documents.examples import EXAMPLES
from ascend.architect.documents.measured import MeasuredPage, load_measured
from ascend.architect.documents.relationship import Relationship, RelationshipEnd, parse_read_items
from ascend.architect.documents.relationship_map import RELATIONSHIPS
from ascend.architect.sample import sample_items
from ascend.projections.item import ReadItem
from ascend.projections.pattern import Pattern, RequestKind
from ascend.projections.queries.patterns import PATTERNS

TEMPLATE = Path(__file__).with_name("design.md")
PARTITIONS = Path(__file__).with_name("partitions.json")
PART = re.compile(r"^<!-- part: ([\w-]+) -->$", re.MULTILINE)


async def render_design() -> str:
    """The whole document, as Markdown."""
    return await anyio.to_thread.run_sync(fill_template, await sample_items())


def fill_template(items: dict[Table, list[Item]]) -> str:
    parts = {
        "patterns": patterns(),
        "assumptions": assumptions(),
        "tables": tables(),
        "items": every_item(items),
        "indexes": indexes(),
        "examples": examples(),
        "relationships": relationships(items),
        "partitions": partitions(),
    }
    return PART.sub(lambda found: parts[found[1]], TEMPLATE.read_text())


def render_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """As Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', '&#124;') for cell in line)} |" for line in lines)


def patterns() -> str:
    found = load_measured()
    head = ("question", "query", "keys", "requests a page", "consistency", "lines", "read units")
    return render_table(head, (row(pattern, found[pattern.query]) for pattern in PATTERNS))


def row(pattern: Pattern[Any], found: MeasuredPage) -> tuple[object, ...]:
    question = f"**{pattern.name}**" if pattern.load.primary else pattern.name
    requests = " + ".join(f"{count} {name}" for name, count in sorted(found.requests.items(), reverse=True))
    return question, f"`{pattern.query}`", condition(pattern), requests, consistency(pattern), found.lines, found.units


def condition(pattern: Pattern[Any]) -> str:
    """The key condition, in the words of the templates."""
    if pattern.kind is RequestKind.LOG:
        return "events: `pk = W#{workspace}`, descending"
    where = f"gsi{pattern.index}" if pattern.index else "views"
    template = pattern.template
    fields = [field for field in template.sort_fields if field in pattern.given]
    behind = re.split(r"\{\w+\}", template.sort)
    prefix = "".join(f"{text}{{{field}}}" for text, field in zip(behind, fields, strict=False))
    prefix += "" if len(fields) == len(template.sort_fields) else behind[len(fields)]
    if pattern.kind is RequestKind.GET:
        return f"{where}: `pk = {template.partition}`, `sk = {template.sort}`"
    test = f"`begins_with(sk, {prefix})`" if prefix else "any `sk`"
    test += f", or a range of `{pattern.range}`" if pattern.range else ""
    return f"{where}: `pk = {template.partition}`, {test}" + (", descending" if pattern.descending else "")


def consistency(pattern: Pattern[Any]) -> str:
    return "index: eventual" if pattern.index else "strong"


def assumptions() -> str:
    head = ("query", "reads a day", "writes a day", "items now", "in a year", "items a page", "bytes an item")
    loads = ((pattern.query, pattern.load) for pattern in PATTERNS)
    return render_table(
        head,
        (
            (f"`{query}`", *(f"{n:,}" for n in (x.reads_a_day, x.writes_a_day, x.items, x.in_a_year, x.page, x.bytes)))
            for query, x in loads
        ),
    )


def tables() -> str:
    head = ("item type", "table", "partition key", "sort key", "written by", "kept")
    return render_table(
        head,
        (
            (one.name, one.table.value, f"`{one.key.pk}`", f"`{one.key.sk}`", one.writer.value, one.retention.text)
            for one in item_types()
        ),
    )


def indexes() -> str:
    head = ("index", "item type", "partition key", "sort key", "patterns")
    rows: list[Sequence[object]] = []
    for number in (1, 2):
        for one in item_types():
            key = one.gsi1 if number == 1 else one.gsi2
            if key is not None:
                used = [f"`{p.query}`" for p in PATTERNS if p.index == number and p.item is one.model]
                rows.append((f"gsi{number}", one.name, f"`{key.pk}`", f"`{key.sk}`", ", ".join(used)))
    money = {one.index: str(one) for one in compare_projections(load_own_schema())}
    reasons = [
        f"- **{spec.name}**: {spec.why}. It holds all attributes: {spec.why_projection}. {money[spec.name]}"
        for one in TABLES
        for spec in one.indexes
    ]
    return "\n".join([*reasons, "", render_table(head, rows)])


def examples() -> str:
    return "\n\n".join(
        f"{pattern.name}:\n\n```text\nawait {EXAMPLES[pattern.query]}\n```\n\n{joined(pattern)}" for pattern in PATTERNS
    )


def joined(pattern: Pattern[Any]) -> str:
    beside = f"; beside it: {pattern.joined}" if pattern.joined else ""
    return f"{condition(pattern)}{beside}."


def every_item(items: dict[Table, list[Item]]) -> str:
    """One example of each item type, as it lies in the table."""
    shown_items = ((one, example(items, one)) for one in item_types())
    return "\n\n".join(
        f"**{one.name}**: {one.meaning or 'a read item of ' + owner(one)}\n\n```text\n{shown(one.table, item)}\n```"
        for one, item in shown_items
    )


def owner(one: ItemType) -> str:
    return f"`{one.projection.name}`" if one.projection else "the engine"


def example(items: dict[Table, list[Item]], wanted: ItemType) -> Item:
    """The last one of this type that is no tombstone."""
    types = item_types()
    found = [
        item for item in items[wanted.table] if is_whole(item) and find_item_type(wanted.table, item, types) == wanted
    ]
    return found[-1]


def is_whole(item: Item) -> bool:
    """Not a tombstone, nor of the sample's broken projection."""
    return "workspace" not in item.attributes or "data" in item.attributes


def shown(where: Table, item: Item) -> str:
    """The item as it lies in the table, one attribute a line. What is JSON in one attribute is shown as its text."""
    typed, _ = to_typed(where, item)
    plain: dict[str, Any] = {name: unmarshal(value) for name, value in typed.items()}
    width = max(map(len, plain))
    return "\n".join(f"{name:<{width}}  {as_text(value)}" for name, value in plain.items())


def as_text(value: Any) -> str:
    return value if isinstance(value, str) and value.startswith("{") else json.dumps(value, ensure_ascii=False)


def partitions() -> str:
    """Shares of the largest partition of each table and index, as they were measured on real imports."""
    head = (
        "import",
        "table or index",
        "largest partition",
        "of its items",
        "of its bytes",
        "of its write units",
    )
    shares = ("items", "bytes", "units")
    rows = json.loads(PARTITIONS.read_text())
    cells = ((one["import"], one["where"], f"`{one['partition']}`", *(f"{one[m]} %" for m in shares)) for one in rows)
    return render_table(head, cells)


def relationships(items: dict[Table, list[Item]]) -> str:
    """Each with the keys of one that lies in the sample store."""
    head = ("edge", "cardinality", "kept in", "at one end", "at the other end")
    lying = list(parse_read_items(items[Table.VIEWS]))
    return render_table(head, (related(one, *next(one.pairs(lying))) for one in RELATIONSHIPS))


def related(one: Relationship[Any, Any], here: ReadItem, there: ReadItem) -> tuple[str, ...]:
    kept = "<br>".join(f"`{field}`" for field in one.kept) or "the log alone"
    also = "".join(f"<br>also `{item.__name__}.{field}`" for item, field in one.copied)
    return one.edge, one.cardinality, kept + also, end(one.one, here), end(one.other, there)


def end(of: RelationshipEnd[Any], item: ReadItem) -> str:
    """What is found there, which of its fields hold the edge, and by which keys it is found."""
    fields = ", ".join(f"`{field}`" for field in of.fields)
    found = (f"`{query}`: {place(of, query, item)}" for query in of.queries)
    return "<br>".join((f"{of.at}: `{of.item.__name__}` ({fields})", *found))


def place(of: RelationshipEnd[Any], query: str, item: ReadItem) -> str:
    """The partition's template, and the item's own sort key there."""
    index, template = of.keys(query)
    where = f"gsi{index} " if index else ""
    return f"{where}`{template.partition}`, `{json.dumps(template.render(item).sort, ensure_ascii=False)[1:-1]}`"
