"""The file `schema.ts`: the read items and the access patterns of an application as data, for the client."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from ascend.architect.types.typescript.interfaces import BANNER
from ascend.architect.types.typescript.names import name_method
from ascend.domain.errors import InvalidInput
from ascend.projections.application import Application
from ascend.projections.generation import AT_POSITION
from ascend.projections.item import ReadItem
from ascend.projections.key_template import KeyTemplate
from ascend.projections.key_text import KeyText, find_key_text
from ascend.projections.pattern import Pattern
from ascend.projections.projection import Projection
from ascend.projections.queries.arguments import type_of_field
from ascend.projections.queries.base import HEAD_ITEMS
from ascend.projections.read_models.members import MemberLine

FORMS = {KeyText.DUE: "days", KeyText.INSTANT: "moments"}
"""The ranges that can be asked for texts of these forms. For all others, the ends of a range are texts."""
IMPORTS = 'import type { ApplicationSchema, ItemSchema, PatternSchema } from "./runtime/schema.js";\n'


def render_schema(app: Application) -> str:
    items = (render_item(owner, item) for owner in app.projections for item in owner.items)
    patterns = (render_pattern(pattern) for pattern in app.catalog.patterns)
    return "\n".join(
        [
            BANNER + IMPORTS,
            "/** Where the read items lie. */",
            "export const ITEMS = {",
            *items,
            "} as const satisfies Readonly<Record<string, ItemSchema>>;",
            "",
            "/** The access patterns, by the name of their method. */",
            "export const PATTERNS = {",
            *patterns,
            "} as const satisfies Readonly<Record<string, PatternSchema>>;",
            "",
            *render_application(app),
        ]
    )


def render_item(owner: Projection, item: type[ReadItem]) -> str:
    indexes = (("gsi1", item.gsi1), ("gsi2", item.gsi2))
    templates = {"key": item.key, **{name: template for name, template in indexes if template is not None}}
    keys = (f"{name}: {render_template(template)}" for name, template in templates.items())
    name = json.dumps(item.__name__)
    return f"  {item.__name__}: {{ name: {name}, projection: {json.dumps(owner.name)}, {', '.join(keys)} }},"


def render_template(template: KeyTemplate) -> str:
    return f"[{json.dumps(template.partition)}, {json.dumps(template.sort)}]"


def render_pattern(pattern: Pattern[Any]) -> str:
    parts = [f"name: {json.dumps(pattern.name, ensure_ascii=False)}", f"item: ITEMS.{pattern.item.__name__}"]
    parts += [f"index: {pattern.index}"] if pattern.index else []
    parts += [f"range: [{json.dumps(pattern.range)}, {json.dumps(find_range_form(pattern))}]"] if pattern.range else []
    parts += ["descending: true"] if pattern.descending else []
    return f"  {name_method(pattern.query)}: {{ {', '.join(parts)} }},"


def find_range_form(pattern: Pattern[Any]) -> str:
    """Return the form of the ranges that a pattern with a range can be asked for: days, moments or text."""
    item: type[ReadItem] = pattern.item
    assert pattern.range is not None
    form = find_key_text(item, pattern.range)
    if form is not None:
        return FORMS.get(form, "text")
    return "days" if type_of_field(item, pattern.range) is date else "text"


def render_application(app: Application) -> Iterator[str]:
    versions = (f"{json.dumps(projection.name)}: {projection.version}" for projection in app.projections)
    yield "/** The application. */"
    yield "export const SCHEMA: ApplicationSchema = {"
    yield f"  snapshots: {AT_POSITION + app.model.snapshots},"
    yield f"  projections: {{ {', '.join(versions)} }},"
    yield f"  member: ITEMS.{app.catalog.find_item(MemberLine)[1].__name__},"
    yield f"  heads: {{ {', '.join(render_heads(app))} }},"
    yield "};\n"


def render_heads(app: Application) -> Iterator[str]:
    for kind, item in HEAD_ITEMS.items():
        if (stored := find_stored(app, item)) is not None:
            yield f"{kind}: [ITEMS.{stored.__name__}, {json.dumps(kind)}]"


def find_stored(app: Application, item: type[ReadItem]) -> type[ReadItem] | None:
    """Return the item type that the application stores for this one; None if it has no such read model."""
    try:
        return app.catalog.find_item(item)[1]
    except InvalidInput:
        return None
