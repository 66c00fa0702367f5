"""Bodies of commits as JSON."""

from collections.abc import Iterable

from ascend.adapters.table.item import Item
from ascend.domain.runtime.body import Body, decompress, encode
from ascend.domain.runtime.record import CommandRecord


def to_json_text(body: Body) -> str:
    """Return the JSON of a body."""
    return body.content if isinstance(body.content, str) else decompress(body.content)


def read_body_text(item: Item) -> str:
    """Return the JSON of the body of a stored commit."""
    body = item.attributes["body"]
    return body if isinstance(body, str) else decompress(body)


def encode_text(records: Iterable[CommandRecord]) -> str:
    """Return the JSON of the body of these commands."""
    return to_json_text(encode(records))
