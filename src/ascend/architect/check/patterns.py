"""Rules about access patterns: each is answered by one key condition, and by items that are there."""

from collections.abc import Iterator
from typing import Any

from ascend.adapters.layout.template import FIELD
from ascend.architect.check.schema import BUILD, Finding, Keys, Rule, Schema
from ascend.projections.pattern import Pattern, RequestKind


def scans(schema: Schema) -> Iterator[Finding]:
    """A pattern that is not answered by a part of one partition."""
    for pattern in schema.patterns:
        if pattern.kind is not RequestKind.LOG:
            keys = schema.keys_of(pattern)
            yield from (nowhere(pattern),) if keys is None else condition(pattern, keys)


def nowhere(pattern: Pattern[Any]) -> Finding:
    place = f"gsi{pattern.index}" if pattern.index else "the table"
    return Finding(
        "scan",
        pattern.query,
        f"no projection of this schema puts a {pattern.item.__name__} into {place}",
        f"register its projection, or give {pattern.item.__name__} keys there",
    )


def condition(pattern: Pattern[Any], keys: Keys) -> Iterator[Finding]:
    """Given must be the whole partition, then the first fields of the sort key; a range is of the next one."""
    partition = [name for name in FIELD.findall(keys.template.pk) if name != BUILD]
    sort = [name for name in FIELD.findall(keys.template.sk) if name not in partition]
    given = [name for name in pattern.given if name not in partition]
    where = f"{pattern.query}, asked of {keys}"
    if missing := [name for name in partition if name not in pattern.given]:
        said = f"it does not know {', '.join(missing)}, which the partition key holds: it would have to scan"
        yield Finding("scan", where, said, f"give {', '.join(missing)}, or an index whose partition is what it knows")
    if strange := [name for name in given if name not in sort]:
        said = f"{', '.join(strange)} stands in neither key: it would have to read all and filter"
        yield Finding("scan", where, said, f"put {', '.join(strange)} into the sort key, or into an index")
    elif given != sort[: len(given)]:
        skipped = next(name for name in sort if name not in given)
        said = f"it skips {skipped} in the sort key: what comes behind it narrows nothing"
        yield Finding("scan", where, said, f"give {skipped}, or an index that is sorted by {', '.join(given)}")
    elif pattern.kind is RequestKind.GET and len(given) < len(sort):
        said = f"one item is asked for, and {', '.join(sort[len(given) :])} of its key is not given"
        yield Finding("scan", where, said, "give the whole key, or make it a Query")
    elif pattern.range is not None and sort[len(given) : len(given) + 1] != [pattern.range]:
        said = f"its range is of {pattern.range}, which does not follow what is given in the sort key"
        yield Finding(
            "scan", where, said, f"put {pattern.range} right behind {given[-1] if given else 'the beginning'}"
        )


ASKED: tuple[Rule, ...] = (scans,)
