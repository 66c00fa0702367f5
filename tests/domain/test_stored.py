"""Events and snapshots are read as they were stored. An error tells what is newer from what is damaged."""

import json
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any, ClassVar

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from support.bodies import encode_text, to_json_text
from support.samples import BARE, EVENTS, FULL
from support.scenario import fact, task_id

from ascend.domain.errors import Damaged, DamagedViews, LimitExceeded, UpgradeRequired
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, UserId
from ascend.domain.runtime.body import (
    BODY_OVERHEAD,
    COMMIT_BYTES,
    EVENT_BYTES,
    FORMAT,
    UNCHAINED,
    encode_event,
    encode_record,
    join_records,
)
from ascend.domain.runtime.decoding import decode
from ascend.domain.runtime.model import Kind, Model, Upcaster
from ascend.domain.runtime.record import CommandRecord
from ascend.domain.tasks.task import Task, TaskCompleted, TaskCreated, evolve
from ascend.domain.workspaces.view import NEVER_EXISTED, Entity
from ascend.projections.life_os import LIFE_OS
from ascend.testing import ADA, NOON

ID = CommandId.derive("any")


def record(*events: Event, correlation: str | None = None, causation: str | None = None) -> CommandRecord:
    return CommandRecord(ID, "d" * 32, ADA, events, correlation, causation)


def body(*events: list[Any], **others: Any) -> str:
    return json.dumps({"commands": [{"id": ID, "digest": "d", "actor": "ada", "events": events, **others}]})


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.tag)
@pytest.mark.parametrize("as_written", [True, False])
def test_every_event_is_read_as_it_was_stored(event: Event, *, as_written: bool) -> None:
    records = (record(event, correlation="c", causation="d"), record(event, event))
    imported = replace(records[0], imported=True)
    read = decode(LIFE_OS.model, FORMAT, encode_text((*records, imported)), as_written=as_written)
    assert read == (*records, imported)
    assert [type(part) for part in (read[0].command_id, read[0].actor)] == [CommandId, UserId]


def test_only_the_record_of_an_imported_command_says_so_in_the_log() -> None:
    here = record(EVENTS[0])
    imported = replace(here, imported=True)
    assert "imported" not in encode_text((here,))
    assert encode_text((imported,)).replace('"imported":true,', "") == encode_text((here,))
    assert decode(LIFE_OS.model, FORMAT, encode_text((imported, here))) == (imported, here)


def test_the_records_of_a_group_are_joined_to_the_body_that_holds_them_all() -> None:
    records = [record(event, event) for event in EVENTS[:5]]
    parts = [encode_record(record, [encode_event(event) for event in record.events]) for record in records]
    for count in range(len(records) + 1):
        text = to_json_text(join_records(parts[:count]))
        assert text == encode_text(records[:count])
        assert decode(LIFE_OS.model, FORMAT, text) == tuple(records[:count])
        assert len(text.encode()) == BODY_OVERHEAD + sum(map(len, parts[:count])) + max(count - 1, 0)


NAMES = st.text(st.characters(codec="utf-8"), max_size=20)


@for_all(NAMES, NAMES, st.dictionaries(NAMES, NAMES), st.datetimes(timezones=st.just(UTC)))
def test_any_text_and_time_is_read_as_it_was_stored(title: str, text: str, metadata: dict[str, str], at: Any) -> None:
    event = fact(TaskCreated, at=at, task_id=task_id(), title=title, description=text, metadata=metadata)
    assert decode(LIFE_OS.model, FORMAT, encode_text((record(event),))) == (record(event),)


@pytest.mark.parametrize("state", [*FULL.values(), *BARE.values()], ids=lambda state: type(state).__name__)
def test_every_state_is_read_as_it_was_stored(state: Entity) -> None:
    ref = Ref(state.entity, "any")
    text = LIFE_OS.model.dump_state(ref, state)
    assert LIFE_OS.model.load_state(ref, text) == state
    assert LIFE_OS.model.dump_state(ref, LIFE_OS.model.load_state(ref, text)) == text


NEW_YEAR = "2026-01-01T00:00:00Z"
DELETED = {"task_id": task_id(), "by": "ada"}


NEWER: list[tuple[str, object]] = [
    ("zstd/1", body()),
    ("json/9", b"not even text"),
    (FORMAT, body(["task.exploded", 1, NEW_YEAR, {}])),
    (FORMAT, body(["task.deleted", 2, NEW_YEAR, DELETED])),
    (FORMAT, body(["task.deleted", 1, NEW_YEAR, {**DELETED, "new": 1}])),
]


