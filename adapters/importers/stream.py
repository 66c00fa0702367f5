"""Reads the elements of big JSON lists one after another; what was read before an error counts."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from ascend.domain.errors import AscendError, InvalidInput

START = 65_536
BOM = b"\xef\xbb\xbf"
DEEPEST = 100
"""Levels of nesting: more cost the square of their number, and no issue or inventory has more than a few."""


class NotWholeJson(InvalidInput):
    """The file ends too early, or stops being JSON."""

    def __init__(self, path: Path, read: int, why: str) -> None:
        super().__init__(f"{path}: not complete JSON after record {read}: {why}")
        self.why = why


class ImportersMissing(AscendError):
    """Importing needs the package ijson: pip install 'ascend[cli]'."""


def ijson() -> ModuleType:
    """Loaded when it is needed: who embeds Ascend need not have it."""
    try:
        return import_module("ijson")
    except ImportError:
        raise ImportersMissing from None


def first_character(path: Path) -> str:
    """`[`, `{`, or whatever the file begins with. Raises `InvalidInput` where there is no file to be read."""
    with opened(path) as file:
        begin = file.read(START).lstrip()
    return begin[:1].decode("latin-1")


def elements(path: Path, prefix: str) -> Iterator[Any]:
    """Each element of the list: `item` is of the file's own, `issues.item` of the one under `issues`.

    Raises:
        NotWholeJson: the file ends too early, stops being JSON, or is nested too deep.
    """
    json = ijson()
    read = 0
    with opened(path) as file:
        try:
            for element in json.items(parsed(json, file), prefix):
                yield element
                read += 1
        except (json.JSONError, ValueError, ArithmeticError) as error:
            raise broken(path, read, error) from None


def has_list(path: Path, *names: str) -> bool:
    """Whether the file is an object with a list under one of the names."""
    json = ijson()
    with opened(path) as file:
        try:
            return any(event == "start_array" and prefix in names for prefix, event, _ in parsed(json, file))
        except (json.JSONError, ValueError, ArithmeticError) as error:
            raise broken(path, 0, error) from None


def parsed(json: ModuleType, file: BinaryIO) -> Iterator[tuple[str, str, Any]]:
    """The parser's events, each with where it is."""
    events: Iterator[tuple[str, str, Any]] = json.parse(shallow(json.basic_parse(file, use_float=True)))
    return events


def shallow(events: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    depth = 0
    for event in events:
        match event[0]:
            case "start_map" | "start_array":
                depth += 1
            case "end_map" | "end_array":
                depth -= 1
            case _:
                pass
        if depth > DEEPEST:
            raise ValueError(f"it is nested more than {DEEPEST} levels deep")
        yield event


def opened(path: Path) -> BinaryIO:
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


def broken(path: Path, read: int, error: Exception) -> NotWholeJson:
    why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return NotWholeJson(path, read, why)
