"""A schema with a projection and patterns that are not Ascend's own. It has no faults; tests plant them."""

from dataclasses import replace
from typing import Any

import ascend
from ascend.architect.check.rules import Finding, Schema, check_schema, text_field
from ascend.projections.pattern import Load, Pattern, RequestKind
from ascend.projections.projection import Projection

LOAD = Load(100, 100, 10, 10, 10, 300)


class NoteLine(
    ascend.ReadItem,
    key=("W#{workspace}", "note#{note}"),
    gsi1=("W#{workspace}#of#{author}", "{day}#{note}"),
):
    note: ascend.CommentId
    author: ascend.UserId
    day: str


class OtherWordLine(ascend.ReadItem, key=("W#{workspace}", "y#{task}")):
    task: ascend.TaskId


NOTE: Pattern[Any] = Pattern(
    name="One note",
    query="note",
    kind=RequestKind.GET,
    item=NoteLine,
    given=("workspace", "note"),
    load=LOAD,
    hot="few notes",
)
NOTES_OF: Pattern[Any] = Pattern(
    name="Notes of somebody by day",
    query="notes_of",
    item=NoteLine,
    given=("workspace", "author"),
    index=1,
    range="day",
    load=LOAD,
)
NOTES = Projection("notes", 1, (NoteLine,), patterns=(NOTE, NOTES_OF))
MINE = Schema.collect(
    projections=(*ascend.LIFE_OS.projections, NOTES),
    events=ascend.LIFE_OS.model.events.values(),
    fields={"day": text_field(10)},
)


def find_broken_rules(schema: Schema) -> set[str]:
    return {finding.rule for finding in check_schema(schema)}


def with_pattern(pattern: Pattern[Any], schema: Schema = MINE) -> Schema:
    """Return the schema with this pattern in place of the one that has the same query."""
    others = tuple(other for other in schema.patterns if other.query != pattern.query)
    return replace(schema, patterns=(*others, pattern))


def check_with_item(item: type[ascend.ReadItem], *patterns: Pattern[Any], **fields: Any) -> list[Finding]:
    """Check a schema with one more projection, which holds this item; the patterns read this item."""
    more = Projection("more", 1, (item,), patterns=tuple(replace(pattern, item=item) for pattern in patterns))
    return check_schema(Schema.collect(projections=(*ascend.LIFE_OS.projections, more), fields=fields))
