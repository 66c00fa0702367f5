"""A schema with a projection and patterns of one's own: well as it is, for faults to be planted in."""

from dataclasses import replace
from typing import Any

import ascend
from ascend.architect.check.rules import Finding, Schema, check, label
from ascend.projections.pattern import Load, Pattern, RequestKind
from ascend.projections.projection import Projection
from ascend.projections.queries.patterns import PATTERNS

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


NOTES = Projection("notes", 1, (NoteLine,))
NOTE: Pattern[Any] = Pattern(
    name="One note",
    query="note",
    kind=RequestKind.GET,
    projection=NOTES,
    item=NoteLine,
    given=("workspace", "note"),
    load=LOAD,
    hot="few notes",
)
NOTES_OF: Pattern[Any] = Pattern(
    name="Notes of somebody by day",
    query="notes_of",
    projection=NOTES,
    item=NoteLine,
    given=("workspace", "author"),
    index=1,
    range="day",
    load=LOAD,
)
MINE = Schema.of(
    projections=(*ascend.PROJECTIONS, NOTES),
    patterns=(*PATTERNS, NOTE, NOTES_OF),
    fields={"day": label(10)},
)


def rules(schema: Schema) -> set[str]:
    return {finding.rule for finding in check(schema)}


def with_pattern(pattern: Pattern[Any], schema: Schema = MINE) -> Schema:
    """In the place of the one with this query."""
    others = tuple(one for one in schema.patterns if one.query != pattern.query)
    return replace(schema, patterns=(*others, pattern))


def with_item(item: type[ascend.ReadItem], *patterns: Pattern[Any], **said: Any) -> list[Finding]:
    """A projection more, with this item."""
    more = Projection("more", 1, (item,))
    known = tuple(replace(one, projection=more, item=item) for one in patterns)
    return check(Schema.of(projections=(*ascend.PROJECTIONS, more), patterns=(*PATTERNS, *known), fields=said))
