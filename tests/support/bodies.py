"""Bodies of commits as JSON."""

from collections.abc import Iterable

from ascend.domain.runtime.body import Body, encode
from ascend.domain.runtime.record import CommandRecord


def to_json_text(body: Body) -> str:
    """Return the JSON of a body."""
    assert isinstance(body.content, str)
    return body.content


def encode_text(records: Iterable[CommandRecord]) -> str:
    """Return the JSON of the body of these commands."""
    return to_json_text(encode(records))
