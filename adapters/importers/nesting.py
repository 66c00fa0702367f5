"""The nesting of JSON text, followed in its bytes: a parser that tells each of its events takes ten times as long.

source ──bytes──▶ without strings: { [ , ] } ──▶ depth: too deep? has a record ended? ──the same bytes──▶ parser
"""

import re

from ascend.adapters.importers.source import SourceFile

MAX_DEPTH = 100
"""The levels of nesting allowed. The time to parse grows with their square, and no issue or inventory has many."""
PAGE_DEPTH = 2
"""A record is inside of at most two lists: a list of pages, and a page."""
ESCAPE = re.compile(rb"\\.", re.DOTALL)
STRUCTURE = b"[]{},"
OTHERS = bytes(byte for byte in range(256) if byte not in STRUCTURE)
STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1, ord(","): 0}
TOKEN = re.compile(rb'\\.|["\[\]{}]', re.DOTALL)


def too_deep() -> ValueError:
    return ValueError(f"it is nested more than {MAX_DEPTH} levels deep")


class NestedSource:
    """A source file whose bytes end, with a `ValueError`, where they are nested too deep. It tells the file of ended records."""

    def __init__(self, source: SourceFile) -> None:
        self._source = source
        self._depth = 0
        self._in_string = False
        self._in_escape = False
        self._is_too_deep = False

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, or none at the end. Those before the place where it is too deep come first."""
        if self._is_too_deep:
            raise too_deep()
        data = self._source.read(size)
        before = self._depth, self._in_string, self._in_escape
        if not self._follow(data):
            self._is_too_deep = True
            data = data[: find_too_deep(data, *before)]
            if not data:
                raise too_deep()
        return data

    def _follow(self, data: bytes) -> bool:
        """Follow the nesting through the bytes. Return False if they are too deep somewhere."""
        depth, has_ended = self._depth, False
        for byte in self._outside_of_strings(data):
            depth += STEPS[byte]
            if depth <= PAGE_DEPTH:
                has_ended = True
            elif depth > MAX_DEPTH:
                return False
        self._depth = depth
        if has_ended:
            self._source.record_ended()
        return True

    def _outside_of_strings(self, data: bytes) -> bytes:
        """Return the brackets and commas that do not stand in strings."""
        text = ESCAPE.sub(b"", data[self._in_escape :])
        self._in_escape = text.endswith(b"\\")
        parts = text.split(b'"')
        outside = b"".join(parts[self._in_string :: 2])
        self._in_string ^= len(parts) % 2 == 0
        return outside.translate(None, OTHERS)


def find_too_deep(data: bytes, depth: int, in_string: bool, in_escape: bool) -> int:
    """Return the place of the bracket with which the bytes are too deep, given what they begin in."""
    for token in TOKEN.finditer(data, int(in_escape)):
        text = token[0]
        if text == b'"':
            in_string = not in_string
        elif not in_string and len(text) == 1:
            depth += STEPS[text[0]]
            if depth > MAX_DEPTH:
                return token.start()
    raise AssertionError("unreachable")