@pytest.mark.parametrize(("format", "stored"), NEWER)
def test_what_a_later_version_wrote_requires_an_upgrade(format: str, stored: object) -> None:
    with pytest.raises(UpgradeRequired):
        decode(LIFE_OS.model, format, stored)


GARBAGE: list[tuple[object, object]] = [
    (None, body()),
    (7, body()),
    ("no format", body()),
    ("json/", body()),
    (FORMAT, body(["task.deleted", 0, NEW_YEAR, DELETED])),
    (FORMAT, body(["task.deleted", "1", NEW_YEAR, DELETED])),
    (FORMAT, body(["task.deleted", True, NEW_YEAR, DELETED])),
    (FORMAT, body([None, 1, NEW_YEAR, DELETED])),
    (FORMAT, body(["\x1b[31m", 1, NEW_YEAR, DELETED])),
    (FORMAT, body(["task.deleted", 1, NEW_YEAR, {"task_id": task_id()}])),
    (FORMAT, body(["task.deleted", 1, NEW_YEAR, {"task_id": "#", "by": "ada", "new": 1}])),
    (FORMAT, body(["task.deleted", 1, NEW_YEAR, "none"])),
    (FORMAT, body(["task.deleted", 1, "yesterday", DELETED])),
    (FORMAT, body(["task.edited", 1, NEW_YEAR, {}])),
    (FORMAT, body(["task.deleted", 1])),
    (FORMAT, body(digest=None)),
    (FORMAT, body(correlation=5)),
    (FORMAT, '{"commands": [7]}'),
    (FORMAT, '{"commands": {}}'),
    (FORMAT, "[]"),
    (FORMAT, "{}"),
    (FORMAT, "not json"),
    (FORMAT, None),
    (FORMAT, b"{}"),
]
INVALID: list[tuple[object, object]] = [
    (FORMAT, body(["task.deleted", 1, NEW_YEAR, {"task_id": "#", "by": "ada"}])),
    (FORMAT, body(actor="~nobody")),
    (FORMAT, body(id="another form")),
]
"""Only validation notices that no version wrote these."""


@pytest.mark.parametrize(("format", "stored"), [*GARBAGE, *INVALID])
def test_what_no_version_wrote_is_damaged(format: object, stored: object) -> None:
    with pytest.raises(Damaged):
        decode(LIFE_OS.model, format, stored)


@pytest.mark.parametrize(("format", "stored"), [*NEWER, *GARBAGE])
def test_the_same_is_wrong_with_a_body_whether_or_not_it_is_proved_to_be_as_written(
    format: str, stored: object
) -> None:
    """Its message is stored with a stalled workspace: processes must write the same."""
    with pytest.raises((Damaged, UpgradeRequired)) as validated:
        decode(LIFE_OS.model, format, stored)
    with pytest.raises(type(validated.value)) as noticed:
        decode(LIFE_OS.model, format, stored, as_written=True)
    assert noticed.value.detail == validated.value.detail


@pytest.mark.needs_optimisation("constructors")
@pytest.mark.parametrize(("format", "stored"), INVALID)
def test_values_are_not_validated_again_in_a_body_that_is_as_written(format: str, stored: object) -> None:
    assert len(decode(LIFE_OS.model, format, stored, as_written=True)) == 1


@pytest.mark.parametrize(("format", "stored"), INVALID)
def test_a_body_from_before_the_chain_is_always_validated(format: str, stored: object) -> None:
    with pytest.raises(Damaged):
        decode(LIFE_OS.model, UNCHAINED, stored, as_written=True)


def test_an_event_of_an_older_version_that_its_upcaster_cannot_read_is_damaged() -> None:
    with pytest.raises(Damaged, match=r"event task\.completed version 2: it lacks what every such event holds"):
        upcasting(1, 2).event("task.completed", 2, NOON, {})


@pytest.mark.parametrize("text", ["{}", "not json", '{"id": "#"}', "null"])
def test_a_snapshot_of_another_shape_is_damage_of_the_views(text: str) -> None:
    for kind in LIFE_OS.model.kinds:
        with pytest.raises(DamagedViews, match=f"rebuild.*snapshot of {kind}"):
            LIFE_OS.model.load_state(Ref(kind, task_id()), text)


def begins(event: Event) -> bool:
    """Return True if the entity of the event need not exist before. For every other event, an upgrade is required."""
    try:
        return LIFE_OS.model.evolve(NEVER_EXISTED, event.touches()[0], 1, event).state is not None
    except UpgradeRequired as error:
        return event.tag not in str(error)


