"""Reading big JSON files element by element. Everything before an error in the file is read."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from ascend.domain.errors import AscendError, InvalidInput

FIRST_BYTES = 65_536
BOM = b"\xef\xbb\xbf"
MAX_DEPTH = 100
"""The levels of nesting allowed. The time to parse grows with their square, and no issue or inventory has many."""


class NotWholeJson(InvalidInput):
    """The file ends too early, or stops being JSON."""

    def __init__(self, path: Path, records_read: int, reason: str) -> None:
        super().__init__(f"{path}: not complete JSON after record {records_read}: {reason}")
        self.reason = reason


class ImportersMissing(AscendError):
    """Importing needs the package ijson: pip install 'ascend[cli]'."""


def import_ijson() -> ModuleType:
    """Load ijson when an import needs it: an application that embeds Ascend may not have it.

    Raises:
        ImportersMissing: ijson is not installed.
    """
    try:
        return import_module("ijson")
    except ImportError:
        raise ImportersMissing from None


def read_first_character(path: Path) -> str:
    """Return the file's first character that is not white space: `[`, `{` or any other.

    Raises:
        InvalidInput: the file does not exist or cannot be read.
    """
    with open_source(path) as file:
        begin = file.read(FIRST_BYTES).lstrip()
    return begin[:1].decode("latin-1")


def iterate_elements(path: Path, prefix: str) -> Iterator[Any]:
    """Yield each element of a list: `item` is the file's own list, `issues.item` is the one under `issues`.

    Raises:
        NotWholeJson: the file ends too early, stops being JSON, or is nested too deep.
    """
    json = import_ijson()
    records_read = 0
    with open_source(path) as file:
        try:
            for element in json.items(parse_events(json, file), prefix):
                yield element
                records_read += 1
        except (json.JSONError, ValueError, ArithmeticError) as error:
            raise to_not_whole_json(path, records_read, error) from None


def has_list(path: Path, *names: str) -> bool:
    """Return True if the file is an object with a list under one of the names."""
    json = import_ijson()
    with open_source(path) as file:
        try:
            return any(event == "start_array" and prefix in names for prefix, event, _ in parse_events(json, file))
        except (json.JSONError, ValueError, ArithmeticError) as error:
            raise to_not_whole_json(path, 0, error) from None


def parse_events(json: ModuleType, file: BinaryIO) -> Iterator[tuple[str, str, Any]]:
    """Yield the parser's events, each with its prefix (its place in the document)."""
    events: Iterator[tuple[str, str, Any]] = json.parse(limit_depth(json.basic_parse(file, use_float=True)))
    return events


def limit_depth(events: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Yield the events. Raise `ValueError` when the nesting exceeds `MAX_DEPTH`."""
    depth = 0
    for event in events:
        match event[0]:
            case "start_map" | "start_array":
                depth += 1
            case "end_map" | "end_array":
                depth -= 1
            case _:
                pass
        if depth > MAX_DEPTH:
            raise ValueError(f"it is nested more than {MAX_DEPTH} levels deep")
        yield event


def open_source(path: Path) -> BinaryIO:
    """Open the file behind its byte order mark, if it has one. Raise `InvalidInput` when it cannot be read."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise InvalidInput(f"{path}: there is no such file") from None
    except IsADirectoryError:
        raise InvalidInput(f"{path}: this is a directory, a file is needed") from None
    except (OSError, ValueError) as error:
        raise InvalidInput(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if file.read(len(BOM)) != BOM:
        file.seek(0)
    return file


def to_not_whole_json(path: Path, records_read: int, error: Exception) -> NotWholeJson:
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return NotWholeJson(path, records_read, reason)
