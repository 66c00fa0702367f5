"""The design document: the template `design.md`, with tables and examples from the declared schema and the sample store."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import anyio.to_thread

from ascend.adapters.table.item import Item, Table
from ascend.architect.documents.item_sections import render_indexes, render_items, render_tables
from ascend.architect.documents.markdown import render_table
from ascend.architect.documents.pattern_sections import render_assumptions, render_examples, render_patterns
from ascend.architect.documents.relationship_section import render_relationships
from ascend.architect.sample import sample_items

TEMPLATE = Path(__file__).with_name("design.md")
PARTITIONS = Path(__file__).with_name("partitions.json")
PART = re.compile(r"^<!-- part: ([\w-]+) -->$", re.MULTILINE)


async def render_design() -> str:
    """Return the whole document as Markdown."""
    return await anyio.to_thread.run_sync(fill_template, await sample_items())


def fill_template(items: dict[Table, list[Item]]) -> str:
    parts = {
        "patterns": render_patterns(),
        "assumptions": render_assumptions(),
        "tables": render_tables(),
        "items": render_items(items),
        "indexes": render_indexes(),
        "examples": render_examples(),
        "relationships": render_relationships(items[Table.VIEWS]),
        "partitions": render_partitions(),
    }
    return PART.sub(lambda match: parts[match[1]], TEMPLATE.read_text())


def render_partitions() -> str:
    """Return the shares of the largest partition of each table and index, as measured on real imports."""
    head = ("import", "table or index", "largest partition", "of its items", "of its bytes", "of its write units")
    rows = json.loads(PARTITIONS.read_text())
    return render_table(
        head, ((row["import"], row["where"], f"`{row['partition']}`", *format_shares(row)) for row in rows)
    )


def format_shares(row: Mapping[str, object]) -> Iterator[str]:
    return (f"{row[name]} %" for name in ("items", "bytes", "units"))
