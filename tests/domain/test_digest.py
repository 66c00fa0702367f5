"""The digest of a command: equal for equal content, different for different content."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from support.scenario import BEA, asset_id, task_id, thing_id

from ascend.domain.assets.asset import AssetKind
from ascend.domain.assets.commands import CreateAsset
from ascend.domain.ids import CommandId, Ref, UserId
from ascend.domain.relations.commands import AddRelation
from ascend.domain.runtime.request import Request
from ascend.domain.tasks.commands import CompleteTask, CreateTask, EditTask, StartTask
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.values import ZonedTime
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import EraseWorkspace
from ascend.testing import ADA, HOME

T, A = task_id(), asset_id()
LEFT, RIGHT = Ref("thing", thing_id("a")), Ref("thing", thing_id("b"))
MOMENT = datetime(2026, 5, 2, 16, 30, tzinfo=ZoneInfo("Europe/Berlin"))
COMMAND = CreateTask(task_id=T, title="Paint", metadata={"a": "1", "b": "2"})


def digest(command: Command = COMMAND, by: UserId = ADA, expected: dict[Ref, int] | None = None) -> str:
    command_id = CommandId.derive("any")
    return Request(workspace=HOME, command=command, actor=by, command_id=command_id, expected=expected or {}).digest()


def test_the_digest_of_a_command_is_the_same_for_ever() -> None:
    assert digest() == "785208eab2bcdaf0358587997955340d"


@pytest.mark.parametrize(
    ("command", "context", "stored"),
    [
        (
            CreateTask(task_id=T, title="Küche № 5 \U0001f3a8", tags=("b", "a"), metadata={"z": "\x01", "a": "é"}),
            ["ada"],
            "f3eef5bc356978af5e1554a7f35b2d78",
        ),
        (EditTask(task_id=T, description=None), ["ada", "a request"], "e324cd2903c1a91d75e104564da97000"),
        (
            ScheduleTask(task_id=T, start=date(2026, 5, 1), due=ZonedTime.of(MOMENT), recurrence="FREQ=WEEKLY"),
            ["ada"],
            "6e4c860d08c3d0dc14ae9d57a36ddd2a",
        ),
        (
            CreateAsset(asset_id=A, kind=AssetKind.VALUE, name="x", amount=Decimal("12.50"), currency="EUR"),
            ["Åse"],
            "e8e81ad7d90aa41cb07f4581f4340ce8",
        ),
        (
            CreateAsset(asset_id=A, kind=AssetKind.FILE, name="x", size=2**60),
            ["ada"],
            "c5b8b188ca5f7d6441beda550d322e2d",
        ),
        (
            AddRelation(source=LEFT, type="part of", target=RIGHT, valid_from=date(2026, 1, 1)),
            ["ada"],
            "86570b9ac7e7e3594435e98fe887bed5",
        ),
        (EraseWorkspace(), ["~operator"], "82610fd68ac2060cb592d2ce4ff5b8d4"),
        (CreateTask(task_id=T, title="x", at=MOMENT), [], "9f5089bdfe6eebecd151bdfa786116fa"),
    ],
)
def test_stored_digests_stay_the_digests_of_their_commands(command: Command, context: list[str], stored: str) -> None:
    assert command.digest(*context) == stored


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
