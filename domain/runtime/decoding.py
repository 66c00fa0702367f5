"""Decodes the body of a commit. What no version of the code writes is damage.

The messages are stored with a stalled workspace, so processes of two versions must write the same text. They hold nothing
of a body that is not as it was written.
"""

import re
import zlib
from collections.abc import Sequence
from typing import Any, TypeVar, cast

from pydantic_core import from_json

from ascend.domain.errors import Damaged, InvalidInput, UpgradeRequired
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, UserId
from ascend.domain.runtime.body import COMMIT_BYTES, COMPRESSED, FORMAT, UNCHAINED
from ascend.domain.runtime.model import Model
from ascend.domain.runtime.record import CommandRecord

T = TypeVar("T")

FORMAT_TEXT = re.compile(r"[a-z][a-z0-9+-]{0,30}/[1-9][0-9]{0,3}")
"""The text of every format, those of later versions included."""


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


def decode(model: Model, format: object, body: object) -> tuple[CommandRecord, ...]:
    """Return the commands of a stored body.

    Raises:
        UpgradeRequired: a later version of the code wrote the format, an event or a field.
        Damaged: it is not the body of a commit.
    """
    check_format(format)
    plain = _decompress(body) if format == COMPRESSED else body
    return tuple(decode_record(model, number, record) for number, record in enumerate(_list_records(plain), 1))


def _decompress(body: object) -> str:
    """Return the body, of at most `COMMIT_BYTES`: a small commit must not fill the memory."""
    try:
        decompressor = zlib.decompressobj()
        plain = decompressor.decompress(body if isinstance(body, bytes) else b"", COMMIT_BYTES)
        if not decompressor.eof or decompressor.unused_data:
            raise Damaged("its body does not end where its compressed data ends")
        return plain.decode()
    except (zlib.error, UnicodeDecodeError):
        raise Damaged("its body is not compressed text") from None


def _list_records(body: object) -> Sequence[object]:
    if not isinstance(body, str):
        raise Damaged("its body is no text")
    try:
        stored: Any = from_json(body)
    except ValueError:
        raise Damaged("its body is not JSON") from None
    if not isinstance(stored, dict) or not isinstance(records := cast("dict[str, Any]", stored).get("commands"), list):
        raise Damaged("its body lists no commands")
    return cast("list[object]", records)


def decode_record(model: Model, number: int, record: Any) -> CommandRecord:
    """Return the command that stands at this place in a body. Raises: UpgradeRequired, Damaged."""
    try:
        return CommandRecord(
            command_id=CommandId(check(str, record["id"])),
            digest=check(str, record["digest"]),
            actor=UserId(check(str, record["actor"])),
            events=tuple(_decode_event(model, *event) for event in record["events"]),
            correlation=_optional_text(record, "correlation"),
            causation=_optional_text(record, "causation"),
            imported=check(bool, record.get("imported", False)),
        )
    except (AttributeError, InvalidInput, LookupError, TypeError, ValueError):
        raise Damaged(f"command {number} of its body is not as a command is stored") from None


def _decode_event(model: Model, tag: object, version: object, at: object, data: object) -> Event:
    return model.event(check(str, tag), check(int, version), check(str, at), cast("dict[str, Any]", check(dict, data)))


def _optional_text(record: dict[str, Any], name: str) -> str | None:
    return None if record.get(name) is None else check(str, record[name])


def check(kind: type[T], value: object) -> T:
    """Return the value. Raises `TypeError` if it is of another type; True is no number."""
    if type(value) is not kind:
        raise TypeError
    return value