def test_each_entity_begins_with_one_event_and_any_other_requires_an_upgrade_if_it_comes_first() -> None:
    beginnings = [event for event in EVENTS if begins(event) and event.tag != "workspace.erased"]

    assert sorted(event.touches()[0].kind for event in beginnings) == sorted(LIFE_OS.model.kinds)


def test_an_erased_workspace_begins_with_its_erasure_because_all_before_was_emptied() -> None:
    assert [event.tag for event in EVENTS if begins(event) and event.tag.startswith("workspace.")] == [
        "workspace.created",
        "workspace.erased",
    ]


class TaskFinished(TaskCompleted, tag="task.completed", version=3):
    effort: str


@dataclass(frozen=True)
class Picture:
    entity: ClassVar[str] = "picture"
    room: str


class PictureEvent(Event):
    def touches(self) -> tuple[Ref, ...]:
        return (Ref("picture", "p"),)


class PictureHung1(PictureEvent, tag="picture.hung"): ...


class PictureHung(PictureEvent, tag="picture.hung", version=2):
    room: str


def hung(picture: Picture | None, event: PictureHung, me: str) -> Picture:
    return Picture(room=event.room)


def placed(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "room": "?"}


def unplaced(event: PictureHung, picture: Picture | None) -> PictureHung1:
    return PictureHung1(at=event.at)


def upcasting(*versions: int) -> Model:
    steps: dict[int, Upcaster] = {
        1: lambda data: {**data, "hours": 0},
        2: lambda data: {"task_id": data["task_id"], "by": data["by"], "effort": f"{data['hours']} h"},
    }
    kind = Kind(Task, TaskCreated | TaskFinished, evolve)
    return Model.from_kinds(kind, upcasters={("task.completed", version): steps[version] for version in versions})


def test_an_older_version_is_upcast_step_by_step() -> None:
    first = {"task_id": task_id(), "by": "ada"}
    finished = fact(TaskFinished, task_id=task_id(), effort="0 h")
    assert upcasting(1, 2).event("task.completed", 1, NOON, first) == finished
    assert upcasting(1, 2).event("task.completed", 2, NOON, {**first, "hours": 0}) == finished
    with pytest.raises(UpgradeRequired, match="no upcaster"):
        upcasting(1).event("task.completed", 1, NOON, first)


def test_there_is_an_upcaster_from_every_older_version_and_no_other() -> None:
    older = {(event.tag, version) for event in LIFE_OS.model.events.values() for version in range(1, event.version)}
    assert set(LIFE_OS.model.upcasters) == older == {("task.edited", 1)}


def test_kinds_of_an_embedder_bring_their_own_upcasters_and_downcasts() -> None:
    kind, upcaster, downcast = (
        Kind(Picture, PictureHung, hung),
        {("picture.hung", 1): placed},
        {"picture.hung": unplaced},
    )
    more = LIFE_OS.extended(kinds=(kind,), upcasters=upcaster, writes=downcast).model
    assert more.upcasters == {**LIFE_OS.model.upcasters, **upcaster}
    assert more.writes == {**LIFE_OS.model.writes, **downcast}
    assert more.event("picture.hung", 1, NOON, {}) == PictureHung(at=NOON, room="?")
    assert more.event("task.edited", 1, NOON, {"task_id": task_id(), "by": "ada"}).version == 2


def test_an_event_and_a_commit_are_limited_and_the_error_names_the_limit() -> None:
    long = fact(TaskCreated, task_id=task_id(), title="x", description="\x01" * (EVENT_BYTES // 6))
    with pytest.raises(LimitExceeded, match=f"an event has at most {EVENT_BYTES} bytes"):
        encode_text((record(long),))
    half = fact(TaskCreated, task_id=task_id(), title="x", description="x" * (COMMIT_BYTES // 3))
    with pytest.raises(LimitExceeded, match=f"a commit has at most {COMMIT_BYTES} bytes"):
        encode_text((record(half, half, half),))
    assert encode_text((record(half, half),))


def test_the_texts_that_are_stored_with_a_stalled_workspace_stay_the_same() -> None:
    """Workers of two versions would otherwise rewrite the record of a stalled workspace in turn."""
    with pytest.raises(UpgradeRequired) as unknown:
        decode(LIFE_OS.model, "json/9", "")
    with pytest.raises(Damaged) as garbage:
        decode(LIFE_OS.model, FORMAT, "{}")
    with pytest.raises(Damaged) as faulty:
        decode(LIFE_OS.model, FORMAT, body(["task.deleted", 1, "yesterday", {"task_id": task_id()}]))
    assert unknown.value.detail == "format json/9"
    assert garbage.value.detail == "its body lists no commands"
    assert faulty.value.detail == "event task.deleted version 1: at (datetime_from_date_parsing), by (missing)"
