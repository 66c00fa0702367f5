"""Events as they are written and read: an event may be written in an older version if it means the same there."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest
from support.samples import FULL, TEXTS
from support.scenario import fact, task_id, thing_id

from ascend.domain.errors import LimitExceeded, UpgradeRequired
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref
from ascend.domain.runtime.body import EVENT_BYTES, encode_event, encode_record
from ascend.domain.runtime.model import Downcast, Kind, Model
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.runtime.storable import check_storable
from ascend.domain.tasks.older_events import TaskEdited1
from ascend.domain.tasks.task import Task, TaskCreated, TaskEdited, TaskStarted
from ascend.domain.workspaces.view import NEVER_EXISTED, Versioned
from ascend.domain.workspaces.workspace import WorkspaceRenamed
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, HOME, NOON

T, ME = task_id(), Ref("task", task_id())
CREATED = fact(TaskCreated, task_id=T, title="Paint", about=(thing_id("shed"),), **TEXTS)
THERE = LIFE_OS.model.fold({ME: NEVER_EXISTED}, 1, [CREATED])
RETITLED = fact(TaskEdited, task_id=T, title="Draw")
WHOLE = fact(TaskEdited1, task_id=T, title="Draw", about=(thing_id("shed"),), **TEXTS)
RECORD = CommandRecord(CommandId.derive("any"), "d", ADA, ())
AT = NOON.isoformat().replace("+00:00", "Z")
NEXT_RELEASE = replace(LIFE_OS.model, writes={})


def test_this_release_still_writes_all_that_describes_a_task_when_one_thing_changes() -> None:
    stored = check_storable(LIFE_OS.model, THERE, 2, [RETITLED])
    assert stored.written == [WHOLE]
    assert stored.read == [TaskEdited.model_validate(WHOLE.model_dump())]
    assert stored.encoded[0].startswith(b'["task.edited",1,')


def test_the_next_release_writes_what_changed() -> None:
    stored = check_storable(NEXT_RELEASE, THERE, 2, [RETITLED])
    assert stored.written == stored.read == [RETITLED]
    data = {"task_id": T, "by": "ada", "title": "Draw"}
    assert json.loads(encode_event(RETITLED)) == ["task.edited", 2, AT, data]


@pytest.mark.parametrize("model", [LIFE_OS.model, NEXT_RELEASE], ids=["this release", "the next"])
def test_both_versions_mean_the_same(model: Model) -> None:
    assert model.fold(THERE, 2, check_storable(model, THERE, 2, [RETITLED]).read) == LIFE_OS.model.fold(
        THERE, 2, [RETITLED]
    )


def test_each_event_of_a_decision_is_written_with_the_state_after_the_events_before_it() -> None:
    again = fact(TaskEdited, task_id=T, description="")
    written = check_storable(LIFE_OS.model, {ME: NEVER_EXISTED}, 1, [CREATED, RETITLED, again]).written
    assert written == [CREATED, WHOLE, WHOLE.model_copy(update={"description": ""})]


def test_an_event_without_an_older_version_is_written_as_it_is() -> None:
    others = [fact(TaskStarted, task_id=T), fact(WorkspaceRenamed, workspace_id=HOME, name="House")]
    states = {**THERE, Ref("workspace", HOME): Versioned(FULL["workspace"], 1, 1)}
    assert check_storable(LIFE_OS.model, states, 2, others).written == others


def another_title(edited: TaskEdited, task: Task) -> TaskEdited1:
    return WHOLE.model_copy(update={"title": "Something else"})


def other_task(edited: TaskEdited, task: Task) -> TaskEdited1:
    return WHOLE.model_copy(update={"task_id": task_id("other")})


def another_event(edited: TaskEdited, task: Task) -> TaskStarted:
    return fact(TaskStarted, task_id=T)


@pytest.mark.parametrize("downcast", [another_title, other_task, another_event])
def test_an_older_version_that_does_not_mean_the_same_is_refused(downcast: Downcast) -> None:
    model = replace(LIFE_OS.model, writes={"task.edited": downcast})
    with pytest.raises(UpgradeRequired, match="older version"):
        check_storable(model, THERE, 2, [RETITLED])


def test_an_older_version_that_this_code_could_not_read_again_is_refused() -> None:
    model = replace(LIFE_OS.model, upcasters={})
    with pytest.raises(UpgradeRequired, match="no upcaster"):
        check_storable(model, THERE, 2, [RETITLED])


@dataclass(frozen=True)
class Box:
    entity: ClassVar[str] = "box"
    colours: tuple[str, ...] = ()


class Painted(Event, tag="box.painted"):
    colour: str | None
    layers: int | None = 1

    def touches(self) -> tuple[Ref, ...]:
        return (Ref("box", "b"),)


def painted(box: Box | None, event: Painted, me: str) -> Box:
    if event.colour == "invisible":
        raise ValueError("nothing to see")
    return Box(colours=(*(box.colours if box else ()), event.colour or ""))


BOXES = Model.from_kinds(Kind(Box, Painted, painted))


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([fact(TaskStarted, task_id=T)], "not in the application"),
        ([Painted(at=NOON, colour=None)], "colour"),
        ([Painted(at=NOON, colour="invisible")], "cannot be folded"),
        ([Painted(at=NOON, colour="blue"), Painted(at=NOON, colour="invisible")], "cannot be folded"),
        ([Painted(at=NOON, colour="blue", layers=None)], "not read as it was written"),
    ],
)
def test_an_event_that_would_be_read_differently_is_never_written(events: Sequence[Event], why: str) -> None:
    with pytest.raises(UpgradeRequired, match=why):
        check_storable(BOXES, {Ref("box", "b"): NEVER_EXISTED}, 1, events)


def test_an_event_of_the_same_commit_is_applied_to_a_state_that_is_there_already() -> None:
    """Within a group, each command is decided behind the others of the same commit."""
    first = check_storable(LIFE_OS.model, {ME: NEVER_EXISTED}, 1, [CREATED])
    second = check_storable(LIFE_OS.model, first.after, 1, [RETITLED])
    assert first.after == THERE
    assert second.written == [WHOLE]  # made from the state that the first command left
    assert second.after == LIFE_OS.model.fold({ME: NEVER_EXISTED}, 1, [CREATED, RETITLED])
    assert second.after[ME].version == 2


def test_a_decision_without_events_writes_nothing() -> None:
    assert check_storable(BOXES, {}, 1, ()).written == []


def test_a_task_whose_description_fills_an_event_is_edited_piece_by_piece_in_the_next_release() -> None:
    """This is a reason for the new version: this release would have to write the whole description again."""
    large: dict[str, Any] = {"task_id": T, "title": "x", "description": "\x01" * (EVENT_BYTES // 6 - 50)}
    before = LIFE_OS.model.fold({ME: NEVER_EXISTED}, 1, [fact(TaskCreated, **large)])
    more = fact(TaskEdited, task_id=T, metadata={"key": "x" * 500})
    assert check_storable(NEXT_RELEASE, before, 2, [more]).written == [more]
    with pytest.raises(LimitExceeded, match=r"task\.edited"):
        encode_record(RECORD, check_storable(LIFE_OS.model, before, 2, [more]).encoded)


class Repainted(Event, tag="box.painted", version=2):
    shade: str

    def touches(self) -> tuple[Ref, ...]:
        return (Ref("box", "b"),)


def rename_colour_in_place(data: dict[str, Any]) -> dict[str, Any]:
    data["shade"] = data.pop("colour")
    del data["layers"]
    return data


def test_an_upcaster_that_changes_its_data_in_place_does_not_change_what_is_stored() -> None:
    model = Model.from_kinds(
        Kind(Box, Repainted, lambda box, event, me: Box(colours=(event.shade,))),
        upcasters={("box.painted", 1): rename_colour_in_place},
        writes={"box.painted": lambda event, box: Painted(at=event.at, colour=event.shade, layers=2)},
    )
    event = Repainted(at=NOON, shade="blue")
    checked = check_storable(model, {Ref("box", "b"): NEVER_EXISTED}, 1, [event])
    assert list(checked.encoded) == [b'["box.painted",1,"%b",{"colour":"blue","layers":2}]' % AT.encode()]
    assert list(checked.read) == [event]


def test_the_fields_of_an_event_are_the_same_before_and_after_its_refs_are_computed() -> None:
    fields = dict(RETITLED.model_copy())
    event = RETITLED.model_copy()
    assert event.touched_refs == (ME,)
    assert dict(event) == fields == {name: getattr(event, name) for name in TaskEdited.model_fields}
