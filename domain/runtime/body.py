"""The body of a commit: the records of its commands, encoded.

{"commands": [{"id", "digest", "actor", "correlation"?, "causation"?, "imported"?, "events": [EVENT, …]}, …]}
EVENT = [type, version, at, data]

An accepted command that changed nothing has a record without events. A commit that only takes a slot has no record. Readers
ignore fields of a record that they do not know, so optional ones (such as `traceparent`) may be added. The commands of a
commit may have different actors. Each event and each record is encoded exactly once: a group of commands joins its records.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from ascend.domain.errors import Damaged, LimitExceeded
from ascend.domain.event import Event
from ascend.domain.runtime.constructors import find_constructor
from ascend.domain.runtime.record import CommandRecord

EVENT_BYTES = 131_072
"""The largest data of an event, as JSON."""
COMMIT_BYTES = 262_144
"""The largest body of a commit, as JSON: well below the 400 KB that an item may have."""
FORMAT = "json/2"
"""The format of a commit with a hash, and with a body of JSON."""
COMPRESSED = "json+zlib/2"
"""The same with a body that is compressed with zlib, in bytes. It is written where that saves a write unit."""
UNCHAINED = "json/1"
"""The format of a commit from before the chain of hashes. It may only precede chained commits."""
UNIT_BYTES = 1_024
"""A write unit of DynamoDB pays for so many bytes of an item."""
ENVELOPE_BYTES = 199
"""The largest size of a commit's item without its body."""
BEGINNING, END = b'{"commands":[', b"]}"
BODY_OVERHEAD = len(BEGINNING) + len(END)
"""The JSON of a body has this many bytes, those of its records, and one between any two records."""


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a commit as it is stored: its format, and its content (text, or bytes where it is compressed)."""

    format: str
    content: str | bytes


def encode(records: Iterable[CommandRecord]) -> Body:
    """Return the body of a commit.

    Raises:
        LimitExceeded: an event or the body is too large.
    """
    return join_records([encode_record(record, [encode_event(event) for event in record.events]) for record in records])


def join_records(records: Sequence[bytes]) -> Body:
    """Return the body of a commit of encoded records.

    Raises:
        LimitExceeded: the body is too large.
    """
    body = BEGINNING + b",".join(records) + END
    if len(body) > COMMIT_BYTES:
        raise LimitExceeded(f"a commit has at most {COMMIT_BYTES} bytes, this one has {len(body)}")
    return _to_body(body)


def _to_body(plain: bytes) -> Body:
    """Return the body: compressed if its item takes fewer write units so. A small one stays readable."""
    if len(plain) > UNIT_BYTES - ENVELOPE_BYTES:
        compressed = zlib.compress(plain)
        if _count_units(compressed) < _count_units(plain):
            return Body(COMPRESSED, compressed)
    return Body(FORMAT, plain.decode())


def _count_units(content: bytes) -> int:
    return -(-(ENVELOPE_BYTES + len(content)) // UNIT_BYTES)


def decompress(body: object) -> str:
    """Return the JSON of a compressed body, of at most `COMMIT_BYTES`: a small commit must not fill the memory.

    Raises:
        Damaged: it is not the compressed body of a commit.
    """
    try:
        decompressor = zlib.decompressobj()
        plain = decompressor.decompress(body if isinstance(body, bytes) else b"", COMMIT_BYTES)
        if not decompressor.eof or decompressor.unused_data:
            raise Damaged("its body does not end where its compressed data ends")
        return plain.decode()
    except (zlib.error, UnicodeDecodeError):
        raise Damaged("its body is not compressed text") from None


def encode_record(record: CommandRecord, events: Sequence[bytes]) -> bytes:
    """Return the record as JSON, with `events` for its events, as `encode_event` returns them.

    Raises:
        LimitExceeded: an event is too large.
    """
    for event in events:
        if len(event) > EVENT_BYTES:
            _check_size(event)
    return b'%b,"events":[%b]}' % (to_json(describe_record(record))[:-1], b",".join(events))


def _check_size(event: bytes) -> None:
    begin = event.index(b"{")
    if (size := len(event) - begin - 1) > EVENT_BYTES:
        tag = event[2 : event.index(b'",')].decode()
        raise LimitExceeded(f"an event has at most {EVENT_BYTES} bytes, this {tag} has {size}")


def describe_record(record: CommandRecord) -> dict[str, Any]:
    """Return what is stored of the record besides its events."""
    fields: dict[str, Any] = {"id": str(record.command_id), "digest": record.digest, "actor": str(record.actor)}
    if record.correlation is not None:
        fields["correlation"] = record.correlation
    if record.causation is not None:
        fields["causation"] = record.causation
    if record.imported:
        fields["imported"] = True
    return fields


def encode_event(event: Event) -> bytes:
    """Return the event as it is stored. `encode_record` checks its size."""
    if find_constructor(type(event)) is None:
        data = to_json(event.model_dump(mode="json", exclude={"at"}, exclude_none=True))
    else:  # the same bytes, in one step
        data = to_json(event, exclude={"at"}, exclude_none=True)
    return b'["%b",%d,%b,%b]' % (event.tag.encode(), event.version, to_json(event.at), data)
