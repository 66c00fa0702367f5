"""The bytes of JSON are followed without a parser: how deep they are nested, and whether a record has ended."""

import json
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascend.adapters.importers.nesting import MAX_DEPTH, NestedSource
from ascend.adapters.importers.source import SourceFile

TEXTS = st.text(alphabet='a"\\\\[]{},é😀\n', max_size=8)
VALUES = st.recursive(
    TEXTS | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


def read_all(data: bytes, size: int) -> tuple[bytes, str]:
    """Return what a parser gets to read, and the error that ends it."""
    nested, read = NestedSource(SourceFile(BytesIO(data), packed=False)), b""
    try:
        while more := nested.read(size):
            read += more
    except ValueError as error:
        return read, str(error)
    return read, ""


@given(value=VALUES, size=st.integers(min_value=7, max_value=40), levels=st.integers(min_value=0, max_value=120))
def test_bytes_end_before_the_bracket_that_is_too_deep(value: object, size: int, levels: int) -> None:
    begin = b"[" + json.dumps(value, ensure_ascii=False).encode() + b","
    data = begin + b"[" * levels + b"]" * levels + b"]"

    read, error = read_all(data, size)

    if levels < MAX_DEPTH:
        assert (read, error) == (data, "")
    else:
        assert (read, error) == (begin + b"[" * (MAX_DEPTH - 1), "it is nested more than 100 levels deep")


@pytest.mark.parametrize(
    ("record", "has_ended"),
    [
        (b'{"a": [{"b": [' + b"1," * 1_000, False),
        (b'{"a": [{"b": "' + b"]}," * 1_000, False),
        (b'{"a": [' + b"1," * 1_000, True),
        (b'{"a": [' + b'{"b": 1},' * 1_000, True),
    ],
)
def test_a_record_has_ended_where_the_bytes_come_back_to_the_lists_around_it(record: bytes, has_ended: bool) -> None:
    source = SourceFile(BytesIO(record), packed=False)
    ended: list[int] = []
    source.record_ended = lambda: ended.append(1)  # type: ignore[method-assign]
    nested = NestedSource(source)
    nested.read(100)
    nested.read(100)  # the first read ends behind the place of a byte order mark
    ended.clear()

    nested.read(100)

    assert bool(ended) is has_ended
