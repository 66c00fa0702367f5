"""Tags are changed one by one: two people who tag at once lose nothing, whatever carries the tags."""

from typing import Any

import pytest
from support.scenario import MEMBERS, asset_id, comment_id, task_id, thing_id

from ascend.domain.assets.asset import AssetEdited, AssetKind
from ascend.domain.assets.commands import CreateAsset, EditAsset
from ascend.domain.comments.commands import EditComment, PostComment
from ascend.domain.errors import InvalidInput
from ascend.domain.ids import Ref
from ascend.domain.relations.commands import AddRelation, EditRelation
from ascend.domain.tasks.commands import CreateTask, EditTask
from ascend.domain.things.commands import CreateThing, DescribeThing
from ascend.domain.values import FEW
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import DescribeWorkspace
from ascend.domain.workspaces.tags import EditTagsCommand, TooManyTags
from ascend.projections.life_os import LIFE_OS
from ascend.testing import Scenario, given

BOX, SHELF = (Ref("thing", thing_id(name)) for name in ("box", "shelf"))
ENDS: dict[str, Any] = {"source": BOX, "type": "is in", "target": SHELF}
TASK, THING, ASSET, COMMENT = (
    {"task_id": task_id()},
    {"thing_id": thing_id("box")},
    {"asset_id": asset_id()},
    {"comment_id": comment_id()},
)
NAMED: dict[type[EditTagsCommand], dict[str, Any]] = {
    EditTask: TASK,
    DescribeThing: THING,
    EditAsset: ASSET,
    EditRelation: ENDS,
    EditComment: COMMENT,
    DescribeWorkspace: {},
}
HOME = given(*MEMBERS).after(
    CreateThing(thing_id=thing_id("box"), name="Box"),
    CreateThing(thing_id=thing_id("shelf"), name="Shelf"),
    CreateTask(task_id=task_id(), title="Paint"),
    CreateAsset(asset_id=asset_id(), kind=AssetKind.FILE, name="Plan"),
    AddRelation(**ENDS),
    PostComment(comment_id=comment_id(), task_id=task_id(), text="When?"),
)
each_kind = pytest.mark.parametrize("edit", NAMED, ids=lambda edit: edit.__name__)


def edited(edit: type[EditTagsCommand], **fields: Any) -> Command:
    return edit.model_validate({**NAMED[edit], **fields})


def tags(scenario: Scenario) -> tuple[str, ...]:
    """Return the tags that the last event says."""
    event = scenario.events[-1]
    said: tuple[str, ...] = event.details.tags if isinstance(event, AssetEdited) else event.model_dump()["tags"]
    return said


def test_every_edit_command_with_tags_can_add_and_remove_them() -> None:
    assert {command for command in LIFE_OS.commands if issubclass(command, EditTagsCommand)} == set(NAMED)
    replacing = {command for command in LIFE_OS.commands if "tags" in command.model_fields}
    assert {command for command in replacing if "add_tags" not in command.model_fields} == {
        *(CreateThing, CreateTask, CreateAsset, AddRelation, PostComment)
    }


@each_kind
def test_two_people_who_tag_at_once_keep_both_tags(edit: type[EditTagsCommand]) -> None:
    """Each command was made before the other one was applied."""
    both = HOME.after(edited(edit, tags=("old",)), edited(edit, add_tags=("mine",)), edited(edit, add_tags=("yours",)))
    assert tags(both) == ("old", "mine", "yours")


@each_kind
def test_a_tag_is_removed_and_another_added_in_one_command(edit: type[EditTagsCommand]) -> None:
    tagged = HOME.after(edited(edit, tags=("a", "b", "c")))
    assert tags(tagged.after(edited(edit, remove_tags=("b",), add_tags=("d", "a")))) == ("a", "c", "d")


@each_kind
def test_a_tag_that_is_there_or_missing_already_changes_nothing(edit: type[EditTagsCommand]) -> None:
    tagged = HOME.after(edited(edit, tags=("a", "b")))
    tagged.when(edited(edit, add_tags=("b",), remove_tags=("c",))).nothing()
    HOME.when(edited(edit, remove_tags=("a",))).nothing()


@each_kind
def test_too_many_tags_are_refused_when_they_are_counted_together(edit: type[EditTagsCommand]) -> None:
    full = HOME.after(edited(edit, tags=tuple(str(n) for n in range(FEW))))
    full.when(edited(edit, add_tags=("one more",))).refused(TooManyTags)
    swapped = full.after(edited(edit, add_tags=("one more",), remove_tags=("0",)))
    assert tags(swapped)[-1] == "one more"


@each_kind
def test_all_tags_and_single_tags_do_not_go_together(edit: type[EditTagsCommand]) -> None:
    for fields in ({"tags": ("a",), "add_tags": ("b",)}, {"tags": None, "remove_tags": ("b",)}):
        with pytest.raises(InvalidInput, match="all tags, or those to add"):
            edited(edit, **fields)
    with pytest.raises(InvalidInput, match="added and removed"):
        edited(edit, add_tags=("a",), remove_tags=("a",))


@each_kind
def test_a_tag_that_looks_the_same_is_the_same(edit: type[EditTagsCommand]) -> None:
    """One spelling has a letter with an accent, the other a letter and an accent, and an invisible mark."""
    composed, decomposed = "K\u00fcche", "Ku\u0308\u200bche"
    tagged = HOME.after(edited(edit, tags=(composed, "b")))
    tagged.when(edited(edit, add_tags=(decomposed,))).nothing()
    assert tags(tagged.after(edited(edit, remove_tags=(decomposed,)))) == ("b",)
    with pytest.raises(InvalidInput, match="added and removed"):
        edited(edit, add_tags=(composed,), remove_tags=(decomposed,))


def test_the_tags_of_a_comment_are_edited_without_its_text() -> None:
    commented = HOME.after(edited(EditComment, add_tags=("urgent",), metadata={"a": "1"}))
    assert commented.events[-1].model_dump(include={"text", "tags", "metadata"}) == {
        "text": "When?",
        "tags": ("urgent",),
        "metadata": {"a": "1"},
    }
