"""One law for all commands: a field that is left out keeps its value; None empties it, or is refused."""

from collections.abc import Sequence
from typing import Any

import pytest
from support.one_of_each import derive_command
from support.scenario import BEA, MEMBERS, asset_id, thing_id

from ascend.domain.assets.asset import Asset
from ascend.domain.assets.commands import CreateAsset, EditAsset
from ascend.domain.comments.commands import PostComment
from ascend.domain.errors import InvalidInput, Refusal
from ascend.domain.ids import TaskId
from ascend.domain.relations.commands import AddRelation
from ascend.domain.tasks.commands import CreateTask, EditTask, ScheduleTask
from ascend.domain.things.commands import CreateThing
from ascend.domain.workspaces.command import Command, EditCommand
from ascend.domain.workspaces.lifecycle import DescribeWorkspace
from ascend.domain.workspaces.workspace import Workspace
from ascend.projections.life_os import LIFE_OS
from ascend.testing import HOME, Scenario, given

CREATED: dict[type[Command], Command] = {
    type(command): command
    for command in (
        derive_command(CreateThing, parent=None),
        derive_command(CreateTask, about=(thing_id("thing_id"),), parent=None),
        derive_command(CreateAsset),
        derive_command(AddRelation),
        derive_command(PostComment, task_id=None, thing_id=None, asset_id=asset_id("asset_id"), reply_to=None),
    )
}
"""The entities that the derived examples of edit commands name, with a value in every field."""
FILLED = given(*MEMBERS).after(
    *(CreateThing(thing_id=thing_id(end), name="End") for end in ("source", "target")),
    *CREATED.values(),
    derive_command(ScheduleTask),
    derive_command(DescribeWorkspace),
    imported=True,
)
OPTIONAL: list[tuple[type[Command], str]] = [
    (command, name)
    for command in LIFE_OS.commands
    for name, field in command.model_fields.items()
    if not field.is_required() and name != "at"
]
STEPS = ("add_tags", "remove_tags")
"""Fields of edit commands that change the value of another field."""
EDITS = [(command, name) for command, name in OPTIONAL if issubclass(command, EditCommand) and name not in STEPS]
OTHERS = [pair for pair in OPTIONAL if pair not in EDITS]
STATES = {command: kind.state for kind in LIFE_OS.kinds for command in kind.commands}
EMPTY: tuple[object, ...] = (None, "", (), {})
is_none_refused = pytest.raises(InvalidInput, match="cannot be None: leave the field out")


def bare(command: type[Command], **fields: Any) -> Command:
    """Return an example with the required fields and these. It changes nothing of the filled entity by itself."""
    example = CREATED.get(command) or derive_command(command)
    required = (name for name, field in command.model_fields.items() if field.is_required())
    return command.model_validate({**{name: getattr(example, name) for name in required}, **fields})


def read_fields(scenario: Scenario, command: Command) -> dict[str, Any]:
    """Return the values of the optional fields of the command, in the state of its entity."""
    refs = command.preloads()
    state: Any = scenario.state(STATES[type(command)], refs[0].id) if refs else scenario.state(Workspace, HOME)
    if isinstance(state, Asset):
        state = state.details
    return {name: getattr(state, name) for kind, name in EDITS if kind is type(command)}


@pytest.mark.parametrize(("kind", "name"), EDITS)
def test_none_empties_a_field_or_is_refused_and_what_is_left_out_stays(kind: type[Command], name: str) -> None:
    before = read_fields(FILLED, bare(kind))
    assert before[name] not in EMPTY, "the history must fill every field"
    if name not in list_nullable(kind):
        with is_none_refused:
            bare(kind, **{name: None})
        return
    command = bare(kind, **{name: None})
    if isinstance(FILLED.when(command).outcome, Refusal):  # a rule ties it to another field: empty all of them
        after = read_fields(FILLED.after(bare(kind, **dict.fromkeys(list_nullable(kind)))), command)
        assert after[name] in EMPTY
    else:
        after = read_fields(FILLED.after(command), command)
        assert after[name] in EMPTY
        assert {**after, name: None} == {**before, name: None}


def list_nullable(kind: type[Command]) -> list[str]:
    """Return the fields of an edit command that may be None."""
    names: list[str] = []
    for edit, name in EDITS:
        if edit is kind:
            try:
                bare(kind, **{name: None})
            except InvalidInput:
                continue
            names.append(name)
    return names


def list_kinds(fields: Sequence[tuple[type[Command], str]]) -> list[type[Command]]:
    return list(dict.fromkeys(kind for kind, _ in fields))


@pytest.mark.parametrize("kind", list_kinds(EDITS))
def test_an_edit_without_fields_changes_nothing(kind: type[Command]) -> None:
    FILLED.when(bare(kind)).nothing()


@pytest.mark.parametrize(("kind", "name"), OTHERS)
def test_none_in_another_command_is_refused_or_the_same_as_leaving_the_field_out(
    kind: type[Command], name: str
) -> None:
    if kind.model_fields[name].default is not None:
        with is_none_refused:
            bare(kind, **{name: None})


@pytest.mark.parametrize("kind", list_kinds(OTHERS))
def test_a_command_that_can_change_a_field_to_none_is_an_edit_command(kind: type[Command]) -> None:
    """Otherwise it could take None for "keep"."""
    nullable = [name for other, name in OTHERS if other is kind and kind.model_fields[name].default is None]
    if nullable:
        outcome = FILLED.when(CREATED[kind], imported=True).outcome
        assert outcome == [] or isinstance(outcome, Refusal)


def test_null_in_json_follows_the_law_as_well() -> None:
    task = TaskId.derive("task_id")
    emptied = EditTask.model_validate_json(f'{{"task_id": "{task}", "description": null, "tags": null}}')
    assert (emptied.changes(), FILLED.when(emptied).outcome == []) == ({"description": "", "tags": ()}, False)
    with is_none_refused:
        EditTask.model_validate_json(f'{{"task_id": "{task}", "title": null}}')


def test_the_digest_tells_a_field_that_is_left_out_from_none() -> None:
    left_out, emptied = (bare(EditTask, **fields) for fields in ({}, {"description": None}))
    assert left_out.digest() != emptied.digest()


@pytest.mark.parametrize(
    ("command", "digest"),
    [
        (EditTask(task_id=TaskId.derive("task_id"), title="Draw", tags=()), "a15bc94a026299fccbe06b9bb14eac19"),
        (EditAsset(asset_id=asset_id("asset_id"), uri=None, size=3), "e26d70f3bc684119dc6fe6a660c52b91"),
        (ScheduleTask(task_id=TaskId.derive("task_id"), recurrence=None), "e0ca1a80946c7ecd00142c2471e64a08"),
    ],
)
def test_the_digest_is_that_of_release_0_2(command: Command, digest: str) -> None:
    assert command.digest(BEA) == digest
