"""The text of a value in a key. Written code renders the same text, in Python and in TypeScript.

text      exact: `keyed`      in order: `sortable`
number    16 digits, after adding 10^15, so that negative numbers sort first
date      2030-01-31
instant   2030-01-31T08:00:00.000000Z
flag      true, false
choice    the value
missing   exact: no entry     in order: sorts last

In order, a text ends with a character that sorts before all others: "Box" comes before "Box 2".
"""

from datetime import date, datetime

from ascend.architect.review.proposal import ProposedAttribute, ValueType
from ascend.domain.values import instant_text
from ascend.projections.item import keyed, sortable

NUMBER_LIMIT = 10**15
"""Numbers are greater than the negative of this, and less than this."""
NUMBER_DIGITS = 16
END = "\t"
LAST_OF_TEXTS = "\U0010ffff"
LAST = "~"
"""Sorts after every date, number, flag and choice."""
Scalar = str | int | bool | date | datetime | None


def to_exact_text(value: Scalar) -> str | None:
    """Return the text of a value for exact matches; None for a missing value."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case int():
            return f"{value + NUMBER_LIMIT:0{NUMBER_DIGITS}d}"
        case datetime():
            return instant_text(value)
        case date():
            return value.isoformat()
        case _:
            return keyed(value)


def to_order_text(attribute: ProposedAttribute, value: Scalar) -> str:
    """Return the text of a value that sorts as people expect."""
    is_text = attribute.type is ValueType.TEXT
    if value is None:
        return LAST_OF_TEXTS if is_text else LAST
    return sortable(str(value)) + END if is_text else to_exact_text(value) or LAST


def to_first_text(attribute: ProposedAttribute, value: Scalar) -> str:
    """Return the beginning of the keys of a value: a range from it, or to it, covers all texts that begin with it."""
    return to_order_text(attribute, value).removesuffix(END)
