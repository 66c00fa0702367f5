"""The digest of a command: equal for equal content, different for different content."""

import pytest
from support.scenario import BEA, task_id, thing_id

from ascend.domain.ids import CommandId, Ref, UserId
from ascend.domain.runtime.request import Request
from ascend.domain.tasks.commands import CompleteTask, CreateTask, EditTask, StartTask
from ascend.domain.workspaces.command import Command
from ascend.testing import ADA, HOME

T = task_id()
COMMAND = CreateTask(task_id=T, title="Paint", metadata={"a": "1", "b": "2"})


def digest(command: Command = COMMAND, by: UserId = ADA, expected: dict[Ref, int] | None = None) -> str:
    command_id = CommandId.derive("any")
    return Request(workspace=HOME, command=command, actor=by, command_id=command_id, expected=expected or {}).digest()


def test_the_digest_of_a_command_is_the_same_for_ever() -> None:
    assert digest() == "785208eab2bcdaf0358587997955340d"


def test_the_order_of_a_map_does_not_change_the_digest() -> None:
    assert digest(CreateTask(task_id=T, title="Paint", metadata={"b": "2", "a": "1"})) == digest()


def test_the_order_of_expected_versions_does_not_change_the_digest() -> None:
    task, thing = Ref("task", T), Ref("thing", thing_id("x"))
    assert digest(expected={task: 1, thing: 2}) == digest(expected={thing: 2, task: 1})


@pytest.mark.parametrize(
    "other",
    [
        digest(CreateTask(task_id=T, title="Draw", metadata={"a": "1", "b": "2"})),
        digest(CreateTask(task_id=task_id("other"), title="Paint", metadata={"a": "1", "b": "2"})),
        digest(CreateTask(task_id=T, title="Paint", metadata={"a": "1"})),
        digest(by=BEA),
        digest(expected={Ref("task", T): 0}),
    ],
)
def test_another_content_actor_or_version_changes_the_digest(other: str) -> None:
    assert other != digest()


def test_commands_with_the_same_fields_have_different_digests() -> None:
    assert digest(StartTask(task_id=T)) != digest(CompleteTask(task_id=T))


def test_fields_that_are_not_set_do_not_count_so_a_new_field_changes_no_digest() -> None:
    assert digest(EditTask(task_id=T)) != digest(EditTask(task_id=T, description=None))
