"""The bytes of a file to import, as UTF-8: packed with gzip or not, in UTF-8 or UTF-16.

file ──gzip?──▶ unpacked ──byte order mark?──▶ UTF-8 without a mark ──▶ parser

A small packed file can unpack to any size. So two limits hold: on all unpacked bytes, because the records go to a stage on
disk, and on the bytes of one record, because a record is held in memory.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, IncrementalDecoder, getincrementaldecoder
from collections.abc import Generator
from contextlib import contextmanager
from gzip import GzipFile
from pathlib import Path
from typing import BinaryIO, Protocol

from ascend.domain.errors import InvalidInput

GZIP = b"\x1f\x8b"
ENCODINGS = {BOM_UTF8: "", BOM_UTF16_LE: "utf-16-le", BOM_UTF16_BE: "utf-16-be"}
"""The encoding for each byte order mark. UTF-8 needs no decoder."""
UNPACKED_BYTES = 2 * 1024**3
"""The bytes that a packed file may unpack to."""
RECORD_BYTES = 64 * 1024**2
"""The bytes of one record, as UTF-8."""
SURROGATES = re.compile(rb"\\u[dD](?:[89abAB][0-9a-fA-F]{2}(\\u[dD][c-fC-F][0-9a-fA-F]{2})|[89a-fA-F][0-9a-fA-F]{2})")
"""The escapes of a pair of surrogates, or of one that stands alone, unless their first backslash is itself escaped.

The pattern begins with fixed bytes: a search for anything else takes ten times as long.
"""
ESCAPE_BYTES = len(rb"\ud83d")
UNFINISHED = re.compile(rb"(\\+)(?:u[dD][89abAB][0-9a-fA-F]{2}\\(?:u[0-9a-fA-F]{0,4})?|u[0-9a-fA-F]{0,4})?\Z")
"""An escape, or the escapes of a pair, at the end of some bytes: they may go on in the next ones."""
UNFINISHED_BYTES = len(rb"\ud83d\ude00")
REPLACEMENT = rb"\ufffd"


class Reads(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class SourceFile:
    """A file as the parser reads it. Its errors are `ValueError`s that say which limit is exceeded."""

    def __init__(self, file: Reads, *, packed: bool) -> None:
        self._file = file
        self._limit = UNPACKED_BYTES if packed else None
        self._read = 0
        self._read_before_record = 0
        self._ahead = b""
        self._decoder: IncrementalDecoder | None = None
        self._unfinished = b""

    def record_ended(self) -> None:
        """Say that the parser holds nothing of the bytes read until now."""
        self._read_before_record = self._read

    def read(self, size: int) -> bytes:
        """Return the next bytes, or none at the end. A surrogate that stands alone is U+FFFD: it is no character."""
        while size and (data := self._decoded(size)):
            data = self._unfinished + data
            end = _finished(data)
            self._unfinished = data[end:]
            if end:
                return _without_lone_surrogates(data[:end])
        data, self._unfinished = self._unfinished, b""
        return _without_lone_surrogates(data)

    def _decoded(self, size: int) -> bytes:
        if not self._read:
            self._ahead, self._decoder = self._read_mark()
        data = self._next(size)
        if self._decoder is None:
            return data
        while data:
            if text := self._decoder.decode(data):
                return text.encode()
            data = self._next(size)
        return self._decoder.decode(b"", final=True).encode()

    def _next(self, size: int) -> bytes:
        data, self._ahead = self._ahead or self._file.read(size), b""
        self._read += len(data)
        if self._limit is not None and self._read > self._limit:
            raise ValueError(f"it unpacks to more than {self._limit} bytes: unpack it first")
        if self._read - self._read_before_record > RECORD_BYTES:
            raise ValueError(f"a record has more than {RECORD_BYTES} bytes")
        return data

    def _read_mark(self) -> tuple[bytes, IncrementalDecoder | None]:
        """Return the first bytes behind the byte order mark, and the decoder that the mark demands."""
        begin = self._file.read(len(BOM_UTF8))
        for mark, encoding in ENCODINGS.items():
            if begin.startswith(mark):
                return begin.removeprefix(mark), getincrementaldecoder(encoding)() if encoding else None
        return begin, None


def _finished(data: bytes) -> int:
    """Return the number of bytes before an escape that may go on in the next bytes."""
    found = UNFINISHED.search(data, max(0, len(data) - UNFINISHED_BYTES))
    if found is None:
        return len(data)
    backslashes = found.end(1) - len(data[: found.end(1)].rstrip(b"\\"))
    return found.end(1) - backslashes % 2  # two of them are one escaped backslash


def _without_lone_surrogates(data: bytes) -> bytes:
    has_surrogates = rb"\ud" in data or rb"\uD" in data
    return SURROGATES.sub(_whole_characters, data) if has_surrogates else data


def _whole_characters(found: re.Match[bytes]) -> bytes:
    if _is_escaped(found.string, found.start()):
        return found[0][:ESCAPE_BYTES] + (REPLACEMENT if found[1] else b"")
    return found[0] if found[1] else REPLACEMENT


def _is_escaped(data: bytes, place: int) -> bool:
    """Return True if an odd number of backslashes stands before the place."""
    first = place
    while first and data[first - 1 : first] == b"\\":
        first -= 1
    return (place - first) % 2 == 1


@contextmanager
def open_source(path: Path) -> Generator[SourceFile]:
    """Open the file for a parser.

    Raises:
        InvalidInput: it does not exist or cannot be read.
    """
    with open_binary(path) as file:
        packed = file.read(len(GZIP)) == GZIP
        file.seek(0)
        if packed:
            with GzipFile(fileobj=file) as unpacked:
                yield SourceFile(unpacked, packed=True)
        else:
            yield SourceFile(file, packed=False)


def open_binary(path: Path) -> BinaryIO:
    """Open the file. Raise `InvalidInput` when it cannot be read."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise InvalidInput(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise InvalidInput(f"{path}: this is a directory, a file is needed") from None
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
