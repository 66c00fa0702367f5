"""Tags, relation types and keys of metadata that look the same are the same label, which keeps its first spelling."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from support.one_of_each import EXAMPLES
from support.scenario import MEMBERS, NEWEST_EVENTS, asset_id, comment_id, fact, task_id, thing_id

from ascend.domain.assets.asset import AssetKind
from ascend.domain.assets.commands import CreateAsset, EditAsset
from ascend.domain.comments.commands import EditComment, PostComment
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import POLICIES, Ref, RelationId
from ascend.domain.labels import distinct_labels
from ascend.domain.relations.commands import AddRelation, EditRelation, RelationCommand, RemoveRelation
from ascend.domain.relations.relation import (
    NoSuchRelation,
    Relation,
    RelationAdded,
    RelationEdited,
    RelationExists,
    RelationRemoved,
)
from ascend.domain.tasks.commands import CompleteTask, CreateTask, EditTask
from ascend.domain.tasks.next_occurrence import OpenNextOccurrence, next_id
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.task import Task, TaskCreated, TaskEdited
from ascend.domain.things.commands import CreateThing, DescribeThing
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import DescribeWorkspace
from ascend.testing import ADA, given

COMPOSED, DECOMPOSED, MARKED = "Küche", "Ku\u0308che", "Kü\u00adche"
T, HOUSE, CAR = task_id(), Ref("thing", thing_id("house")), Ref("thing", thing_id("car"))
LABELLED = [command for command in EXAMPLES if {"tags", "metadata"} <= type(command).model_fields.keys()]


@pytest.mark.parametrize("command", LABELLED, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize(
    "labels",
    [
        {"tags": [COMPOSED, "x", DECOMPOSED]},
        {"tags": ["heart", "heart\ufe0f"]},
        {"metadata": {COMPOSED: "1", DECOMPOSED: "2"}},
        {"metadata": {"\u0645\u06cc\u062e": "1", "\u0645\u06cc\u200c\u062e": "1"}},
    ],
)
def test_two_labels_that_look_the_same_are_refused(command: Command, labels: dict[str, Any]) -> None:
    fields = command.model_dump(mode="json", exclude_unset=True)
    with pytest.raises((InvalidInput, ValidationError), match="look the same: leave one out"):
        type(command).model_validate(fields | labels)


@pytest.mark.parametrize("label", ["\ufe0f", "\u3164", "\u115f \u200d", "\U000e0020", "\u00ad"])
def test_a_label_of_invisible_marks_only_is_blank(label: str) -> None:
    with pytest.raises(InvalidInput, match="a name cannot be blank"):
        CreateTask(task_id=T, title="x", tags=(label,))


def labels(spelling: str) -> dict[str, Any]:
    return {"tags": (spelling, "x"), "metadata": {spelling: "1"}}


EDGE: dict[str, Any] = {"source": HOUSE, "target": CAR}
COMMENT: dict[str, Any] = {"comment_id": comment_id(), "text": "x"}
PLACES = given(*MEMBERS).after(*(CreateThing(thing_id=thing_id(name), name=name) for name in ("house", "car")))


def create_all(spelling: str) -> list[Command]:
    return [
        CreateTask(task_id=T, title="x", **labels(spelling)),
        CreateThing(thing_id=thing_id("shed"), name="x", **labels(spelling)),
        CreateAsset(asset_id=asset_id(), kind=AssetKind.DOCUMENT, name="x", **labels(spelling)),
        AddRelation(**EDGE, type=spelling, inverse=spelling, **labels(spelling)),
        PostComment(**COMMENT, task_id=T, **labels(spelling)),
    ]


def edit_all(spelling: str) -> list[Command]:
    return [
        EditTask(task_id=T, **labels(spelling)),
        DescribeThing(thing_id=thing_id("shed"), **labels(spelling)),
        EditAsset(asset_id=asset_id(), **labels(spelling)),
        EditRelation(**EDGE, type=spelling, inverse=spelling, **labels(spelling)),
        EditComment(**COMMENT, **labels(spelling)),
        DescribeWorkspace(**labels(spelling)),
    ]


FILLED = PLACES.after(*create_all(COMPOSED), DescribeWorkspace(**labels(COMPOSED)))


@pytest.mark.parametrize(
    "command", [*create_all(DECOMPOSED), *edit_all(DECOMPOSED)], ids=lambda one: type(one).__name__
)
def test_the_same_labels_in_another_spelling_change_nothing(command: Command) -> None:
    FILLED.when(command).nothing()


@pytest.mark.parametrize("command", edit_all(MARKED), ids=lambda one: type(one).__name__)
def test_a_label_beside_a_new_one_keeps_its_spelling(command: Command) -> None:
    changed = command.model_copy(update={"tags": ("new", MARKED), "metadata": {MARKED: "2"}})
    (event,) = FILLED.after(changed).events[len(FILLED.events) :]
    told: Any = getattr(event, "details", event)
    assert (told.tags, told.metadata) == (("new", COMPOSED), {COMPOSED: "2"})


def test_what_older_events_told_apart_stays_until_it_is_edited() -> None:
    created = fact(TaskCreated, task_id=T, title="x", tags=(COMPOSED, DECOMPOSED))
    both = given(*MEMBERS, created, app=NEWEST_EVENTS)
    assert both.state(Task, T).tags == (COMPOSED, DECOMPOSED)
    both.when(EditTask(task_id=T, title="y")).then(fact(TaskEdited, task_id=T, title="y"))
    both.when(EditTask(task_id=T, tags=(DECOMPOSED,))).then(fact(TaskEdited, task_id=T, tags=(COMPOSED,)))


def test_the_next_occurrence_of_an_older_task_carries_no_tag_twice() -> None:
    old = given(*MEMBERS, fact(TaskCreated, task_id=T, title="Paint", tags=(DECOMPOSED, "x", COMPOSED)))
    done = old.after(ScheduleTask(task_id=T, due=date(2026, 5, 1), recurrence="FREQ=DAILY"), CompleteTask(task_id=T))
    opened = done.after(OpenNextOccurrence(task_id=T), by=POLICIES)
    assert opened.state(Task, next_id(T)).tags == (DECOMPOSED, "x")


def relation(spelling: str, **fields: Any) -> RelationAdded:
    """Return the event as an earlier version wrote it: the id is derived from the type as it was spelled."""
    id = RelationId.derive(*HOUSE, spelling, *CAR)
    return fact(RelationAdded, relation_id=id, source=HOUSE, type=spelling, target=CAR, **fields)


def test_a_type_in_every_spelling_gives_one_relation() -> None:
    commands = [AddRelation(**EDGE, type=spelling) for spelling in (COMPOSED, DECOMPOSED, MARKED)]
    assert {command.relation_id for command in commands} == {RelationId.derive(*HOUSE, COMPOSED, *CAR)}
    added = PLACES.after(commands[1])
    assert added.state(Relation, commands[0].relation_id).type == DECOMPOSED
    added.when(commands[0]).nothing()
    added.when(AddRelation(**EDGE, type=MARKED, inverse="of")).refused(RelationExists)


@pytest.mark.parametrize(
    ("stored", "sent"),
    [(DECOMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED), (COMPOSED, DECOMPOSED), (MARKED, MARKED), (COMPOSED, MARKED)],
)
def test_a_relation_stored_under_the_id_of_another_spelling_is_found(stored: str, sent: str) -> None:
    old = PLACES.with_events(relation(stored))
    id = relation(stored).relation_id
    old.when(AddRelation(**EDGE, type=sent)).nothing()
    old.when(EditRelation(**EDGE, type=sent, inverse="of")).then(fact(RelationEdited, relation_id=id, inverse="of"))
    old.when(RemoveRelation(**EDGE, type=sent)).then(fact(RelationRemoved, relation_id=id))


def test_of_two_relations_that_were_told_apart_the_one_spelled_like_the_command_is_meant() -> None:
    old = PLACES.with_events(relation(COMPOSED), relation(DECOMPOSED))
    for spelling, other in ((COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)):
        remove: RelationCommand = RemoveRelation(**EDGE, type=spelling)
        removed = fact(RelationRemoved, relation_id=relation(spelling).relation_id)
        old.when(remove).then(removed)
        old.with_events(removed).when(remove).then(fact(RelationRemoved, relation_id=relation(other).relation_id))


def test_a_relation_removed_under_the_id_of_another_spelling_is_added_under_the_id_of_its_key() -> None:
    removed = fact(RelationRemoved, relation_id=relation(DECOMPOSED).relation_id)
    old = PLACES.with_events(relation(DECOMPOSED), removed)
    old.when(RemoveRelation(**EDGE, type=DECOMPOSED)).nothing()
    old.when(EditRelation(**EDGE, type=DECOMPOSED, inverse="x")).refused(NoSuchRelation)
    added = fact(RelationAdded, by=ADA, relation_id=relation(COMPOSED).relation_id, **EDGE, type=DECOMPOSED)
    old.when(AddRelation(**EDGE, type=DECOMPOSED)).then(added)


def test_importers_leave_out_what_is_equal_to_an_earlier_label() -> None:
    assert distinct_labels(["b", MARKED, "a", COMPOSED, "b"]) == ("b", MARKED, "a")
