"""Rules about access patterns: one key condition answers each pattern, and a projection writes its items there."""

from collections.abc import Iterator
from typing import Any

from ascend.architect.check.schema import BUILD, Finding, PlacedKeys, Rule, Schema
from ascend.projections.key_template import FIELD
from ascend.projections.pattern import Pattern, RequestKind


def find_scans(schema: Schema) -> Iterator[Finding]:
    """Find patterns that no key condition on one partition can answer."""
    for pattern in schema.patterns:
        if pattern.kind is not RequestKind.LOG:
            keys = schema.find_keys(pattern)
            yield from (report_missing_item(pattern),) if keys is None else check_key_condition(pattern, keys)


def report_missing_item(pattern: Pattern[Any]) -> Finding:
    place = f"gsi{pattern.index}" if pattern.index else "the table"
    return Finding(
        "scan",
        pattern.query,
        f"no projection of this schema writes a {pattern.item.__name__} to {place}",
        f"register its projection, or give {pattern.item.__name__} keys there",
    )


def check_key_condition(pattern: Pattern[Any], keys: PlacedKeys) -> Iterator[Finding]:
    """Check that the given fields are the whole partition key and then the first fields of the sort key.

    The field of a range must be the next field of the sort key.
    """
    partition = [name for name in FIELD.findall(keys.template.pk) if name != BUILD]
    missing = [name for name in partition if name not in pattern.given]
    where = f"{pattern.query}, which reads {keys}"
    if missing:
        problem = f"it does not give {', '.join(missing)} of the partition key: it would have to scan"
        todo = f"give {', '.join(missing)}, or read an index whose partition key holds only fields that are given"
        yield Finding("scan", where, problem, todo)
    sort = [name for name in FIELD.findall(keys.template.sk) if name not in partition]
    given = [name for name in pattern.given if name not in partition]
    if fault := find_sort_key_fault(pattern, sort, given):
        yield Finding("scan", where, *fault)


def find_sort_key_fault(pattern: Pattern[Any], sort: list[str], given: list[str]) -> tuple[str, str] | None:
    """Return the problem with the given fields of the sort key, and what to do; None if there is no problem."""
    if unknown := [name for name in given if name not in sort]:
        names = ", ".join(unknown)
        problem = f"neither key holds {names}: it would have to read everything and filter"
        return problem, f"put {names} into the sort key, or into the keys of an index"
    if given != sort[: len(given)]:
        skipped = next(name for name in sort if name not in given)
        problem = f"it skips {skipped} in the sort key: the fields after {skipped} cannot narrow the query"
        return problem, f"give {skipped}, or read an index that is sorted by {', '.join(given)}"
    if pattern.kind is RequestKind.GET and len(given) < len(sort):
        problem = f"it reads one item, but {', '.join(sort[len(given) :])} of the key is not given"
        return problem, "give the whole key, or make it a Query"
    if pattern.range is not None and sort[len(given) : len(given) + 1] != [pattern.range]:
        problem = f"its range is on {pattern.range}, which does not follow the given fields in the sort key"
        place = f"directly after {given[-1]}" if given else "at the beginning"
        return problem, f"put {pattern.range} {place}"
    return None


PATTERN_RULES: tuple[Rule, ...] = (find_scans,)
