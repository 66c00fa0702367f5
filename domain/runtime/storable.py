"""The check that events can be stored: readers get back what was decided. A log is for ever."""

from collections.abc import Iterable, Mapping, Sequence
from operator import is_not
from typing import NamedTuple

from pydantic_core import from_json

from ascend.domain.errors import Damaged, UpgradeRequired
from ascend.domain.event import Event
from ascend.domain.ids import Ref
from ascend.domain.runtime.body import encode_event
from ascend.domain.runtime.model import Model
from ascend.domain.workspaces.view import Versioned


class CheckedEvents(NamedTuple):
    """The events of a decision, checked: every process that knows them will read them as they are meant."""

    written: Sequence[Event]
    """The events that are stored, some of them in an older version."""
    encoded: Sequence[bytes]
    """The same, as they are stored."""
    read: Sequence[Event]
    """The events that a reader gets back."""
    after: Mapping[Ref, Versioned]
    """The states after the events, of the entities that they touch, as far as the states before are known."""


def check_storable(
    model: Model, entities: Mapping[Ref, Versioned], position: int, events: Sequence[Event]
) -> CheckedEvents:
    """Encode the events for a commit at `position`, and check that readers will get the same back.

    `entities` holds the states before the events: within a group, those after the commands that precede in the same commit.

    Raises:
        UpgradeRequired: an event would not be read as it was meant, or could not be folded.
    """
    _check_known(model, events)
    after = model.apply(entities, position, events)
    written = model.as_written(entities, position, events)
    encoded = [encode_event(event) for event in written]
    read = [_read_back(model, event, stored) for event, stored in zip(events, encoded, strict=True)]
    if any(map(is_not, read, events)):
        _check_differences(events, written, read)
        if model.apply(entities, position, read) != after:
            raise UpgradeRequired("an event changes other things when it is read in the older version that is written")
    return CheckedEvents(written, encoded, read, after)


def _read_back(model: Model, event: Event, stored: bytes) -> Event:
    """Return what a reader gets, validated: the event itself if that is equal.

    Readers leave the validation out, and construct the same from what is valid.
    """
    try:
        read = model.event(*from_json(stored, cache_strings="keys"))
    except Damaged as error:  # nothing is damaged: it is not written
        raise UpgradeRequired(f"an event is not read as it was written: {error.detail}") from None
    event.share_touched_refs(read)  # before they are compared: that is fast if nothing differs
    if read == event:
        return event
    del vars(read)["touched_refs"]
    return read


def _check_differences(events: Iterable[Event], written: Iterable[Event], read: Iterable[Event]) -> None:
    for event, stored, decoded in zip(events, written, read, strict=True):
        if stored is event and decoded is not event:
            raise UpgradeRequired(
                f"event {event.tag!r} is not read as it was written: a field that may be None needs None as its default"
            )


def _check_known(model: Model, events: Iterable[Event]) -> None:
    for event in events:
        if model.events.get(event.tag) is not type(event):
            raise UpgradeRequired(f"event {event.tag!r} is not in the application: name it in its Kind")
