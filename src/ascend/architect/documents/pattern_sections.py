"""Sections of the design document about access patterns: their keys, their assumed load, and an example of each."""

import re
from typing import Any

from ascend.architect.documents.examples import EXAMPLES
from ascend.architect.documents.markdown import render_table
from ascend.architect.documents.measured import MeasuredPage, load_measured
from ascend.projections.catalog import PATTERNS
from ascend.projections.pattern import Pattern, RequestKind


def render_patterns() -> str:
    measured = load_measured()
    head = ("question", "query", "keys", "requests a page", "consistency", "lines", "read units")
    return render_table(head, (describe_pattern(pattern, measured[pattern.query]) for pattern in PATTERNS))


def describe_pattern(pattern: Pattern[Any], page: MeasuredPage) -> tuple[object, ...]:
    question = f"**{pattern.name}**" if pattern.load.primary else pattern.name
    requests = " + ".join(f"{count} {name}" for name, count in sorted(page.requests.items(), reverse=True))
    consistency = "index: eventual" if pattern.index else "strong"
    return question, f"`{pattern.query}`", describe_condition(pattern), requests, consistency, page.lines, page.units


def describe_condition(pattern: Pattern[Any]) -> str:
    """Return the place and the key condition of the pattern's request, with the names of the key templates."""
    if pattern.kind is RequestKind.LOG:
        return "events: `pk = W#{workspace}`, descending"
    place = f"gsi{pattern.index}" if pattern.index else "views"
    template = pattern.template
    if pattern.kind is RequestKind.GET:
        return f"{place}: `pk = {template.partition}`, `sk = {template.sort}`"
    prefix = derive_sort_prefix(pattern)
    test = f"`begins_with(sk, {prefix})`" if prefix else "any `sk`"
    test += f", or a range of `{pattern.range}`" if pattern.range else ""
    return f"{place}: `pk = {template.partition}`, {test}" + (", descending" if pattern.descending else "")


def derive_sort_prefix(pattern: Pattern[Any]) -> str:
    """Return the sort key's template up to the first field that the caller does not give."""
    template = pattern.template
    fields = [field for field in template.sort_fields if field in pattern.given]
    texts = re.split(r"\{\w+\}", template.sort)
    prefix = "".join(f"{text}{{{field}}}" for text, field in zip(texts, fields, strict=False))
    return prefix if len(fields) == len(template.sort_fields) else prefix + texts[len(fields)]


def render_assumptions() -> str:
    head = ("query", "reads a day", "writes a day", "items now", "in a year", "items a page", "bytes an item")
    return render_table(head, map(describe_load, PATTERNS))


def describe_load(pattern: Pattern[Any]) -> tuple[str, ...]:
    load = pattern.load
    numbers = (load.reads_a_day, load.writes_a_day, load.items, load.in_a_year, load.page, load.bytes)
    return f"`{pattern.query}`", *(f"{number:,}" for number in numbers)


def render_examples() -> str:
    return "\n\n".join(map(render_example, PATTERNS))


def render_example(pattern: Pattern[Any]) -> str:
    joined = f"; the BatchGet also reads {pattern.joined}" if pattern.joined else ""
    code = f"```text\nawait {EXAMPLES[pattern.query]}\n```"
    return f"{pattern.name}:\n\n{code}\n\n{describe_condition(pattern)}{joined}."
