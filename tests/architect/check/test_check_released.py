"""What was released keeps its keys and its shape: a change of it without a new version is found."""

from dataclasses import replace

from support.schema.planted import MINE, NoteLine, OtherWordLine, rules
from support.schema.released import added_to

import ascend
from ascend.adapters.layout.items import COMMIT, ENGINE
from ascend.architect.check.released import fields, released, shapes
from ascend.architect.check.rules import Schema, check
from ascend.domain.event import Event
from ascend.domain.tasks.task import TaskCompleted, TaskStarted
from ascend.projections.projection import Projection


def recorded(schema: Schema) -> Schema:
    """As if this had been released."""
    return replace(schema, released=shapes(schema))


class MovedLine(ascend.ReadItem, key=("W#{workspace}", "noted#{note}"), gsi1=("W#{workspace}#of#{author}", "{day}")):
    note: ascend.CommentId
    author: ascend.UserId
    day: str


def test_a_released_key_that_changes_without_a_new_version() -> None:
    MovedLine.__name__ = "NoteLine"
    was = recorded(MINE).released
    moved = Projection("notes", 1, (MovedLine,))
    patterns = tuple(
        replace(one, projection=moved, item=MovedLine) if one.item is NoteLine else one for one in MINE.patterns
    )
    now = Schema.of((*ascend.PROJECTIONS, moved), patterns, fields=MINE.fields, released=was)

    (finding,) = check(now)

    assert (finding.rule, finding.where) == ("released keys", "notes.1")
    assert "note#{note}" in finding.said
    assert "noted#{note}" in finding.said
    assert "raise the version" in finding.todo
    raised = replace(moved, version=2)
    new = Schema.of((*ascend.PROJECTIONS, raised), patterns, fields=MINE.fields, released=was)
    assert rules(new) == {"not released"}


def test_an_item_type_that_comes_or_goes_without_a_new_version() -> None:
    was = recorded(MINE).released
    more = Projection("notes", 1, (NoteLine, OtherWordLine))
    now = Schema.of((*ascend.PROJECTIONS, more), MINE.patterns, fields=MINE.fields, released=was)

    assert [(one.rule, "OtherWordLine" in one.said) for one in check(now)] == [("released keys", True)]


def test_a_released_key_of_the_engine_that_changes() -> None:
    moved = tuple(replace(one, key=replace(one.key, sk="x#{position}")) if one is COMMIT else one for one in ENGINE)
    others = tuple(one for one in MINE.item_types if one.projection is not None)

    found = check(replace(recorded(MINE), item_types=(*moved, *others)))

    assert [(one.rule, one.where) for one in found] == [("released keys", "commit")]


def with_event(event: type[Event]) -> Schema:
    known = (one for one in MINE.events if one.tag != event.tag)
    return replace(recorded(MINE), events=(*known, event))


def test_a_released_event_that_changes_without_a_new_version() -> None:
    class Less(Event, tag=TaskCompleted.tag, version=TaskCompleted.version):
        task_id: ascend.TaskId

        def touches(self) -> tuple[ascend.Ref, ...]:
            return (ascend.Ref("task", self.task_id),)

    class More(TaskStarted, tag=TaskStarted.tag, version=TaskStarted.version):
        why: str

    class Optional(TaskStarted, tag=TaskStarted.tag, version=TaskStarted.version):
        why: str | None = None

    class Other(TaskStarted, tag=TaskStarted.tag, version=TaskStarted.version):
        task_id: ascend.ThingId  # type: ignore[assignment]

    class Newer(TaskStarted, tag=TaskStarted.tag, version=TaskStarted.version + 1):
        why: str

    assert rules(with_event(Less)) == rules(with_event(More)) == rules(with_event(Other)) == {"released event"}
    assert rules(with_event(Optional)) == set()
    assert rules(with_event(Newer)) == {"not released"}
    assert "task_id was TaskId, and is ThingId" in check(with_event(Other))[0].said


def test_a_model_within_an_event_is_part_of_it() -> None:
    created = next(event for event in MINE.events if event.tag == "asset.created")

    assert fields(created)["details.uri"] == "str | None?"
    assert fields(created)["asset_id"] == "AssetId"


def test_recording_adds_and_never_changes() -> None:
    known = {group: dict(shape) for group, shape in released().items()}
    known["items"]["tasks.1"] = {"old": "and kept"}
    known["items"]["feed.2"] = {"wrong": "and kept, for the check to find"}

    now = added_to(known)

    assert now["items"]["tasks.1"] == {"old": "and kept"}
    assert now["items"]["feed.2"] == {"wrong": "and kept, for the check to find"}
    assert now["items"].keys() >= known["items"].keys()
