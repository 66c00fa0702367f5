"""The first page of the design document: the entities, and the access patterns for which the keys are made."""

from collections.abc import Iterable
from typing import Any

from ascend.architect.documents.entities import describe_kind
from ascend.architect.documents.markdown import render_table
from ascend.architect.documents.pattern_sections import describe_condition
from ascend.projections.application import Application
from ascend.projections.pattern import Pattern

NONE_IS_PRIMARY = "No pattern is declared as primary (`Load.primary`): the keys favour none."


def render_entities(app: Application) -> str:
    """Return a line for each kind of entity: what it is."""
    return "\n".join(f"- **{kind.state.__name__}**: {describe_kind(kind)}" for kind in app.kinds)


def render_primary_patterns(patterns: Iterable[Pattern[Any]]) -> str:
    """Return the table of the primary patterns, the most frequent first."""
    primary = sorted((p for p in patterns if p.load.primary), key=lambda p: p.load.reads_a_day, reverse=True)
    head = ("question", "query", "keys", "reads a day")
    rows = [(p.name, f"[`{p.query}`](#{p.query})", describe_condition(p), f"{p.load.reads_a_day:,}") for p in primary]
    return render_table(head, rows) if rows else NONE_IS_PRIMARY
