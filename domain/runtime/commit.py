"""A commit: what one append writes. One item, one or more commands' events, one position.

{"commands": [{"id", "digest", "actor", "correlation"?, "causation"?, "events": [[type, version, at, data], …]}, …]}
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from pydantic_core import from_json, to_json

from ascend.domain.errors import InvalidInput, LimitExceeded, UpgradeRequired
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, UserId, WorkspaceId
from ascend.domain.runtime.model import Model
from ascend.domain.workspaces.view import Versioned
from ascend.domain.workspaces.workspace import WorkspaceErased, WorkspaceIsErased

EVENT_BYTES = 131_072
COMMIT_BYTES = 262_144
"""Well below the 400 KB that an item may have."""
FORMAT = "json/1"
"""How the body is written. A compressed body will have another format, and old ones stay readable."""
ERASED = "erased/1"
"""The format of a stub, which keeps the slot of a commit of an erased workspace: no body, no time."""


@dataclass(frozen=True, slots=True)
class CommandRecord:
    """One applied command with its events."""

    command_id: CommandId
    digest: str
    actor: UserId
    events: tuple[Event, ...]
    correlation: str | None = None
    causation: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """What stands in one slot of a workspace's log."""

    workspace: WorkspaceId
    position: int
    id: str
    clock: int
    """Hybrid logical clock, milliseconds: at least the predecessor's, at least the time of every command in it."""
    time: datetime
    """Wall clock of the writer, for people only."""
    records: tuple[CommandRecord, ...]
    """None in a stub."""

    def events(self) -> Iterator[Event]:
        for record in self.records:
            yield from record.events

    @property
    def is_stub(self) -> bool:
        return not self.records

    @property
    def is_erased(self) -> bool:
        """A stub, or the erasure itself: nothing of this workspace is projected any more."""
        return self.is_stub or any(isinstance(event, WorkspaceErased) for event in self.events())


def living(commits: Sequence[Commit]) -> Sequence[Commit]:
    """Those before the erasure of the workspace, where the log ends for workers. Raises `WorkspaceIsErased` for none."""
    alive = list(takewhile(lambda commit: not commit.is_erased, commits))
    if commits and not alive:
        raise WorkspaceIsErased(commits[0].workspace)
    return alive


def encode(records: tuple[CommandRecord, ...]) -> str:
    """The body of a commit. Raises `LimitExceeded`."""
    text = to_json({"commands": [encode_record(record) for record in records]}).decode()
    if len(text.encode()) > COMMIT_BYTES:
        raise LimitExceeded(f"a commit has at most {COMMIT_BYTES} bytes, this one {len(text.encode())}")
    return text


def encode_record(record: CommandRecord) -> dict[str, Any]:
    said = {
        "id": record.command_id,
        "digest": record.digest,
        "actor": record.actor,
        "correlation": record.correlation,
        "causation": record.causation,
        "events": [encode_event(event) for event in record.events],
    }
    return {name: value for name, value in said.items() if value is not None}


def encode_event(event: Event) -> list[Any]:
    data = event.model_dump(mode="json", exclude={"at"}, exclude_none=True)
    size = len(to_json(data))
    if size > EVENT_BYTES:
        raise LimitExceeded(f"an event has at most {EVENT_BYTES} bytes, this {event.tag} {size}")
    return [event.tag, event.version, event.at, data]


@dataclass(frozen=True, slots=True)
class CheckedEvents:
    """The events of a decision as they are written (some in an older version), and as they will be read."""

    written: Sequence[Event]
    read: Sequence[Event]


def check_stored(
    model: Model, entities: Mapping[Ref, Versioned], position: int, events: Sequence[Event]
) -> CheckedEvents:
    """What becomes of these events in a commit at `position`: a log is for ever.

    Raises `UpgradeRequired` for what would not be read again as what it is, and for what nobody could fold.
    """
    for event in events:
        if model.events.get(event.tag) is not type(event):
            raise UpgradeRequired(f"event {event.tag!r} is not in the model: give its Kind to open_store(model=…)")
    after = model.fold(entities, position, events)
    written = model.as_written(entities, position, events)
    read = [model.event(*encode_event(event)) for event in written]
    for event, stored, again in zip(events, written, read, strict=True):
        if again != event and stored is event:
            raise UpgradeRequired(
                f"event {event.tag!r} is not read as it was written: every field that may be None needs None as default"
            )
    if read != list(events) and model.fold(entities, position, read) != after:
        raise UpgradeRequired("an event that is written in an older version does not mean the same there")
    return CheckedEvents(written, read)


def decode(model: Model, format: str, body: str) -> tuple[CommandRecord, ...]:
    """The commands of a stored body. Raises `UpgradeRequired` for what this code does not know."""
    if format != FORMAT:
        raise UpgradeRequired(f"commit format {format}")
    try:
        return tuple(decode_record(model, record) for record in from_json(body)["commands"])
    except (InvalidInput, LookupError, TypeError, ValueError) as error:
        raise UpgradeRequired(f"commit body: {error!r}") from error


def decode_record(model: Model, record: dict[str, Any]) -> CommandRecord:
    return CommandRecord(
        command_id=CommandId(record["id"]),
        digest=record["digest"],
        actor=UserId(record["actor"]),
        events=tuple(model.event(*event) for event in record["events"]),
        correlation=record.get("correlation"),
        causation=record.get("causation"),
    )
