"""The check finds a change of released keys or events that has no new version."""

from dataclasses import replace

from support.architect.note_schema import MINE, NOTES, NoteLine, OtherWordLine, find_broken_rules
from support.architect.released import add_shapes

import ascend
from ascend.adapters.layout.items import COMMIT, ENGINE_ITEMS
from ascend.architect.check.released import compute_shapes, list_fields, read_released
from ascend.architect.check.rules import Schema, check_schema
from ascend.domain.event import Event
from ascend.domain.tasks.task import TaskCompleted, TaskStarted


def release(schema: Schema) -> Schema:
    """Return the schema as if it had been released."""
    return replace(schema, released=compute_shapes(schema))


class MovedLine(ascend.ReadItem, key=("W#{workspace}", "noted#{note}"), gsi1=("W#{workspace}#of#{author}", "{day}")):
    note: ascend.CommentId
    author: ascend.UserId
    day: str


def test_a_released_key_that_changes_without_a_new_version_is_found() -> None:
    MovedLine.__name__ = "NoteLine"
    before = release(MINE).released
    patterns = tuple(replace(pattern, item=MovedLine) for pattern in NOTES.patterns)
    moved = replace(NOTES, items=(MovedLine,), patterns=patterns)
    now = Schema.collect((*ascend.LIFE_OS.projections, moved), fields=MINE.fields, released=before)

    (finding,) = check_schema(now)

    assert (finding.rule, finding.where) == ("released keys", "notes.1")
    assert "note#{note}" in finding.said
    assert "noted#{note}" in finding.said
    assert "raise the version" in finding.todo
    raised = replace(moved, version=2)
    new = Schema.collect((*ascend.LIFE_OS.projections, raised), fields=MINE.fields, released=before)
    assert find_broken_rules(new) == {"not released"}


def test_an_item_type_that_is_added_without_a_new_version_is_found() -> None:
    before = release(MINE).released
    more = replace(NOTES, items=(NoteLine, OtherWordLine))
    now = Schema.collect((*ascend.LIFE_OS.projections, more), fields=MINE.fields, released=before)

    assert [(finding.rule, "OtherWordLine" in finding.said) for finding in check_schema(now)] == [
        ("released keys", True)
    ]


def test_a_released_key_of_the_engine_that_changes_is_found() -> None:
    moved = tuple(
        replace(one, key=replace(one.key, sk="x#{position}")) if one is COMMIT else one for one in ENGINE_ITEMS
    )
    others = tuple(item for item in MINE.item_types if item.projection is not None)

    findings = check_schema(replace(release(MINE), item_types=(*moved, *others)))

    assert [(finding.rule, finding.where) for finding in findings] == [("released keys", "commit")]


def with_event(event: type[Event]) -> Schema:
    others = (other for other in MINE.events if other.tag != event.tag)
    return replace(release(MINE), events=(*others, event))


def test_a_released_event_that_changes_without_a_new_version_is_found() -> None:
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

    assert (
        find_broken_rules(with_event(Less))
        == find_broken_rules(with_event(More))
        == find_broken_rules(with_event(Other))
        == {"released event"}
    )
    assert find_broken_rules(with_event(Optional)) == set()
    assert find_broken_rules(with_event(Newer)) == {"not released"}
    assert "task_id was TaskId, and is ThingId" in check_schema(with_event(Other))[0].said


def test_the_fields_of_a_nested_model_are_part_of_the_event() -> None:
    created = next(event for event in MINE.events if event.tag == "asset.created")

    assert list_fields(created)["details.uri"] == "str | None?"
    assert list_fields(created)["asset_id"] == "AssetId"


def test_recording_adds_shapes_and_never_changes_one() -> None:
    recorded = {group: dict(shape) for group, shape in read_released().items()}
    recorded["items"]["tasks.1"] = {"old": "and kept"}
    recorded["items"]["feed.2"] = {"wrong": "and kept, for the check to find"}

    now = add_shapes(recorded)

    assert now["items"]["tasks.1"] == {"old": "and kept"}
    assert now["items"]["feed.2"] == {"wrong": "and kept, for the check to find"}
    assert now["items"].keys() >= recorded["items"].keys()
