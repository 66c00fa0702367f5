"""Sections of the design document about access patterns: their keys and their assumed load."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ascend.architect.documents.chosen_values import fill_chosen
from ascend.architect.documents.markdown import render_table
from ascend.architect.documents.measured import MeasuredPage
from ascend.projections.pattern import Pattern, RequestKind

COLUMNS = ("question", "query", "keys", "requests a page", "consistency", "lines", "read units")


def render_patterns(patterns: Sequence[Pattern[Any]], measured: Mapping[str, MeasuredPage]) -> str:
    """Return the table of patterns. The columns of measured figures are left out if nothing was measured."""
    rows = [describe_pattern(pattern) for pattern in patterns]
    if measured:
        rows = [row | describe_page(measured.get(pattern.query)) for row, pattern in zip(rows, patterns, strict=True)]
    head = [column for column in COLUMNS if column in rows[0]]
    return render_table(head, ([row[column] for column in head] for row in rows))


def describe_pattern(pattern: Pattern[Any]) -> dict[str, object]:
    return {
        "question": f"**{pattern.name}**" if pattern.load.primary else pattern.name,
        "query": f"`{pattern.query}`",
        "keys": describe_condition(pattern),
        "consistency": "index: eventual" if pattern.index else "strong",
    }


def describe_page(page: MeasuredPage | None) -> dict[str, object]:
    """Return the measured columns of a pattern. None: it was never measured."""
    if page is None:
        return {"requests a page": "not measured", "lines": "", "read units": ""}
    requests = " + ".join(f"{count} {name}" for name, count in sorted(page.requests.items(), reverse=True))
    return {"requests a page": requests, "lines": page.lines, "read units": page.units}


def describe_condition(pattern: Pattern[Any]) -> str:
    """Return the place and the key condition of the pattern's request, with the fields of the keys in braces."""
    if pattern.kind is RequestKind.LOG:
        return "events: `pk = W#{workspace}`, descending"
    place = f"gsi{pattern.index}" if pattern.index else "views"
    partition = fill_chosen(pattern.query, pattern.template.partition)
    if pattern.kind is RequestKind.GET:
        return f"{place}: `pk = {partition}`, `sk = {pattern.template.sort}`"
    prefix = fill_chosen(pattern.query, derive_sort_prefix(pattern))
    test = f"`begins_with(sk, {prefix})`" if prefix else "any `sk`"
    test += f", or a range of `{pattern.range}`" if pattern.range else ""
    return f"{place}: `pk = {partition}`, {test}" + (", descending" if pattern.descending else "")


def derive_sort_prefix(pattern: Pattern[Any]) -> str:
    """Return the sort key's template up to the first field that the caller does not give."""
    template = pattern.template
    fields = [field for field in template.sort_fields if field in pattern.given]
    texts = re.split(r"\{\w+\}", template.sort)
    prefix = "".join(f"{text}{{{field}}}" for text, field in zip(texts, fields, strict=False))
    return prefix if len(fields) == len(template.sort_fields) else prefix + texts[len(fields)]


def render_assumptions(patterns: Iterable[Pattern[Any]]) -> str:
    head = ("query", "reads a day", "writes a day", "items now", "in a year", "items a page", "bytes an item")
    return render_table(head, map(describe_load, patterns))


def describe_load(pattern: Pattern[Any]) -> tuple[str, ...]:
    load = pattern.load
    numbers = (load.reads_a_day, load.writes_a_day, load.items, load.in_a_year, load.page, load.bytes)
    return f"`{pattern.query}`", *(f"{number:,}" for number in numbers)
