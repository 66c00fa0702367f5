"""A commit: the commands that one append writes, as one item at one position.

The body of a commit is JSON:
{"commands": [{"id", "digest", "actor", "correlation"?, "causation"?, "events": [[type, version, at, data], …]}, …]}
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, TypeVar

from pydantic_core import from_json, to_json

from ascend.domain.errors import Damaged, InvalidInput, LimitExceeded, UpgradeRequired
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.model import Model
from ascend.domain.workspaces.view import Versioned
from ascend.domain.workspaces.workspace import WorkspaceErased, WorkspaceIsErased

T = TypeVar("T")
EVENT_BYTES = 131_072
COMMIT_BYTES = 262_144
"""The largest body of a commit, well below the 400 KB that an item may have."""
FORMAT = "json/1"
"""The format of a body. A compressed body will have another format; bodies in this format stay readable."""
ERASED = "erased/1"
"""The format of a stub, which keeps the slot of a commit of an erased workspace. A stub has no body and no time."""

FORMAT_TEXT = re.compile(r"[a-z][a-z0-9+-]{0,30}/[1-9][0-9]{0,3}")
"""The text of every format, those of later versions included."""

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


@dataclass(frozen=True, slots=True)
class Commit:
    """The content of one slot of a workspace's log."""

    workspace: WorkspaceId
    position: int
    id: str
    clock: int
    """Hybrid logical clock, in milliseconds: at least the predecessor's, and at least the time of every command here."""
    time: datetime
    """The writer's wall clock, for people only."""
    records: tuple[CommandRecord, ...]
    """The applied commands. Empty in a stub."""

    def events(self) -> Iterator[Event]:
        for record in self.records:
            yield from record.events

    @property
    def is_stub(self) -> bool:
        return not self.records

    @property
    def is_erased(self) -> bool:
        """True for a stub and for the erasure itself. From there on, the workspace is not projected any more."""
        return self.is_stub or any(isinstance(event, WorkspaceErased) for event in self.events())


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
        "events": events,
    }
    return {name: value for name, value in fields.items() if value is not None}


def encode_event(event: Event) -> EncodedEvent:
    """Return the event as it is stored. `encode_body` checks its size."""
    data = event.model_dump(mode="json", exclude={"at"}, exclude_none=True)
    return [event.tag, event.version, event.at, data]


def check_format(format: object) -> None:
    """Check that this code reads the format of a body.

    Raises:
        UpgradeRequired: it is another format, of a later version of the code.
        Damaged: it is no format.
    """
    if format == FORMAT:
        return
    if isinstance(format, str) and FORMAT_TEXT.fullmatch(format):
        raise UpgradeRequired(f"format {format}")
    raise Damaged("its format is no name of a format")


def decode(model: Model, format: object, body: object) -> tuple[CommandRecord, ...]:
    """Return the commands of a stored body.

    The messages are stored with a stalled workspace, so processes of two versions must write the same text. They hold
    nothing of a body that is not as it was written.

    Raises:
        UpgradeRequired: a later version of the code wrote the format, an event or a field.
        Damaged: it is not the body of a commit.
    """
    check_format(format)
    return tuple(decode_record(model, number, record) for number, record in enumerate(_list_records(body), 1))


def _list_records(body: object) -> Sequence[object]:
    if not isinstance(body, str):
        raise Damaged("its body is no text")
    try:
        stored = from_json(body)
    except ValueError:
        raise Damaged("its body is not JSON") from None
    records = stored.get("commands") if isinstance(stored, dict) else None
    if not isinstance(records, list) or not records:
        raise Damaged("its body lists no commands")
    return records


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
        )
    except (AttributeError, InvalidInput, LookupError, TypeError, ValueError):
        raise Damaged(f"command {number} of its body is not as a command is stored") from None


def _decode_event(model: Model, tag: object, version: object, at: object, data: object) -> Event:
    return model.event(check(str, tag), check(int, version), check(str, at), check(dict, data))


def _optional_text(record: dict[str, Any], name: str) -> str | None:
    return None if record.get(name) is None else check(str, record[name])


def check(kind: type[T], value: object) -> T:
    """Return the value. Raises `TypeError` if it is of another type; True is no number."""
    if type(value) is not kind:
        raise TypeError
    return value
