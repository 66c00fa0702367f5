"""Decide whether two key templates can render the same key.

Templates are compared part by part, between the separators. Two parts can be equal if a sample of one fits the pattern
of the other.
"""

import re
from itertools import zip_longest

from ascend.architect.check.schema import PlacedKeys, Schema
from ascend.projections.key_template import FIELD, SEPARATOR


def can_be_equal(schema: Schema, first: PlacedKeys, second: PlacedKeys) -> bool:
    """Return True if the two item types can have an item with the same key."""
    return can_share_partition(schema, first, second) and texts_can_be_equal(
        schema, first, first.template.sk, second, second.template.sk
    )


def can_share_partition(schema: Schema, first: PlacedKeys, second: PlacedKeys) -> bool:
    return texts_can_be_equal(schema, first, first.template.pk, second, second.template.pk)


def begins_like(schema: Schema, keys: PlacedKeys, beginning: str, other: PlacedKeys) -> bool:
    """Return True if the other type can share a partition with `keys` and its sort keys can begin with `beginning`."""
    if not can_share_partition(schema, keys, other):
        return False
    *whole, last = beginning.split(SEPARATOR)
    parts = other.template.sk.split(SEPARATOR)
    if len(parts) < len(whole) + bool(last):
        return False
    if not all(parts_can_be_equal(schema, keys, mine, other, its) for mine, its in zip(whole, parts, strict=False)):
        return False
    return (
        not last
        or re.match(make_pattern(schema, keys, last), make_sample(schema, other, parts[len(whole)])) is not None
    )


def texts_can_be_equal(schema: Schema, first: PlacedKeys, text: str, second: PlacedKeys, second_text: str) -> bool:
    """Compare two templates, each either of a partition key or of a sort key."""
    pairs = zip_longest(text.split(SEPARATOR), second_text.split(SEPARATOR))
    return all(
        part is not None and second_part is not None and parts_can_be_equal(schema, first, part, second, second_part)
        for part, second_part in pairs
    )


def parts_can_be_equal(schema: Schema, first: PlacedKeys, part: str, second: PlacedKeys, second_part: str) -> bool:
    """Compare two parts of templates; a part holds no separator."""
    if part == second_part:
        return True
    if re.fullmatch(make_pattern(schema, first, part), make_sample(schema, second, second_part)):
        return True
    return bool(re.fullmatch(make_pattern(schema, second, second_part), make_sample(schema, first, part)))


def make_pattern(schema: Schema, keys: PlacedKeys, part: str) -> str:
    """Return a regular expression for a part. An unknown field matches any text without a separator."""

    def replace(name: str) -> str:
        field = schema.find_field(name, keys.item)
        return f"(?:{field.text})" if field else f"[^{SEPARATOR}]*"

    pieces = FIELD.split(part)  # text and names of fields in turn
    return "".join(replace(piece) if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))


def make_sample(schema: Schema, keys: PlacedKeys, part: str) -> str:
    """Return one text that the part can render."""

    def replace(match: re.Match[str]) -> str:
        field = schema.find_field(match[1], keys.item)
        return field.sample if field else "a"

    return FIELD.sub(replace, part)
