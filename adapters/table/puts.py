"""Many conditional puts at once: the values of `Tables.put_all`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from ascend.adapters.table.conditions import Condition
from ascend.adapters.table.item import Item
from ascend.domain.errors import InvalidInput

T = TypeVar("T")


class Put(NamedTuple):
    """A conditional put, one of many that are sent together."""

    item: Item
    when: Condition
    is_new: bool = False
    """True if the writer expects that no item has the key. A wrong guess costs one more request and changes no outcome."""


def check_different_keys(puts: Sequence[Put]) -> None:
    """Raises: InvalidInput if two of the puts have the same key."""
    if len({put.item.key for put in puts}) < len(puts):
        raise InvalidInput("two of the puts that are sent together have the same key: send them one after the other")


def split_puts(puts: Iterable[T], measure: Callable[[T], int], *, most: int, bytes: int) -> Iterator[list[T]]:
    """Yield the puts, in order, in parts of at most `most` puts and at most so many bytes, or one larger put."""
    part: list[T] = []
    size = 0
    for put in puts:
        put_size = measure(put)
        if part and (len(part) == most or size + put_size > bytes):
            yield part
            part, size = [], 0
        part.append(put)
        size += put_size
    if part:
        yield part
