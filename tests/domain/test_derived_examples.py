"""Examples are derived from the types of fields, the same at every run."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
from hypothesis import given as for_all
from pydantic import model_validator
from support.derived import NoExample, derive_model, derive_state
from support.one_of_each import EXAMPLES
from support.random_commands import TASK_IDS, derive_strategy
from support.samples import BARE, EVENTS, FULL

from ascend.domain.ids import AssetId, TaskId
from ascend.domain.tasks.commands import CreateTask, EditTask
from ascend.domain.tasks.next_occurrence import next_id
from ascend.domain.values import Due, Name
from ascend.domain.workspaces.command import NOTHING, Command, Decision
from ascend.domain.workspaces.view import View
from ascend.projections.life_os import LIFE_OS


def test_every_command_event_and_kind_has_an_example() -> None:
    assert [type(example) for example in EXAMPLES] == list(LIFE_OS.commands)
    assert {type(event) for event in EVENTS} == set(LIFE_OS.model.events.values())
    assert set(FULL) == set(BARE) == set(LIFE_OS.model.kinds)


def test_an_example_of_a_command_has_a_value_in_every_field() -> None:
    assert derive_model(CreateTask).model_fields_set == CreateTask.model_fields.keys()
    assert derive_model(CreateTask) == derive_model(CreateTask)


@dataclass(frozen=True)
class Box:
    entity: ClassVar[str] = "box"
    id: TaskId
    due: Due | None = None
    sealed: bool = False


def test_a_state_is_derived_with_all_optional_values_or_with_none() -> None:
    full, bare = derive_state(Box), derive_state(Box, bare=True)

    assert (full.due is not None, full.sealed) == (True, True)
    assert (bare.due, bare.sealed, bare.id) == (None, False, full.id)


class Pick(Command):
    task_id: TaskId | None = None
    asset_id: AssetId | None = None
    name: Name

    @model_validator(mode="after")
    def check_one(self) -> "Pick":
        if (self.task_id is None) == (self.asset_id is None):
            raise ValueError("name one of both")
        return self

    def decide(self, view: View) -> Decision:
        return NOTHING


def test_a_rule_that_no_derived_value_meets_asks_for_an_example_by_hand() -> None:
    with pytest.raises(NoExample, match="Pick"):
        derive_model(Pick)


@for_all(derive_strategy(EditTask))
def test_a_new_command_is_sent_in_random_histories(command: Command) -> None:
    """Its ids are those of the small workspace, so that it meets the other commands."""
    assert isinstance(command, EditTask)
    assert command.task_id in {*TASK_IDS, next_id(TASK_IDS[0])}
