"""Events are read as they were written: an event that its constructor does not take changes nothing for its neighbours."""

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from pydantic import Field

from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref
from ascend.domain.runtime.body import FORMAT
from ascend.domain.runtime.decoding import decode
from ascend.domain.runtime.model import Model, Upcaster
from ascend.domain.runtime.record import CommandRecord
from ascend.testing import ADA

AT = "2026-01-01T00:00:00Z"


class Renamed(Event, tag="renamed", version=2):
    text: str

    def touches(self) -> tuple[Ref, ...]:
        return (Ref("note", "n"),)


class Shortened(Event, tag="shortened"):
    text: Annotated[str, Field(max_length=3)]

    def touches(self) -> tuple[Ref, ...]:
        return (Ref("note", "n"),)


def read(rename: Upcaster, *events: list[object]) -> CommandRecord:
    model = Model({}, {"renamed": Renamed, "shortened": Shortened}, {("renamed", 1): rename}, snapshots=1, writes={})
    record = {"id": CommandId.derive("any"), "digest": "digest", "actor": ADA, "events": events}
    [found] = decode(model, FORMAT, json.dumps({"commands": [record]}), as_written=True)
    return found


def test_an_upcaster_is_given_the_data_as_it_was_stored() -> None:
    """The reader adds the time of an event only to the data that a constructor takes."""
    given = list[dict[str, Any]]()

    def rename(data: dict[str, Any]) -> dict[str, Any]:
        given.append({**data})
        return {"text": data["name"]}

    record = read(rename, ["renamed", 1, AT, {"name": "a"}])

    assert given == [{"name": "a"}]
    assert record.events == (Renamed(at=datetime(2026, 1, 1, tzinfo=UTC), text="a"),)


@pytest.mark.needs_optimisation("constructors")
def test_an_event_that_was_written_under_a_higher_limit_is_read_beside_one_with_an_upcaster() -> None:
    record = read(
        lambda data: {"text": data["name"]},
        ["shortened", 1, AT, {"text": "longer"}],
        ["renamed", 1, AT, {"name": "a"}],
    )

    assert [vars(event)["text"] for event in record.events] == ["longer", "a"]
