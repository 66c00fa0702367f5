"""Items as stored: DynamoDB's typed JSON for keys, index keys, expiry and attributes, within the service's limits.

{"pk": …, "sk": …, "gsi1pk": …, "gsi1sk": …, "gsi2pk": …, "gsi2sk": …, "expires": …, attribute: …}
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.values import Typed, marshal, measure_text, unmarshal_all
from ascend.domain.errors import InvalidInput, LimitExceeded

TypedItem = dict[str, Typed]

ITEM_BYTES = 400 * 1024
PK_BYTES = 2048
SK_BYTES = 1024
NAME_BYTES = 65_535

RESERVED = frozenset({"pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk", "expires"})


def to_typed(table: Table, item: Item) -> tuple[TypedItem, int]:
    """Return the whole item as typed JSON, and its size in bytes as the service counts it.

    Raises: LimitExceeded (names the limit), InvalidInput.
    """
    typed, size = type_attributes(table, item)
    return _type_keys(item) | typed, size


def type_attributes(table: Table, item: Item) -> tuple[TypedItem, int]:
    """Return the attributes as typed JSON, without keys and expiry, and the size of the whole item. Raises as `to_typed`."""
    typed, size = TypedItem(), _measure_keys(table, item)
    for name, value in item.attributes.items():
        if isinstance(value, str) and value.isascii():  # most values are text, some of them ids: no call for them
            typed[name], value_size = {"S": value if type(value) is str else str.__str__(value)}, len(value)
        else:
            typed[name], value_size = marshal(value)
        size += check_name(name) + value_size
    if size > ITEM_BYTES:
        raise LimitExceeded(
            f"an item has at most {ITEM_BYTES:,} bytes, this one has {size:,}: {item.key.pk} {item.key.sk}"
        )
    return typed, size


def from_typed(typed: Mapping[str, Any]) -> Item:
    """Return the item. Raises: KeyError, ValueError and the like for what is no item, InvalidInput for sets."""
    values: dict[str, Any] = unmarshal_all(typed)
    key = Key(_take_text(values, "pk"), _take_text(values, "sk"))
    if values.keys().isdisjoint(RESERVED):
        return Item(key, values)
    gsi1 = Key(_take_text(values, "gsi1pk"), _take_text(values, "gsi1sk")) if "gsi1pk" in values else None
    gsi2 = Key(_take_text(values, "gsi2pk"), _take_text(values, "gsi2sk")) if "gsi2pk" in values else None
    expires = int(typed["expires"]["N"]) if "expires" in values else None
    attributes = {name: value for name, value in values.items() if name not in RESERVED}
    return Item(key, attributes, gsi1, gsi2, expires)


def _take_text(values: dict[str, Any], name: str) -> str:
    """Remove the text of one part of a key."""
    if not isinstance(text := values.pop(name), str):
        raise TypeError(f"a key holds {type(text).__name__}")
    return text


def key_from_typed(typed: Mapping[str, Any], index: str = "") -> Key:
    """Return the key of a typed item, in the table or in an index. Raises as `from_typed` does."""
    return Key(text_from_typed(typed[f"{index}pk"]), text_from_typed(typed[f"{index}sk"]))


def text_from_typed(typed: Mapping[str, Any]) -> str:
    """Return the text of one part of a key. Raises as `from_typed` does."""
    text = typed["S"]
    if not isinstance(text, str):
        raise TypeError(f"a key holds {type(text).__name__}")
    return text


def key_to_typed(key: Key) -> TypedItem:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def check_key(key: Key) -> int:
    """Return the bytes of both parts. Raises: InvalidInput (empty), LimitExceeded (2,048 and 1,024 bytes)."""
    pk, sk = key
    if pk.isascii() and sk.isascii() and 0 < len(pk) <= PK_BYTES and 0 < len(sk) <= SK_BYTES:  # nearly all keys
        return len(pk) + len(sk)
    return _check_key_part(pk, "partition", PK_BYTES) + _check_key_part(sk, "sort", SK_BYTES)


def check_pk(pk: str) -> int:
    return _check_key_part(pk, "partition", PK_BYTES)


def check_sk(sk: str) -> int:
    return _check_key_part(sk, "sort", SK_BYTES)


@lru_cache(maxsize=256)
def check_name(name: str) -> int:
    """Return the bytes of an attribute's name. Raises: InvalidInput (empty or reserved), LimitExceeded."""
    if name in RESERVED or not name:
        raise InvalidInput(f"an attribute cannot be named {name!r}")
    size = measure_text(name)
    if size > NAME_BYTES:
        raise LimitExceeded(f"an attribute's name has at most {NAME_BYTES:,} bytes, this one has {size:,}")
    return size


def _type_keys(item: Item) -> TypedItem:
    typed = key_to_typed(item.key)
    for index, key in (("gsi1", item.gsi1), ("gsi2", item.gsi2)):
        if key is not None:
            typed[f"{index}pk"], typed[f"{index}sk"] = {"S": key.pk}, {"S": key.sk}
    if item.expires is not None:
        typed["expires"] = marshal(item.expires)[0]
    return typed


def _measure_keys(table: Table, item: Item) -> int:
    """Return the bytes of the keys and of the expiry, with their names."""
    size = 4 + check_key(item.key)
    if table is Table.EVENTS and (item.gsi1 or item.gsi2 or item.expires is not None):
        raise InvalidInput("the events table has no indexes, and its items never expire")
    if item.gsi1 is not None:
        size += 12 + check_key(item.gsi1)
    if item.gsi2 is not None:
        size += 12 + check_key(item.gsi2)
    if item.expires is not None:
        size += 7 + marshal(item.expires)[1]
    return size


def _check_key_part(text: str, part: str, limit: int) -> int:
    size = measure_text(text)
    if not size:
        raise InvalidInput(f"a {part} key cannot be empty")
    if size > limit:
        raise LimitExceeded(f"a {part} key has at most {limit:,} bytes, this one has {size:,}")
    return size
