"""What a host made while its clock was ahead is used by everybody: only new ids are checked against the clock."""

from datetime import timedelta

import pytest
from support.staged import send, staged_home

import ascend
from ascend.domain.errors import CommandFromTheFuture
from ascend.domain.runtime.request import AHEAD

HOUR, DAY = 3_600.0, 86_400.0


@pytest.mark.parametrize("ahead", [HOUR, DAY, 365 * DAY], ids=["an hour", "a day", "a laptop, a year"])
@pytest.mark.parametrize("is_folded", [False, True])
async def test_what_a_host_ahead_has_made_is_edited_completed_and_deleted_by_others(
    *, ahead: float, is_folded: bool
) -> None:
    home = await staged_home()
    wrong = home.process(ahead=ahead)
    task, note = ascend.TaskId(wrong.environment.new_id()), ascend.CommentId(wrong.environment.new_id())
    await send(wrong, ascend.CreateTask(task_id=task, title="Paint"))
    await send(wrong, ascend.PostComment(comment_id=note, task_id=task, text="?"))
    if is_folded:
        await home.caught_up()
    right = home.process()
    for command in (
        ascend.EditTask(task_id=task, title="Paint it"),
        ascend.EditComment(comment_id=note, text="!"),
        ascend.CompleteTask(task_id=task),
        ascend.DeleteComment(comment_id=note),
        ascend.DeleteTask(task_id=task),
    ):
        assert (await send(right, command)).events == 1
    await home.caught_up()
    assert (await right.verify()).clean


async def test_a_command_sent_again_by_a_host_whose_clock_was_corrected_gets_the_first_receipt() -> None:
    home = await staged_home()
    laptop = home.process(ahead=365 * DAY)
    task, id = ascend.TaskId(laptop.environment.new_id()), ascend.CommandId(laptop.environment.new_id())
    first = await send(laptop, ascend.CreateTask(task_id=task, title="Paint"), id=id)
    for corrected in (home.process(), home.process()):
        assert await send(corrected, ascend.CreateTask(task_id=task, title="Paint"), id=id) == first
        await home.caught_up()


async def test_a_policy_answers_what_a_host_ahead_has_done() -> None:
    home = await staged_home()
    await home.caught_up()  # installs the policies
    wrong = home.process(ahead=DAY)
    task = ascend.TaskId(wrong.environment.new_id())
    for command in (
        ascend.CreateTask(task_id=task, title="Water the plants"),
        ascend.ScheduleTask(task_id=task, due=wrong.environment.now().date(), recurrence="FREQ=DAILY"),
        ascend.CompleteTask(task_id=task),
    ):
        await send(wrong, command)
    await home.caught_up()
    assert "task.recurred" in await home.tags()
    assert [policy.stalled async for status in home.process().status() for policy in status.policies] == ["", ""]


async def test_a_new_id_from_the_future_is_refused_wherever_it_stands() -> None:
    home = await staged_home()
    store = home.process()
    later = home.environment.now() + AHEAD + timedelta(seconds=1)
    with pytest.raises(CommandFromTheFuture):
        await send(store, ascend.CreateTask(task_id=ascend.TaskId(home.environment.id_of(later)), title="Paint"))
    with pytest.raises(CommandFromTheFuture):
        await send(store, ascend.RenameWorkspace(name="House"), id=ascend.CommandId(home.environment.id_of(later)))
    assert (await home.tags())[-1] == "workspace.member_added"


async def test_a_commit_is_as_late_as_the_entities_that_it_creates() -> None:
    """The command's id has no time. A process that reads nothing before that commit must not take the Task for new."""
    home = await staged_home()
    ahead = home.process(ahead=50)
    task = ascend.TaskId(ahead.environment.new_id())
    await send(ahead, ascend.CreateTask(task_id=task, title="Paint"), id=ascend.CommandId.derive("imported"))
    await home.caught_up()
    assert (await send(home.process(), ascend.CompleteTask(task_id=task))).events == 1
