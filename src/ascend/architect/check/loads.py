"""Rules about what patterns assume: how much there is in a year, and which of them people wait for all day."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ascend.architect.check.schema import Finding, Rule, Schema
from ascend.architect.cost.prices import GIGABYTE
from ascend.projections.pattern import Pattern

PARTITION_BYTES = 10 * GIGABYTE
"""What one partition of the service holds; a longer list is spread over several by its sort key."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a pattern assumes comes to."""

    query: str
    primary: bool
    items: int
    """Of one list, in a year."""
    bytes: int
    reads_a_write: float


def outlook(schema: Schema) -> list[Outlook]:
    """Of each pattern; the longest list in a year first."""
    return sorted(map(outlook_of, schema.patterns), key=lambda one: one.bytes, reverse=True)


def outlook_of(pattern: Pattern[Any]) -> Outlook:
    load = pattern.load
    bytes = load.in_a_year * load.bytes
    return Outlook(pattern.query, load.primary, load.in_a_year, bytes, load.reads_a_day / max(1, load.writes_a_day))


def vast(schema: Schema) -> Iterator[Finding]:
    """A list that one partition does not hold in a year, without saying why it can bear that."""
    for pattern in schema.patterns:
        one = outlook_of(pattern)
        if one.bytes > PARTITION_BYTES and not pattern.hot:
            said = f"{one.items:,} items in a year are {gigabytes(one)}, and one partition holds {PARTITION_BYTES // GIGABYTE} GB"
            todo = "put what narrows it (a month, a status, a place) into its partition key, or say it (`hot=…`)"
            yield Finding("vast list", one.query, said, todo)


def rarely_read(schema: Schema) -> Iterator[Finding]:
    """A primary pattern that is asked less often than its items are written: its keys are paid for at each write."""
    for pattern in schema.patterns:
        load = pattern.load
        if load.primary and load.reads_a_day < load.writes_a_day:
            said = (
                f"people are said to wait for it all day: {load.reads_a_day:,} reads for {load.writes_a_day:,} writes"
            )
            todo = "take `primary` from it and let it ask an index that is there, or correct its load"
            yield Finding("rarely read", pattern.query, said, todo)


def summaries(schema: Schema) -> list[str]:
    """The longest list in a year; the primary pattern that is asked least for what is written."""
    found = outlook(schema)
    longest, primary = found[:1], [one for one in found if one.primary]
    least = sorted(primary, key=lambda one: one.reads_a_write)[:1]
    held = f"of the {PARTITION_BYTES // GIGABYTE} GB that one partition holds"
    return [
        *(
            f"In a year the longest list is {one.query}: {one.items:,} items, {gigabytes(one)} {held}."
            for one in longest
        ),
        *(
            f"Of {len(primary)} primary patterns {one.query} is asked least: {one.reads_a_write:.1f} reads a write."
            for one in least
        ),
    ]


def gigabytes(one: Outlook) -> str:
    return f"{one.bytes / GIGABYTE:,.3f} GB"


LOADS: tuple[Rule, ...] = (vast, rarely_read)
