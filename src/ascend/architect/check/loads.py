"""Rules about the assumed loads: how many items a list holds after a year, and whether primary patterns are read often."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ascend.architect.check.schema import Finding, Rule, Schema
from ascend.architect.cost.prices import GIGABYTE
from ascend.projections.pattern import Pattern

PARTITION_BYTES = 10 * GIGABYTE
"""Size of one partition of the service. A longer list is spread over several partitions by its sort key."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A pattern's assumed load, one year from now."""

    query: str
    primary: bool
    items: int
    """Items of one list in a year."""
    bytes: int
    reads_a_write: float


def list_outlooks(schema: Schema) -> list[Outlook]:
    """Return the outlook of each pattern; the longest list in a year comes first."""
    return sorted(map(make_outlook, schema.patterns), key=lambda outlook: outlook.bytes, reverse=True)


def make_outlook(pattern: Pattern[Any]) -> Outlook:
    load = pattern.load
    return Outlook(
        query=pattern.query,
        primary=load.primary,
        items=load.in_a_year,
        bytes=load.in_a_year * load.bytes,
        reads_a_write=load.reads_a_day / max(1, load.writes_a_day),
    )


def find_vast_lists(schema: Schema) -> Iterator[Finding]:
    """Find lists that outgrow one partition within a year without a stated reason."""
    for pattern in schema.patterns:
        outlook = make_outlook(pattern)
        if outlook.bytes > PARTITION_BYTES and not pattern.hot:
            size = f"{outlook.items:,} items in a year are {format_gigabytes(outlook)}"
            problem = f"{size}, and one partition holds {PARTITION_BYTES // GIGABYTE} GB"
            todo = "put a field that narrows it (month, status, place) into its partition key, or state why it may be long (`hot=…`)"
            yield Finding("vast list", outlook.query, problem, todo)


def find_rarely_read(schema: Schema) -> Iterator[Finding]:
    """Find primary patterns that are read less often than their items are written: each write also pays for the index entries that only they read."""
    for pattern in schema.patterns:
        load = pattern.load
        if load.primary and load.reads_a_day < load.writes_a_day:
            counts = f"{load.reads_a_day:,} reads for {load.writes_a_day:,} writes"
            problem = f"it is primary, but it is read less often than its items are written: {counts} a day"
            todo = "remove `primary` and read the pattern from an existing index, or correct its load"
            yield Finding("rarely read", pattern.query, problem, todo)


def summarize_loads(schema: Schema) -> list[str]:
    """Return a sentence about the longest list in a year, and one about the primary pattern with the fewest reads a write."""
    outlooks = list_outlooks(schema)
    primary = [outlook for outlook in outlooks if outlook.primary]
    sentences: list[str] = []
    if outlooks:
        longest = outlooks[0]
        size = f"{longest.items:,} items, {format_gigabytes(longest)}"
        limit = f"of the {PARTITION_BYTES // GIGABYTE} GB that one partition holds"
        sentences.append(f"In a year the longest list is {longest.query}: {size} {limit}.")
    if primary:
        least = min(primary, key=lambda outlook: outlook.reads_a_write)
        reads = f"{least.reads_a_write:.1f} reads a write"
        sentences.append(f"Of {len(primary)} primary patterns, {least.query} is read least: {reads}.")
    return sentences


def format_gigabytes(outlook: Outlook) -> str:
    return f"{outlook.bytes / GIGABYTE:,.3f} GB"


LOAD_RULES: tuple[Rule, ...] = (find_vast_lists, find_rarely_read)
