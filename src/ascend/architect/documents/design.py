"""The design document: the template `design.md`, with tables and examples from the declared schema and the sample store.

Its sections `<!-- only: life-os -->` are about the Life OS; those `<!-- only: another application -->` replace them for
any other application. Only the Life OS has measured figures and a map of relationships.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import anyio.to_thread

from ascend.adapters.table.item import Item, Table
from ascend.architect.check.rules import load_schema
from ascend.architect.documents.collections_diagram import render_collections_diagram
from ascend.architect.documents.entity_diagram import render_entity_diagram
from ascend.architect.documents.first_page import render_entities, render_primary_patterns
from ascend.architect.documents.index_section import render_own_indexes
from ascend.architect.documents.item_sections import render_indexes, render_items, render_tables
from ascend.architect.documents.markdown import render_table
from ascend.architect.documents.measured import load_measured
from ascend.architect.documents.pattern_sections import render_assumptions, render_patterns
from ascend.architect.documents.query_section import render_queries, render_setup
from ascend.architect.documents.relationship_section import render_relationships
from ascend.architect.documents.sample_requests import list_sample_requests
from ascend.architect.sample import sample_items
from ascend.projections.application import Application
from ascend.projections.life_os import LIFE_OS

TEMPLATE = Path(__file__).with_name("design.md")
ANOTHER = "another application"
PARTITIONS = Path(__file__).with_name("partitions.json")
PART = re.compile(r"^<!-- part: ([\w-]+) -->$", re.MULTILINE)
SECTION = re.compile(r"^<!-- only: ([\w -]+) -->\n(.*?)^<!-- end -->\n", re.MULTILINE | re.DOTALL)


async def render_design(app: Application) -> str:
    """Return the whole document of the application as Markdown."""
    return await anyio.to_thread.run_sync(fill_template, app, await sample_items(app))


def fill_template(app: Application, items: dict[Table, list[Item]]) -> str:
    schema, patterns = load_schema(app), app.catalog.patterns
    parts: dict[str, Callable[[], str]] = {
        "title": lambda: f"# The schema of {app.name}",
        "entities": lambda: render_entities(app),
        "entity-diagram": lambda: render_entity_diagram(app),
        "collections-diagram": lambda: render_collections_diagram(schema),
        "primary-patterns": lambda: render_primary_patterns(patterns),
        "patterns": lambda: render_patterns(patterns, load_measured() if app == LIFE_OS else {}),
        "assumptions": lambda: render_assumptions(patterns),
        "tables": lambda: render_tables(schema.item_types),
        "items": lambda: render_items(schema.item_types, items),
        "indexes": lambda: render_indexes(schema),
        "boto3-setup": render_setup,
        "queries": lambda: render_queries(list_sample_requests(app, items)),
        "own-indexes": lambda: render_own_indexes(schema),
        "relationships": lambda: render_relationships(items[Table.VIEWS]),
        "partitions": render_partitions,
    }
    text = select_sections(TEMPLATE.read_text(), LIFE_OS.name if app == LIFE_OS else ANOTHER)
    return PART.sub(lambda match: parts[match[1]](), text)


def select_sections(text: str, kind: str) -> str:
    """Return the template with the sections for everybody and for this kind of application."""
    return SECTION.sub(lambda match: match[2] if match[1] == kind else "", text)


def render_partitions() -> str:
    """Return the shares of the largest partition of each table and index, as measured on real imports."""
    head = ("import", "table or index", "largest partition", "of its items", "of its bytes", "of its write units")
    rows = json.loads(PARTITIONS.read_text())
    return render_table(
        head, ((row["import"], row["where"], f"`{row['partition']}`", *format_shares(row)) for row in rows)
    )


def format_shares(row: Mapping[str, object]) -> Iterator[str]:
    return (f"{row[name]} %" for name in ("items", "bytes", "units"))
