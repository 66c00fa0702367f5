"""Builds the PartiQL statements of conditional puts, as pure values. Many of them are sent in one request (see `bulk`).

    Absent    INSERT            fails where an item has the key
    Below     INSERT or UPDATE  as the writer expects, and the other one where it was wrong: UPDATE fails where no item has
                                the key, or where the item's number is not lower
    Equals    UPDATE            fails where no item has the key, or where an attribute has another value

An UPDATE leaves the item as a put of the whole item does: it sets every attribute of the item, and removes every other one
that an item of the views table may have. The names come from the schema (`layout`). So a statement holds names of the
schema only, and text from outside is always a parameter; an item with another name is put by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, assert_never

from ascend.adapters.layout.catalog import attribute_names
from ascend.adapters.table.conditions import Absent, Below, Condition, Equals, names_of
from ascend.adapters.table.item import Table, Value
from ascend.adapters.table.typed import TypedItem
from ascend.adapters.table.values import Typed, marshal

REQUEST_BYTES = 1_000_000
"""The limit of the items in one request. The service takes 16 MB, but 1 MB is surely sent within the client's timeout."""
STATEMENT_CHARACTERS = 8_192
"""The service's limit of one statement. The longest one that the schema can need is far shorter."""

KEY = ("pk", "sk")
NAMES = attribute_names(Table.VIEWS)
_ALL_NAMES = frozenset({*KEY, *NAMES})


class Verb(Enum):
    """The two kinds of statement. The service may refuse one of them (an emulator does)."""

    INSERT = "INSERT"
    UPDATE = "UPDATE"


@dataclass(frozen=True, slots=True)
class CheckedPut:
    """A put that has passed all checks, with its item as typed JSON."""

    typed: TypedItem
    size: int
    when: Condition
    is_new: bool

    @property
    def verbs(self) -> tuple[Verb, ...]:
        """The statements that may write the item, in the order in which they are tried."""
        match self.when:
            case Absent():
                return (Verb.INSERT,)
            case Below():
                return (Verb.INSERT, Verb.UPDATE) if self.is_new else (Verb.UPDATE, Verb.INSERT)
            case Equals():
                return (Verb.UPDATE,)
            case _:
                assert_never(self.when)

    @property
    def bytes(self) -> int:
        """The bytes of the item, and of the values that its condition compares."""
        match self.when:
            case Absent() | Below():
                return self.size
            case Equals(attributes):
                return self.size + sum(marshal(value)[1] for value in attributes.values())
            case _:
                assert_never(self.when)


def can_say(put: CheckedPut) -> bool:
    """Return True if a statement can write the item: all its names are those of the schema, and it fits a request."""
    return put.typed.keys() <= _ALL_NAMES and NAMES.issuperset(names_of(put.when)) and put.bytes <= REQUEST_BYTES


def build_statement(table: str, put: CheckedPut, verb: Verb) -> dict[str, Any]:
    """Return one statement of a request, with its parameters."""
    names = tuple(put.typed)
    if verb is Verb.INSERT:
        return {"Statement": _build_insert(table, names), "Parameters": [*put.typed.values()]}
    terms, expected = _build_terms(put.when)
    set_names = tuple(name for name in names if name not in KEY)
    values = [put.typed[name] for name in (*set_names, *KEY)]
    return {"Statement": _build_update(table, set_names, terms), "Parameters": values + expected}


def _build_terms(when: Condition) -> tuple[tuple[str, ...], list[Typed]]:
    """Return the condition's terms beside the key, and their parameters."""
    match when:
        case Absent():
            raise ValueError("an UPDATE cannot ask for the absence of its item")
        case Below(attribute, value):
            return (f'"{attribute}" < ?',), [marshal(value)[0]]
        case Equals(attributes):
            return _build_equal_terms(attributes)
        case _:
            assert_never(when)


def _build_equal_terms(attributes: Mapping[str, Value]) -> tuple[tuple[str, ...], list[Typed]]:
    terms = (
        f'("{name}" IS MISSING OR "{name}" IS NULL)' if value is None else f'"{name}" = ?'
        for name, value in attributes.items()
    )
    return tuple(terms), [marshal(value)[0] for value in attributes.values() if value is not None]


@lru_cache(maxsize=256)
def _build_insert(table: str, names: Sequence[str]) -> str:
    return f'INSERT INTO "{table}" VALUE {{{", ".join(f"{name!r}: ?" for name in names)}}}'


@lru_cache(maxsize=256)
def _build_update(table: str, names: Sequence[str], terms: Sequence[str]) -> str:
    """Every attribute has a clause of its own: a clause with several is not understood everywhere."""
    sets = [f'SET "{name}" = ?' for name in names]
    removes = [f'REMOVE "{name}"' for name in sorted(NAMES.difference(names))]
    where = " AND ".join((*(f'"{name}" = ?' for name in KEY), *terms))
    return " ".join((f'UPDATE "{table}"', *sets, *removes, "WHERE", where))
