"""A commit: the commands that one append writes, as one item at one position.

The body of a commit is JSON:
{"commands": [{"id", "digest", "actor", "correlation"?, "causation"?, "imported"?, "events": [EVENT, …]}, …]}
EVENT = [type, version, at, data]

An accepted command that changed nothing has a record without events. Readers ignore fields of a record that they do not
know, so optional ones (such as `traceparent`) may be added. The commands of a commit may have different actors.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Any

from pydantic_core import to_json

from ascend.domain.errors import Damaged, LimitExceeded, UpgradeRequired
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.chain import hash_body, hash_commit
from ascend.domain.runtime.model import Model
from ascend.domain.workspaces.view import Versioned
from ascend.domain.workspaces.workspace import WorkspaceErased, WorkspaceIsErased

EVENT_BYTES = 131_072
COMMIT_BYTES = 262_144
"""The largest body of a commit, well below the 400 KB that an item may have."""
FORMAT = "json/2"
"""The format of a commit with a hash, and with a body of JSON."""
COMPRESSED = "json+zlib/2"
"""The same with a compressed body, in bytes. This code reads it, and does not write it yet."""
UNCHAINED = "json/1"
"""The format of a commit from before the chain of hashes. It may only precede chained commits."""

EncodedEvent = list[Any]
"""An event as it is stored: its tag, version, time and data, ready for JSON."""


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """An applied command with its events."""

    command_id: CommandId
    digest: str
    actor: UserId
    events: tuple[Event, ...]
    correlation: str | None = None
    causation: str | None = None
    imported: bool = False
    """True if an import sent the command (`Store.importing`). Imports of version 0.2 and before are not marked."""


@dataclass(frozen=True, slots=True)
class Commit:
    """The content of one slot of a workspace's log. `make_commit` makes a new one."""

    workspace: WorkspaceId
    position: int
    id: str
    clock: int
    """Hybrid logical clock, in milliseconds: at least the predecessor's, and at least the time of every command here."""
    time: datetime
    """The writer's wall clock, for people only."""
    records: tuple[CommandRecord, ...]
    """The accepted commands, also those that changed nothing. Empty in a stub."""
    hash: bytes
    """The hash of the chain up to here (see `chain`)."""
    is_stub: bool = False
    """True for what erasure put in place of a commit."""

    def events(self) -> Iterator[Event]:
        for record in self.records:
            yield from record.events

    @property
    def is_erased(self) -> bool:
        """True for a stub and for the erasure itself. From there on, the workspace is not projected any more."""
        return self.is_stub or any(isinstance(event, WorkspaceErased) for event in self.events())


def make_commit(
    predecessor: bytes,
    workspace: WorkspaceId,
    position: int,
    *,
    id: str,
    clock: int,
    time: datetime,
    records: Iterable[CommandRecord],
    body: str,
) -> Commit:
    """Return the commit with this encoded body, which follows the commit with the hash `predecessor`."""
    stored = format_time(time), FORMAT, hash_body(body)
    hash = hash_commit(predecessor, workspace, position, id, clock, *stored)
    return Commit(workspace, position, id, clock, time, tuple(records), hash)


def format_time(time: datetime) -> str:
    """Return the time as it is stored."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds")


def before_erasure(commits: Sequence[Commit]) -> Sequence[Commit]:
    """Return the commits before the erasure of the workspace, where the log ends for workers.

    Raises:
        WorkspaceIsErased: there are commits, but none before the erasure.
    """
    alive = list(takewhile(lambda commit: not commit.is_erased, commits))
    if commits and not alive:
        raise WorkspaceIsErased(commits[0].workspace)
    return alive


@dataclass(frozen=True, slots=True)
class CheckedEvents:
    """The events of a decision, checked: every process that knows them will read them as they are meant."""

    written: Sequence[Event]
    """The events that are stored, some of them in an older version."""
    encoded: Sequence[EncodedEvent]
    """The same, as they are stored."""
    read: Sequence[Event]
    """The events that a reader gets back."""


def check_storable(
    model: Model, entities: Mapping[Ref, Versioned], position: int, events: Sequence[Event]
) -> CheckedEvents:
    """Encode the events for a commit at `position`, and check that readers will get the same back: a log is for ever.

    Raises:
        UpgradeRequired: an event would not be read as it was meant, or could not be folded.
    """
    _check_known(model, events)
    after = model.fold(entities, position, events)
    written = model.as_written(entities, position, events)
    encoded = [encode_event(event) for event in written]
    read = [_read_back(model, stored) for stored in encoded]
    for event, stored, decoded in zip(events, written, read, strict=True):
        if decoded == event:
            event.share_touched_refs(decoded)
        elif stored is event:
            raise UpgradeRequired(
                f"event {event.tag!r} is not read as it was written: a field that may be None needs None as its default"
            )
    if read != list(events) and model.fold(entities, position, read) != after:
        raise UpgradeRequired("an event changes other things when it is read in the older version that is written")
    return CheckedEvents(written, encoded, read)


def _read_back(model: Model, stored: EncodedEvent) -> Event:
    try:
        return model.event(*stored)
    except Damaged as error:  # nothing is damaged: it is not written
        raise UpgradeRequired(f"an event is not read as it was written: {error.detail}") from None


def _check_known(model: Model, events: Iterable[Event]) -> None:
    for event in events:
        if model.events.get(event.tag) is not type(event):
            raise UpgradeRequired(f"event {event.tag!r} is not in the application: name it in its Kind")


def encode(records: Iterable[CommandRecord]) -> str:
    """Return the body of a commit.

    Raises:
        LimitExceeded: an event or the body is too large.
    """
    return encode_body(encode_record(record, [encode_event(event) for event in record.events]) for record in records)


def encode_body(records: Iterable[dict[str, Any]]) -> str:
    """Return the body of a commit of encoded records.

    Raises:
        LimitExceeded: an event or the body is too large.
    """
    commands = list(records)
    body = to_json({"commands": commands})
    # A smaller body holds no event that is too large, so no event is encoded a second time to be measured.
    if len(body) > EVENT_BYTES:
        _check_sizes(event for command in commands for event in command["events"])
    if len(body) > COMMIT_BYTES:
        raise LimitExceeded(f"a commit has at most {COMMIT_BYTES} bytes, this one has {len(body)}")
    return body.decode()


def _check_sizes(events: Iterable[EncodedEvent]) -> None:
    for tag, _, _, data in events:
        if (size := len(to_json(data))) > EVENT_BYTES:
            raise LimitExceeded(f"an event has at most {EVENT_BYTES} bytes, this {tag} has {size}")


def encode_record(record: CommandRecord, events: Sequence[object]) -> dict[str, Any]:
    """Return the record as a JSON object, with `events` for its events: as a rule, the encoded ones."""
    fields = {
        "id": record.command_id,
        "digest": record.digest,
        "actor": record.actor,
        "correlation": record.correlation,
        "causation": record.causation,
        "imported": record.imported or None,
        "events": events,
    }
    return {name: value for name, value in fields.items() if value is not None}


def encode_event(event: Event) -> EncodedEvent:
    """Return the event as it is stored. `encode_body` checks its size."""
    data = event.model_dump(mode="json", exclude={"at"}, exclude_none=True)
    return [event.tag, event.version, event.at, data]
