"""Commands sent together that count on one another: the version that a later one names is that after the earlier one."""

from support.scenario import task_id
from support.staged import paint, send, staged_home

import ascend
from ascend.domain.errors import VersionConflict
from ascend.domain.ids import Ref
from ascend.domain.tasks.task import Task
from ascend.sending import Sending
from ascend.testing import ADA, HOME

TASK = Ref(Task.entity, task_id())


def sending(command: ascend.Command, version: int) -> Sending:
    return Sending(workspace=HOME, command=command, actor=ADA, expected={TASK: version})


async def test_a_version_that_is_right_by_chance_is_no_version_that_the_sender_saw() -> None:
    """Somebody edits the task behind the sender's back, so the second command finds the version that it expects."""
    home = await staged_home(paint())
    store = home.process()
    await send(store, ascend.EditTask(task_id=task_id(), title="Mine"))

    edit, complete = ascend.EditTask(task_id=task_id(), title="New"), ascend.CompleteTask(task_id=task_id())
    sent = [each async for each in store.execute_all([sending(edit, 1), sending(complete, 2)])]

    assert [type(each.error) for each in sent] == [VersionConflict, VersionConflict]
    assert "task.completed" not in await home.tags()


async def test_after_a_refusal_commands_on_other_entities_go_on() -> None:
    home = await staged_home(paint(), paint("other"))
    store, other = home.process(), Ref(Task.entity, task_id("other"))

    edit = ascend.EditTask(task_id=task_id(), title="New")
    complete = Sending(
        workspace=HOME, command=ascend.CompleteTask(task_id=task_id("other")), actor=ADA, expected={other: 1}
    )
    sent = [each async for each in store.execute_all([sending(edit, 7), complete])]

    assert [each.receipt is not None for each in sent] == [False, True]


async def test_another_caller_is_judged_by_the_version_alone() -> None:
    home = await staged_home(paint())
    store = home.process()

    first = [each async for each in store.execute_all([sending(ascend.EditTask(task_id=task_id(), title="x"), 7)])]
    second = [each async for each in store.execute_all([sending(ascend.EditTask(task_id=task_id(), title="x"), 1)])]

    assert [each.receipt is not None for each in (*first, *second)] == [False, True]
