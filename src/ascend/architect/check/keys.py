"""Rules about keys: no two item types share a key, no key exceeds its limit, and no page shows items of another type."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from ascend.adapters.table.typed import PK_BYTES, SK_BYTES
from ascend.architect.check.collisions import begins_like, can_be_equal
from ascend.architect.check.schema import Finding, PlacedKeys, Rule, Schema
from ascend.projections.key_template import FIELD, TextTemplate
from ascend.projections.pattern import Pattern, RequestKind

UNIQUE_BEGINNING = "begin the sort key of each with a word of its own"


def find_unknown_fields(schema: Schema) -> Iterator[Finding]:
    """Find key fields whose possible values are not known."""
    for keys in schema.iter_keys():
        for name in dict.fromkeys(FIELD.findall(keys.template.pk + keys.template.sk)):
            if schema.find_field(name, keys.item) is None:
                problem = f"the values and the greatest length of {name} are not known"
                todo = (
                    "give it a type that says so (an id, an enum, a date, a str with `max_length`, a form such as `LabelKey`),"
                    " or declare it:"
                    f" Schema.collect(fields={{{name!r}: text_field(…)}})"
                )
                yield Finding("unknown field", str(keys), problem, todo)


def find_long_keys(schema: Schema) -> Iterator[Finding]:
    """Find keys that can exceed the limit of the service."""
    for keys in schema.iter_keys():
        for part, text, limit in (("partition", keys.template.pk, PK_BYTES), ("sort", keys.template.sk, SK_BYTES)):
            longest = find_longest(schema, keys, text)
            if longest > limit:
                problem = f"the {part} key can have {longest:,} bytes, and the service takes {limit:,}"
                todo = "bound its fields, or replace the longest field by a digest"
                yield Finding("long key", str(keys), problem, todo)


def find_longest(schema: Schema, keys: PlacedKeys, text: str) -> int:
    """Return the bytes of the longest key of a template."""
    fields = schema.find_fields(text, keys.item)
    return len(FIELD.sub("", text).encode()) + sum(field.bytes for _, field in fields)


def find_equal_keys(schema: Schema) -> Iterator[Finding]:
    """Find pairs of item types whose keys are the same, or can be the same."""
    for first, second in combinations(schema.iter_keys(), 2):
        if not is_same_place(first, second) or is_replacement(first, second):
            continue
        if first.template == second.template:
            problem = f"{second.item.name} has the same keys: one item overwrites the other"
            yield Finding("same keys", str(first), problem, UNIQUE_BEGINNING)
        elif can_be_equal(schema, first, second):
            problem = f"its key can equal the key of {second}: one item overwrites the other"
            yield Finding("collision", str(first), problem, UNIQUE_BEGINNING)


def is_same_place(first: PlacedKeys, second: PlacedKeys) -> bool:
    return first.item.table is second.item.table and first.place == second.place


def is_replacement(first: PlacedKeys, second: PlacedKeys) -> bool:
    """Return True if an item of one type is meant to replace an item of the other."""
    return first.item.name == second.item.replaces or second.item.name == first.item.replaces


def find_mixed_pages(schema: Schema) -> Iterator[Finding]:
    """Find patterns whose pages can contain items of another type."""
    for pattern in schema.patterns:
        keys = schema.find_keys(pattern)
        if keys is not None and pattern.kind is RequestKind.QUERY:
            yield from find_strangers(schema, pattern, keys)


def find_strangers(schema: Schema, pattern: Pattern[Any], keys: PlacedKeys) -> Iterator[Finding]:
    beginning = TextTemplate(keys.template.sk).before_missing(pattern.given).text
    for other in schema.iter_keys():
        is_other = is_same_place(keys, other) and other != keys
        if is_other and begins_like(schema, keys, beginning, other):
            where = f"{pattern.query}, which reads {keys}"
            yield Finding("mixed page", where, f"a page can contain {other}", UNIQUE_BEGINNING)


KEY_RULES: tuple[Rule, ...] = (find_unknown_fields, find_long_keys, find_equal_keys, find_mixed_pages)
