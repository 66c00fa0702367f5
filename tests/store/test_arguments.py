"""A wrong argument is named, with the value to pass, for callers without a type checker."""

from typing import Any
from uuid import UUID

import pytest

import ascend

ADA = ascend.UserId("ada")
HOME = ascend.WorkspaceId.derive("home")
TASK = ascend.TaskId.derive("a task")
CREATE: Any = ascend.CreateTask(task_id=TASK, title="x")


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("workspace", None, r"workspace is None: pass ascend.WorkspaceId\(text\)"),
        ("workspace", "home", "workspace: not a WorkspaceId: 'home'"),
        ("workspace", TASK, r"workspace is .* \(TaskId\): pass ascend.WorkspaceId"),
        ("workspace", UUID(HOME), r"workspace is UUID.*: pass ascend.WorkspaceId"),
        ("actor", None, r"actor is None: pass ascend.UserId\(text\)"),
        ("actor", 5, r"actor is 5 \(int\): pass ascend.UserId"),
        ("actor", "ada ", "actor: not a UserId: 'ada ': it begins or ends with a blank"),
        ("actor", "~policies", "one of the system's own users"),
        ("command", None, r"command is None: pass a command, such as ascend.CreateTask\(…\)"),
        ("command", {"title": "\x1b" * 9_000}, r"command is a map: .*model_validate"),
        ("command", ascend.CreateTask, r"command is the class CreateTask: .* CreateTask\(…\)"),
        ("command_id", "7", "command_id: not a CommandId: '7'"),
        ("command_id", "", "command_id: not a CommandId: ''"),
        ("command_id", 7, r"command_id is 7 \(int\): pass ascend.CommandId"),
        ("expected", {TASK: 1}, r"expected names .*: pass ascend.Ref\(kind, id\)"),
        ("expected", {("task", TASK): 1}, r"expected names .* \(tuple\): pass ascend.Ref"),
        ("expected", {ascend.Ref("task", None): 1}, r"expected names Ref.*: pass ascend.Ref"),  # type: ignore[arg-type]
        ("expected", {ascend.Ref("task", TASK): "1"}, r"expected\[task#.*\] is '1' \(str\): pass the version"),
        ("expected", {ascend.Ref("task", TASK): True}, "pass the version"),
        ("expected", [TASK], r"expected is .*: pass a map"),
        ("correlation", 5, r"correlation is 5 \(int\): pass text"),
        ("causation", b"x", r"causation is b'x' \(bytes\): pass text"),
    ],
)
async def test_a_wrong_argument_is_named(argument: str, value: Any, message: str) -> None:
    arguments: dict[str, Any] = {"workspace": HOME, "command": CREATE, "actor": ADA} | {argument: value}
    async with ascend.open_store("memory://") as store:
        with pytest.raises(ascend.InvalidInput, match=message) as raised:
            await store.execute(**arguments)

    assert str(raised.value).isprintable()
    assert len(str(raised.value)) < 300


async def test_ids_may_be_given_as_text() -> None:
    arguments: dict[str, Any] = {"workspace": str(HOME), "actor": "ada", "command_id": str(HOME)}
    async with ascend.open_store("memory://") as store:
        command = ascend.CreateWorkspace(name="Home", owner_name="Ada")
        first, again = [await store.execute(command=command, **arguments) for _ in range(2)]

    assert (first, again.repeated) == (again, True)
    assert (type(first.workspace), type(first.command_id)) == (ascend.WorkspaceId, ascend.CommandId)


@pytest.mark.parametrize("url", [None, 5, b"memory://"])
async def test_a_url_must_be_text(url: Any) -> None:
    with pytest.raises(ascend.InvalidInput, match=r"url is .*: pass text"):
        async with ascend.open_store(url):
            pass
