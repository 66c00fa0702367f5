"""Rules about keys: no two item types can have the same one, none outgrows its limit, no page shows what is not asked.

Two templates may meet where, part by part between the separators, a sample of the one fits the other.
"""

import re
from collections.abc import Iterator
from itertools import combinations, zip_longest

from ascend.adapters.layout.template import FIELD, SEPARATOR
from ascend.adapters.table.typed import PK_BYTES, SK_BYTES
from ascend.architect.check.schema import Finding, Keys, Rule, Schema
from ascend.projections.pattern import RequestKind


def unknown(schema: Schema) -> Iterator[Finding]:
    """A field of which nobody says what it may hold."""
    for keys in schema.all_keys():
        names = dict.fromkeys(FIELD.findall(keys.template.pk + keys.template.sk))
        for name in names:
            if schema.field(name, keys.item) is None:
                said = f"nobody says what {name} may hold, or how long it can become"
                yield Finding("unknown field", str(keys), said, f"say it: Schema.of(fields={{{name!r}: label(…)}})")


def too_long(schema: Schema) -> Iterator[Finding]:
    """A key that can outgrow what the service takes."""
    for keys in schema.all_keys():
        for part, text, limit in (("partition", keys.template.pk, PK_BYTES), ("sort", keys.template.sk, SK_BYTES)):
            longest = len(FIELD.sub("", text).encode()) + sum(one.bytes for _, one in schema.fields_in(text, keys.item))
            if longest > limit:
                said = f"the {part} key can have {longest:,} bytes, and the service takes {limit:,}"
                yield Finding("long key", str(keys), said, "bound its fields, or put a digest of the longest one there")


def same(schema: Schema) -> Iterator[Finding]:
    """Two item types with the same keys, or with keys that can be the same."""
    for one, other in combinations(schema.all_keys(), 2):
        if one.item.table is not other.item.table or one.place != other.place or replaces(one, other):
            continue
        if one.template == other.template:
            said = f"{other.item.name} has the same keys: one of the two overwrites the other"
            yield Finding("same keys", str(one), said, "begin the sort key of each with a word of its own")
        elif may_meet(schema, one, other):
            said = f"its key can be that of {other}: one of the two overwrites the other"
            yield Finding("collision", str(one), said, "begin the sort key of each with a word of its own")


def replaces(one: Keys, other: Keys) -> bool:
    return one.item.name == other.item.instead_of or other.item.name == one.item.instead_of


def mixed(schema: Schema) -> Iterator[Finding]:
    """A page of one item type in which another may stand."""
    for pattern in schema.patterns:
        keys = schema.keys_of(pattern)
        if keys is None or pattern.kind is not RequestKind.QUERY:
            continue
        for other in schema.all_keys():
            there = other.place == keys.place and other.item.table is keys.item.table and other != keys
            if there and begins_like(schema, keys, prefix(keys.template.sk, pattern.given), other):
                said = f"a page of it may show {other}"
                yield Finding(
                    "mixed page", f"{pattern.query}, asked of {keys}", said, "begin each with a word of its own"
                )


def prefix(sort: str, given: tuple[str, ...]) -> str:
    """Of a sort key's template, up to what is not given."""
    missing = next((field for field in FIELD.finditer(sort) if field[1] not in given), None)
    return sort[: missing.start()] if missing else sort


# ---- when templates meet -------------------------------------------------------------------------------------------


def may_meet(schema: Schema, one: Keys, other: Keys) -> bool:
    return texts_meet(schema, one, one.template.pk, other, other.template.pk) and texts_meet(
        schema, one, one.template.sk, other, other.template.sk
    )


def begins_like(schema: Schema, one: Keys, beginning: str, other: Keys) -> bool:
    """Whether the other type's keys may lie in the same partition, and its sort keys begin so."""
    if not texts_meet(schema, one, one.template.pk, other, other.template.pk):
        return False
    *whole, last = beginning.split(SEPARATOR)
    parts = other.template.sk.split(SEPARATOR)
    if len(parts) < len(whole) + bool(last):
        return False
    if not all(parts_meet(schema, one, a, other, b) for a, b in zip(whole, parts, strict=False)):
        return False
    return not last or re.match(expression(schema, one, last), sample(schema, other, parts[len(whole)])) is not None


def texts_meet(schema: Schema, one: Keys, text: str, other: Keys, other_text: str) -> bool:
    pairs = zip_longest(text.split(SEPARATOR), other_text.split(SEPARATOR))
    return all(a is not None and b is not None and parts_meet(schema, one, a, other, b) for a, b in pairs)


def parts_meet(schema: Schema, one: Keys, part: str, other: Keys, other_part: str) -> bool:
    """Of two parts without a separator."""
    if part == other_part:
        return True
    fits = re.fullmatch(expression(schema, one, part), sample(schema, other, other_part))
    return bool(fits or re.fullmatch(expression(schema, other, other_part), sample(schema, one, part)))


def expression(schema: Schema, keys: Keys, part: str) -> str:
    """What a part may hold, as a regular expression; anything, where it is not known."""
    return "".join(
        f"(?:{found.text})"
        if at % 2 and (found := schema.field(piece, keys.item))
        else "[^#]*"
        if at % 2
        else re.escape(piece)
        for at, piece in enumerate(FIELD.split(part))
    )


def sample(schema: Schema, keys: Keys, part: str) -> str:
    def of(field: re.Match[str]) -> str:
        found = schema.field(field[1], keys.item)
        return found.sample if found else "a"

    return FIELD.sub(of, part)


KEYS: tuple[Rule, ...] = (unknown, too_long, same, mixed)
