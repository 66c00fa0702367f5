"""Commands sent together that count on one another: the version that a later one names is that after the earlier one."""

from dataclasses import replace
from typing import Any

import pytest
from support.faulty import Call
from support.scenario import task_id
from support.staged import Home, StagedTables, paint, send, staged_home

import ascend
from ascend.adapters.table.item import Table
from ascend.domain.errors import VersionConflict
from ascend.domain.ids import Ref
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.tasks.task import Task
from ascend.sending import Sending, Sent
from ascend.store import Limits
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


async def send_all_while_somebody_edits(home: Home, sendings: list[Sending], *, behind: int) -> list[Sent]:
    """Send these commands, each in a commit of its own. Somebody edits the task when so many of them are written."""
    tables = StagedTables(home.tables)
    store, last = home.process(tables), home.head + behind

    async def edit(call: Call) -> None:
        if call.table is Table.EVENTS and home.head == last:
            tables.before = None
            await send(home.process(), ascend.EditTask(task_id=task_id(), title="Theirs"))

    tables.before = edit
    return [each async for each in store.execute_all(sendings)]


ONE_EACH = Limits(commands=CommandLimits(group_commands=1))
REOPEN = sending(ascend.ReopenTask(task_id=task_id()), 1)
"""It changes nothing: the task is open."""


async def test_behind_a_command_that_changed_nothing_a_version_that_is_right_by_chance_is_refused() -> None:
    """The sender counts on one event; somebody else makes one meanwhile. Otherwise their title would be overwritten."""
    home = await staged_home(paint(), limits=ONE_EACH)
    edit, complete = ascend.EditTask(task_id=task_id(), title="Mine"), ascend.CompleteTask(task_id=task_id())

    sent = await send_all_while_somebody_edits(home, [REOPEN, sending(edit, 2), sending(complete, 3)], behind=1)

    assert [each.receipt and each.receipt.events for each in sent] == [0, None, None]
    assert [type(each.error) for each in sent[1:]] == [VersionConflict] * 2
    assert (await home.tags()).count("task.edited") == 1
    assert "task.completed" not in await home.tags()


async def test_so_is_one_behind_a_command_that_had_changed_nothing_when_it_was_sent_before() -> None:
    home = await staged_home(paint(), limits=ONE_EACH)
    reopen = replace(REOPEN, command_id=home.new_id())
    first = [each async for each in home.process().execute_all([reopen])]
    edit = ascend.EditTask(task_id=task_id(), title="Mine")

    sent = await send_all_while_somebody_edits(home, [reopen, sending(edit, 2)], behind=0)

    receipts = [each.receipt for each in (*first, *sent)]
    assert [receipt and (receipt.events, receipt.repeated) for receipt in receipts] == [(0, False), (0, True), None]


@pytest.mark.parametrize("most", [1, 10])
async def test_a_sender_who_knows_that_a_command_changes_nothing_goes_on_with_its_version(most: int) -> None:
    home = await staged_home(paint(), limits=Limits(commands=CommandLimits(group_commands=most)))
    edit, complete = ascend.EditTask(task_id=task_id(), title="Mine"), ascend.CompleteTask(task_id=task_id())
    again = replace(sending(edit, 1), command_id=home.new_id())

    sendings = [REOPEN, REOPEN, again, again, sending(complete, 2)]
    sent = [each async for each in home.process().execute_all(sendings)]

    assert [each.receipt and each.receipt.events for each in sent] == [0, 0, 1, 1, 1]


@pytest.mark.parametrize("most", [1, 10])
async def test_a_command_that_names_no_version_counts_as_well(most: int) -> None:
    home = await staged_home(paint(), limits=Limits(commands=CommandLimits(group_commands=most)))
    edits = [ascend.EditTask(task_id=task_id(), title=f"Mine {number}") for number in range(3)]
    unnamed = replace(sending(edits[1], 2), expected=None)

    sent = [each async for each in home.process().execute_all([sending(edits[0], 1), unnamed, sending(edits[2], 3)])]

    assert [each.error for each in sent] == [None] * 3


@pytest.mark.parametrize("most", [1, 10])
async def test_a_repeated_command_does_not_make_up_for_one_that_was_refused(most: int) -> None:
    home = await staged_home(paint(), limits=Limits(commands=CommandLimits(group_commands=most)))
    store = home.process()
    edit = replace(sending(ascend.EditTask(task_id=task_id(), title="Mine"), 1), command_id=home.new_id())
    _ = [each async for each in store.execute_all([edit])]

    refused, follower = (sending(ascend.EditTask(task_id=task_id(), title=f"{n}"), n) for n in (7, 2))
    sent = [each async for each in store.execute_all([refused, edit, follower])]

    assert [type(each.error) for each in sent] == [VersionConflict, type(None), VersionConflict]


@pytest.mark.parametrize("was_sent_before", [False, True])
async def test_a_sender_who_sends_all_again_after_a_crash_gets_what_an_undisturbed_one_gets(
    *, was_sent_before: bool
) -> None:
    home = await staged_home(paint())
    edits = [ascend.EditTask(task_id=task_id(), title=f"Mine {number}") for number in range(2)]
    sendings = [REOPEN, replace(sending(edits[0], 1), expected=None), sending(edits[1], 2)]
    sendings = [replace(each, command_id=home.new_id()) for each in sendings]
    if was_sent_before:
        _ = [each async for each in home.process().execute_all(sendings[:2])]

    sent = [each async for each in home.process().execute_all(sendings)]

    assert [each.error for each in sent] == [None] * 3


TOO_OLD = ascend.CommandId("00000000-0000-7000-8000-00000000000b")


@pytest.mark.parametrize("most", [1, 10])
@pytest.mark.parametrize(
    "wrong", [{"command_id": TOO_OLD}, {"expected": {TASK: 1, Ref("nothing", "x"): 1}}], ids=["too old", "unknown kind"]
)
async def test_behind_a_command_that_cannot_be_decided_a_version_that_is_right_by_chance_is_refused(
    wrong: dict[str, Any], most: int
) -> None:
    home = await staged_home(paint("other"), paint(), limits=Limits(commands=CommandLimits(group_commands=most)))
    other = ascend.EditTask(task_id=task_id("other"), title="Other")
    edit, complete = ascend.EditTask(task_id=task_id(), title="Mine"), ascend.CompleteTask(task_id=task_id())
    await send(home.process(), ascend.EditTask(task_id=task_id(), title="Theirs"))

    named = sending(ascend.EditTask(task_id=task_id(), title="Before"), 2)  # before the wrong one: it is decided
    first = [replace(sending(other, 1), expected=None), named]
    sent = [
        each
        async for each in home.process().execute_all([*first, replace(sending(edit, 3), **wrong), sending(complete, 3)])
    ]

    assert [each.receipt is not None for each in sent] == [True, True, False, False]
    assert type(sent[-1].error) is VersionConflict
