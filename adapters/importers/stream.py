"""Reading big JSON files record by record. Everything before an error in the file is read.

[r, r, r]            a list of records
[r, r][r]            lists one behind the other: pages, as `gh api --paginate` writes them
[[r, r], [r]]        a list of pages, as `gh api --paginate --slurp` writes it
r ⏎ r ⏎ r            records one behind the other: JSON lines
{"name": [r, r]}     lists in an object
"""

import zlib
from collections.abc import Container, Generator, Iterable, Iterator
from contextlib import contextmanager
from gzip import BadGzipFile
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from ascend.adapters.importers.nesting import MAX_DEPTH, PAGE_DEPTH, NestedSource, too_deep
from ascend.adapters.importers.source import SourceFile, open_source
from ascend.domain.errors import AscendError, InvalidInput

RECORD = "record"
"""The prefix that `mark_records` gives to what is inside a record."""

Shape = Literal["records", "lists"]
ParserEvent = tuple[str, Any]
Prefixed = tuple[str, str, Any]


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


def find_shape(path: Path, record_keys: Container[str], lists: Container[str] = ()) -> Shape | None:
    """Return the shape of the file: records, lists in an object, or None where it is neither.

    A file that begins with an object holds records if that object has one of the `record_keys`, and lists if it has a
    list under one of the names in `lists`.

    Raises:
        InvalidInput: the file does not exist or cannot be read.
        NotWholeJson: the file ends before its shape shows.
    """
    json = import_ijson()
    with open_source(path) as source, errors_of(json, path):
        events = json.parse(basic_events(json, source))
        match first_event(json, events):
            case "start_array":
                return "records"
            case "start_map":
                return find_shape_of_object(source, events, record_keys, lists)
            case _:
                return None


def first_event(json: ModuleType, events: Iterator[Prefixed]) -> str | None:
    """Return the first event, or None where the file does not begin as JSON."""
    try:
        return next((event for _, event, _ in events), None)
    except json.JSONError:
        return None


def find_shape_of_object(
    source: SourceFile, events: Iterable[Prefixed], record_keys: Container[str], lists: Container[str]
) -> Shape | None:
    """Return the shape of a file that begins with an object, from the events behind the object's begin."""
    for prefix, event, value in events:
        source.record_ended()  # nothing is kept
        if event == "start_array" and prefix in lists:
            return "lists"
        if event == "map_key" and not prefix and value in record_keys:
            return "records"
        if event == "end_map" and not prefix:
            break
    return None


def iterate_records(path: Path) -> Iterator[Any]:
    """Yield each record of a file with the shape "records": in lists, in pages, or one behind the other.

    Raises:
        NotWholeJson: the file ends too early, stops being JSON, is nested too deep, or exceeds a limit on its size.
    """
    json = import_ijson()
    with open_source(path) as source:
        events = mark_records(basic_events(json, source), source)
        yield from until_error(json, path, json.items(events, ""))


def iterate_elements(path: Path, prefix: str) -> Iterator[Any]:
    """Yield each element of a list in an object: `issues.item` is the list under `issues`.

    Raises:
        NotWholeJson: as for `iterate_records`.
    """
    json = import_ijson()
    with open_source(path) as source:
        yield from until_error(json, path, json.items(NestedSource(source), prefix, use_float=True))


def until_error(json: ModuleType, path: Path, elements: Iterable[Any]) -> Iterator[Any]:
    records_read = 0
    with errors_of(json, path) as failure:
        for element in elements:
            yield element
            records_read += 1
            failure[0] = records_read


@contextmanager
def errors_of(json: ModuleType, path: Path) -> Generator[list[int]]:
    """Turn the errors of parsing, decoding and unpacking into `NotWholeJson`. The list holds the records read."""
    records_read = [0]
    try:
        yield records_read
    except (json.JSONError, ValueError, ArithmeticError, EOFError, BadGzipFile, zlib.error) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise NotWholeJson(path, records_read[0], reason) from None


def basic_events(json: ModuleType, source: SourceFile) -> Iterator[ParserEvent]:
    """Yield the parser's events, of one value or of several. Raise `ValueError` when the nesting exceeds `MAX_DEPTH`."""
    depth = 0
    for event in json.basic_parse(source, use_float=True, multiple_values=True):
        match event[0]:
            case "start_map" | "start_array":
                depth += 1
            case "end_map" | "end_array":
                depth -= 1
            case _:
                pass
        if depth > MAX_DEPTH:
            raise too_deep()
        yield event


def mark_records(events: Iterable[ParserEvent], source: SourceFile) -> Iterator[Prefixed]:
    """Yield the events of the records only, each record with the prefix "", and without the lists around it."""
    pages, depth = 0, 0
    for event, value in events:
        match event:
            case "start_array" if not depth and pages < PAGE_DEPTH:
                pages += 1
            case "end_array" if not depth:
                pages -= 1
            case "start_map" | "start_array":
                yield RECORD if depth else "", event, value
                depth += 1
            case "end_map" | "end_array":
                depth -= 1
                yield RECORD if depth else "", event, value
            case _:
                yield RECORD if depth else "", event, value
        if not depth:
            source.record_ended()
