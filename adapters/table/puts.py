"""Many conditional puts at once: the values of `Tables.put_all`."""

from collections.abc import Sequence
from dataclasses import dataclass

from ascend.adapters.table.conditions import Condition
from ascend.adapters.table.item import Item
from ascend.domain.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Put:
    """A conditional put, one of many that are sent together."""

    item: Item
    when: Condition
    is_new: bool = False
    """True if the writer expects that no item has the key. A wrong guess costs one more request and changes no outcome."""


def check_different_keys(puts: Sequence[Put]) -> None:
    """Raises: InvalidInput if two of the puts have the same key."""
    if len({put.item.key for put in puts}) < len(puts):
        raise InvalidInput("two of the puts that are sent together have the same key: send them one after the other")
