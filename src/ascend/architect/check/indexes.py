"""Rules about indexes: a pattern reads each index, each holds what its patterns read, and its projection is the cheapest."""

from collections.abc import Iterator
from typing import Any

from ascend.adapters.layout.table_specs import ALL, IndexSpec
from ascend.architect.check.projections import LEAST_SAVING, TOLERANCE, compare_projections
from ascend.architect.check.schema import Finding, Rule, Schema
from ascend.projections.pattern import Pattern

READ_ATTRIBUTES = ("data",)
"""The attributes that a query reads of a read item."""


def find_unused_indexes(schema: Schema) -> Iterator[Finding]:
    """Find indexes that no pattern reads, and items in an index that no pattern reads there.

    An index without items costs nothing.
    """
    filled = {keys.place for keys in schema.iter_keys()}
    for spec in schema.indexes:
        if spec.name in filled and not schema.find_patterns(spec):
            problem = "no pattern reads it, and every write of an item in it is paid for twice"
            yield Finding("unused index", spec.name, problem, "remove it, or declare the pattern that needs it")
    for keys in schema.iter_keys():
        if keys.place.startswith("gsi") and not any(schema.find_keys(pattern) == keys for pattern in schema.patterns):
            todo = (
                f"remove {keys.place} from {keys.item.name} (a new version of its projection), or declare the pattern"
            )
            yield Finding("unused index", str(keys), "no pattern reads these items there", todo)


def find_missing_attributes(schema: Schema) -> Iterator[Finding]:
    """Find indexes that leave out an attribute that a pattern reads."""
    for spec in schema.indexes:
        missing = find_left_out(spec)
        if missing and (patterns := schema.find_patterns(spec)):
            yield report_missing_attributes(spec, missing, patterns)


def find_left_out(spec: IndexSpec) -> list[str]:
    return [name for name in READ_ATTRIBUTES if spec.projection != ALL and name not in spec.included]


def report_missing_attributes(spec: IndexSpec, missing: list[str], patterns: list[Pattern[Any]]) -> Finding:
    queries, names = ", ".join(pattern.query for pattern in patterns), ", ".join(missing)
    problem = f"{queries} reads {names}, which {spec.projection} leaves out"
    return Finding("projection", spec.name, problem, f"project {ALL}, or include {names}")


def find_costly_projections(schema: Schema) -> Iterator[Finding]:
    """Find indexes that would be cheaper if they held less, or more."""
    for alternatives in compare_projections(schema):
        declared, best = alternatives.money[alternatives.declared], alternatives.money[alternatives.cheapest]
        if declared > best * TOLERANCE and declared - best > LEAST_SAVING:
            problem = f"{alternatives.declared} costs ${declared:.2f} a month, {alternatives.cheapest} ${best:.2f}"
            todo = f"project {alternatives.cheapest}, or correct the loads of the patterns"
            yield Finding("projection", alternatives.index, problem, todo)


INDEX_RULES: tuple[Rule, ...] = (find_unused_indexes, find_missing_attributes, find_costly_projections)
