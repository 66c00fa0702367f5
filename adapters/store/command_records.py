"""Command records as items: a record for one command, or a pack for many. Pure.

record   C#{command}                 position, digest, actor, events
pack     B#{bucket}#{first}#{last}   position, commands: those of the bucket in the commits first … last, or `compressed`

A pack holds the commands whose ids hold a time of its bucket, four seconds long. A command has a record of its own if its
id holds no time, if that time is further than a minute from the time of the commit, or if no other command of the same
commits is in its bucket. So a bucket holds the commands of about two minutes at most, and a look-up of it is bounded.

Keys and contents are a function of the log and of the range of the commits. So batches that overlap do no harm: a command
that stands in several packs has the same record in each.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic_core import from_json, to_json

from ascend.adapters.layout import keys
from ascend.adapters.layout.items import COMMAND_RECORD_TTL
from ascend.adapters.store.view_items import naming_item, to_int
from ascend.adapters.table.conditions import Absent
from ascend.adapters.table.item import Item, Value
from ascend.adapters.table.puts import Put
from ascend.domain.ids import CommandId, UserId
from ascend.domain.runtime.cache import applied_by
from ascend.domain.runtime.commit import Commit
from ascend.domain.runtime.ports import Applied
from ascend.projections.generation_record import GenerationRecord

BUCKET_SECONDS = 4
NEAR = timedelta(minutes=1)
"""A command is packed if the time in its id is at most this far from the time of its commit."""
PLAIN_BYTES = 800
"""The length up to which a pack is not compressed: with its keys, it takes one write unit anyway."""
TEXT_BYTES = 4 * 1024 * 1024
"""The longest text that the content of a pack may decompress to: a small item must not fill the memory."""


def find_bucket(command: CommandId) -> int | None:
    """Return the first second of the bucket of a command, None if its id holds no time."""
    return None if command.time is None else command.time // 1_000 // BUCKET_SECONDS * BUCKET_SECONDS


def command_puts(record: GenerationRecord, commits: Sequence[Commit], now: datetime | None = None) -> list[Put]:
    """Return the puts of the command records of these commits, which follow one another.

    Records that have expired by `now` are left out: their commands are refused as too old. None: all are kept.
    """
    alone, packed = sort_into_buckets(commits)
    items = [pack_to_item(record, bucket, commits, commands.values()) for bucket, commands in packed.items()]
    items += [applied_to_item(record, applied) for applied in alone.values()]
    return [Put(item, Absent(), is_new=True) for item in items if now is None or not has_expired(item, now)]


def sort_into_buckets(
    commits: Iterable[Commit],
) -> tuple[dict[CommandId, Applied], dict[int, dict[CommandId, Applied]]]:
    """Return the commands that keep records of their own, and the others by their buckets.

    A command that a damaged log holds twice counts at its first position.
    """
    alone, packed = dict[CommandId, Applied](), dict[int, dict[CommandId, Applied]]()
    for commit in commits:
        for applied in applied_by(commit):
            bucket = find_bucket(applied.command_id)
            is_packed = bucket is not None and is_near(applied.command_id, commit.time)
            commands = packed.setdefault(bucket, {}) if is_packed and bucket is not None else alone
            commands.setdefault(applied.command_id, applied)
    lonely = [bucket for bucket, commands in packed.items() if len(commands) == 1]
    for bucket in lonely:
        alone = packed.pop(bucket) | alone
    return alone, packed


def is_near(command: CommandId, written_at: datetime) -> bool:
    return command.time is not None and abs(command.time / 1_000 - written_at.timestamp()) <= NEAR.total_seconds()


def has_expired(item: Item, now: datetime) -> bool:
    return item.expires is not None and item.expires < now.timestamp()


def applied_to_item(record: GenerationRecord, applied: Applied) -> Item:
    """Return a record of its own. If the command id holds a time, it expires after that id is refused as too old."""
    sent_at = applied.command_id.time
    key = keys.command_key(record.workspace, record.incarnation, applied.command_id)
    return Item(key, applied_attributes(applied), expires=None if sent_at is None else expiry_of(sent_at / 1_000))


def applied_attributes(applied: Applied) -> dict[str, Value]:
    return {
        "position": applied.position,
        "digest": applied.digest,
        "actor": applied.actor,
        "events": applied.events,
    }


def pack_to_item(record: GenerationRecord, bucket: int, commits: Sequence[Commit], commands: Iterable[Applied]) -> Item:
    """Return the pack of a bucket. It expires when the last of its records would.

    An item may have 400 KB. The commands of one commit take less than its body, and a thousand with the longest user ids,
    compressed, take about 250 KB.
    """
    first, last = commits[0].position, commits[-1].position
    content = to_json([[c.command_id, c.position, c.digest, c.actor, c.events] for c in commands])
    attributes: dict[str, Value] = {"position": last}
    attributes |= (
        {"commands": content.decode()} if len(content) <= PLAIN_BYTES else {"compressed": zlib.compress(content, 9)}
    )
    key = keys.pack_key(record.workspace, record.incarnation, bucket, first, last)
    return Item(key, attributes, expires=expiry_of(bucket + BUCKET_SECONDS))


def expiry_of(seconds: float) -> int:
    return int(seconds + COMMAND_RECORD_TTL.total_seconds())


def to_applied(item: Item) -> Iterator[Applied]:
    """Yield the commands of a command record or of a pack.

    Raises:
        DamagedViews: the item cannot be read.
    """
    with naming_item(item):
        attributes: Mapping[str, Any] = item.attributes
        if keys.is_pack(item.key):
            rows = from_json(read_text(attributes))
        else:
            names = ("position", "digest", "actor", "events")
            rows = [[keys.parse_command(item.key), *(attributes[name] for name in names)]]
        applied = [
            Applied(CommandId(str(id)), to_int(position), str(digest), UserId(str(actor)), to_int(events))
            for id, position, digest, actor, events in rows
        ]
    yield from applied


def read_text(attributes: Mapping[str, Any]) -> str | bytes:
    """Return the JSON of a pack. Raises `ValueError` if the compressed form is not as it was written."""
    if "commands" in attributes:
        return str(attributes["commands"])
    decompressor = zlib.decompressobj()
    try:
        text = decompressor.decompress(attributes["compressed"], TEXT_BYTES)
    except zlib.error:
        raise ValueError("not compressed") from None
    if not decompressor.eof or decompressor.unused_data:
        raise ValueError("it does not end where its compressed data ends")
    return text
