"""Decodes the body of a commit. What no version of the code writes is damage.

The messages are stored with a stalled workspace, so processes of two versions must write the same text. They hold nothing
of a body that is not as it was written.
"""

import re
from itertools import count, repeat
from typing import Any, TypeVar, cast

from pydantic_core import from_json

from ascend.domain.errors import Damaged, InvalidInput, UpgradeRequired
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, UserId
from ascend.domain.runtime.body import COMPRESSED, FORMAT, UNCHAINED, decompress
from ascend.domain.runtime.constructors import NOT_AS_WRITTEN, construct_user
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.record import CommandRecord, make_record

T = TypeVar("T")

FORMAT_TEXT = re.compile(r"[a-z][a-z0-9+-]{0,30}/[1-9][0-9]{0,3}")
"""The text of every format, those of later versions included."""
REQUIRED = 4
"""The number of fields of a record that has no optional ones."""


def check_format(format: object) -> None:
    """Check that this code reads the format of a commit.

    Raises:
        UpgradeRequired: it is another format, of a later version of the code.
        Damaged: it is no format.
    """
    if format in (FORMAT, COMPRESSED, UNCHAINED):
        return
    if isinstance(format, str) and FORMAT_TEXT.fullmatch(format):
        raise UpgradeRequired(f"format {format}")
    raise Damaged("its format is no name of a format")


def decode(model: Model, format: object, body: object, *, as_written: bool = False) -> tuple[CommandRecord, ...]:
    """Return the commands of a stored body. `as_written`: a hash has proved that it was not changed.

    Raises:
        UpgradeRequired: a later version of the code wrote the format, an event or a field.
        Damaged: it is not the body of a commit.
    """
    check_format(format)
    records = _list_records(decompress(body) if format == COMPRESSED else body)
    if as_written and format != UNCHAINED:
        return tuple(_read_records(model, records))
    return tuple(map(decode_record, repeat(model), count(1), records))


def _list_records(body: object) -> list[object]:
    if not isinstance(body, str):
        raise Damaged("its body is no text")
    try:
        stored: Any = from_json(body, cache_strings="keys")
    except ValueError:
        raise Damaged("its body is not JSON") from None
    if not isinstance(stored, dict) or not isinstance(records := cast("dict[str, Any]", stored).get("commands"), list):
        raise Damaged("its body lists no commands")
    return cast("list[object]", records)


OPTIONAL_TEXT = frozenset({str, type(None)})
NO_OPTIONS = None, None, False
"""The options of a record that stores none: correlation, causation, and whether an import has sent it."""


def _read_records(model: Model, stored: list[Any]) -> list[CommandRecord]:
    """Return the commands like `decode_record`. Nothing is validated that was validated when it was written.

    It lets go of what it has read, so that the collector of garbage has less to go through.
    """
    records: list[CommandRecord] = []
    stored.reverse()
    while stored:
        record = stored.pop()
        try:
            records.append(_read_record(model, record))
        except NOT_AS_WRITTEN:
            records.append(decode_record(model, len(records) + 1, record))
    return records


def _read_record(model: Model, record: Any) -> CommandRecord:
    command, digest, actor = record["id"], record["digest"], record["actor"]
    if not type(command) is type(digest) is type(actor) is str:
        raise TypeError
    correlation, causation, imported = _list_options(record) if len(record) > REQUIRED else NO_OPTIONS
    events: list[Event] = []
    for event in record["events"]:
        try:
            tag, version, at, data = event
            if type(version) is not int:
                raise TypeError
            constructors = model.constructors[tag, version]
            data["at"] = at  # it is this reader's own, and validation sets it as well
            events.append(constructors[tuple(data)](data))
        except NOT_AS_WRITTEN:
            events.append(_decode_event(model, *event))
    id, user = str.__new__(CommandId, command), construct_user(actor)
    return make_record(id, digest, user, tuple(events), correlation, causation, imported)


def _list_options(record: dict[str, Any]) -> tuple[str | None, str | None, bool]:
    correlation, causation, imported = record.get("correlation"), record.get("causation"), record.get("imported", False)
    if type(imported) is not bool or not {type(correlation), type(causation)} <= OPTIONAL_TEXT:
        raise TypeError
    return correlation, causation, imported


def decode_record(model: Model, number: int, record: Any) -> CommandRecord:
    """Return the command that stands at this place in a body. Raises: UpgradeRequired, Damaged."""
    try:
        return CommandRecord(
            CommandId(check(str, record["id"])),
            check(str, record["digest"]),
            UserId(check(str, record["actor"])),
            tuple(_decode_event(model, *event) for event in record["events"]),
            *_list_options(record),
        )
    except (AttributeError, InvalidInput, LookupError, TypeError, ValueError):
        raise Damaged(f"command {number} of its body is not as a command is stored") from None


def _decode_event(model: Model, tag: object, version: object, at: object, data: object) -> Event:
    return model.event(check(str, tag), check(int, version), check(str, at), cast("dict[str, Any]", check(dict, data)))


def check(kind: type[T], value: object) -> T:
    """Return the value. Raises `TypeError` if it is of another type; True is no number."""
    if type(value) is not kind:
        raise TypeError
    return value
