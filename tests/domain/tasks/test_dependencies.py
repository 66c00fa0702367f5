"""Tasks that wait for others: never in a cycle, and never started or completed while a blocker is open."""

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from support.scenario import MEMBERS, fact, task_id

from ascend.domain.errors import InvalidInput
from ascend.domain.event import Event
from ascend.domain.tasks.commands import CancelTask, CompleteTask, DeleteTask, ReopenTask, StartTask
from ascend.domain.tasks.dependencies import (
    CHAIN,
    BlockedByItself,
    BlockTask,
    ChainTooLong,
    TooManyBlockers,
    UnblockTask,
)
from ascend.domain.tasks.rules import NoSuchTask, TaskIsBlocked
from ascend.domain.tasks.task import Task, TaskBlocked, TaskCompleted, TaskCreated, TaskStarted, TaskUnblocked
from ascend.domain.values import FEW
from ascend.domain.workspaces.command import Command
from ascend.testing import Scenario, given

PAINT, PRIME, BUY, MIX = (task_id(name) for name in ("paint", "prime", "buy", "mix"))
TASKS = [fact(TaskCreated, task_id=task, title="x") for task in (PAINT, PRIME, BUY, MIX)]


def tasks(*more: Event) -> Scenario:
    return given(*MEMBERS, *TASKS, *more)


def waits(task: object, *blockers: object) -> BlockTask:
    return BlockTask(task_id=task_id(task), blockers=tuple(map(task_id, blockers)))


BLOCKED = fact(TaskBlocked, task_id=PAINT, blockers=(PRIME, BUY))


def test_a_task_waits_for_others_each_named_once() -> None:
    tasks().when(waits("paint", "prime", "buy")).then(BLOCKED)
    tasks(BLOCKED).when(waits("paint", "buy", "prime")).nothing()
    tasks(BLOCKED).when(waits("paint", "buy", "mix")).then(fact(TaskBlocked, task_id=PAINT, blockers=(MIX,)))
    tasks(BLOCKED).when(UnblockTask(task_id=PAINT, blockers=(BUY, MIX))).then(
        fact(TaskUnblocked, task_id=PAINT, blockers=(BUY,))
    )
    tasks(BLOCKED).when(UnblockTask(task_id=PAINT, blockers=(MIX,))).nothing()
    assert tasks(BLOCKED, fact(TaskUnblocked, task_id=PAINT, blockers=(PRIME,))).state(Task, PAINT).blocked_by == (BUY,)


def test_all_blockers_must_exist() -> None:
    tasks().when(waits("paint", "nobody")).refused(NoSuchTask)
    tasks().after(DeleteTask(task_id=BUY)).when(waits("paint", "prime", "buy")).refused(NoSuchTask)
    tasks().after(DeleteTask(task_id=PAINT)).when(waits("paint", "prime")).refused(NoSuchTask)
    tasks().when(UnblockTask(task_id=task_id("nobody"), blockers=(PRIME,))).refused(NoSuchTask)


@pytest.mark.parametrize("blockers", [(), (PRIME, PRIME), tuple(task_id(n) for n in range(FEW + 1))])
def test_blockers_are_named_once_and_are_limited(blockers: tuple[str, ...]) -> None:
    for kind in (BlockTask, UnblockTask):
        with pytest.raises(InvalidInput, match=rf"{kind.__name__}\.blockers"):
            kind.model_validate({"task_id": PAINT, "blockers": blockers})


def test_a_task_waits_for_a_limited_number_of_others() -> None:
    many = [fact(TaskCreated, task_id=task_id(n), title="x") for n in range(FEW)]
    full = tasks(*many, fact(TaskBlocked, task_id=PAINT, blockers=tuple(task_id(n) for n in range(FEW))))
    full.when(waits("paint", "buy")).refused(TooManyBlockers)
    full.when(waits("paint", 0)).nothing()
    one_less = tasks(*many, fact(TaskBlocked, task_id=PAINT, blockers=tuple(task_id(n) for n in range(1, FEW))))
    one_less.when(waits("paint", "buy")).then(fact(TaskBlocked, task_id=PAINT, blockers=(BUY,)))


def test_deleted_blockers_make_room_for_others() -> None:
    many = [fact(TaskCreated, task_id=task_id(n), title="x") for n in range(FEW)]
    full = tasks(*many, fact(TaskBlocked, task_id=PAINT, blockers=tuple(task_id(n) for n in range(FEW))))
    full = full.after(DeleteTask(task_id=task_id(3)), CompleteTask(task_id=task_id(4)))
    unblocked = fact(TaskUnblocked, task_id=PAINT, blockers=(task_id(3),))
    full.when(waits("paint", "buy")).then(unblocked, fact(TaskBlocked, task_id=PAINT, blockers=(BUY,)))
    full.when(waits("paint", "buy", "mix")).refused(TooManyBlockers)


@pytest.mark.parametrize("command", [StartTask(task_id=PAINT), CompleteTask(task_id=PAINT)])
def test_a_task_is_neither_started_nor_completed_while_a_blocker_is_open(command: Command) -> None:
    done = fact(TaskStarted, task_id=PAINT) if isinstance(command, StartTask) else fact(TaskCompleted, task_id=PAINT)
    tasks(BLOCKED).when(command).refused(TaskIsBlocked)
    tasks(BLOCKED).after(StartTask(task_id=PRIME), CompleteTask(task_id=BUY)).when(command).refused(TaskIsBlocked)
    tasks(BLOCKED).after(CompleteTask(task_id=PRIME), CancelTask(task_id=BUY)).when(command).then(done)
    tasks(BLOCKED).after(DeleteTask(task_id=PRIME), DeleteTask(task_id=BUY)).when(command).then(done)
    tasks(BLOCKED).after(UnblockTask(task_id=PAINT, blockers=(PRIME, BUY))).when(command).then(done)
    tasks(BLOCKED).after(*(kind(task_id=BUY) for kind in (CompleteTask, ReopenTask))).when(command).refused(
        TaskIsBlocked
    )


def test_a_blocked_task_may_be_cancelled_reopened_and_deleted() -> None:
    tasks(BLOCKED).after(CancelTask(task_id=PAINT), ReopenTask(task_id=PAINT), DeleteTask(task_id=PAINT))


def test_a_started_task_that_is_blocked_cannot_be_completed() -> None:
    started = tasks(fact(TaskStarted, task_id=PAINT), BLOCKED)
    started.when(StartTask(task_id=PAINT)).nothing()
    started.when(CompleteTask(task_id=PAINT)).refused(TaskIsBlocked)


def chain(length: int) -> Scenario:
    """Return a history of Tasks in which each waits for the next one."""
    made = [fact(TaskCreated, task_id=task_id(n), title="x") for n in range(length)]
    return tasks(*made, *(fact(TaskBlocked, task_id=task_id(n), blockers=(task_id(n + 1),)) for n in range(length - 1)))


def test_a_task_never_waits_for_itself_over_any_number_of_others() -> None:
    tasks().when(waits("paint", "paint")).refused(BlockedByItself)
    tasks().when(waits("paint", "prime", "paint")).refused(BlockedByItself)
    for length in (2, 3, 40, CHAIN):
        chain(length).when(waits(length - 1, 0)).refused(BlockedByItself)
        assert isinstance(chain(length).when(waits("paint", 0)).outcome, list)


def test_a_chain_that_is_too_long_to_search_is_refused() -> None:
    long = chain(CHAIN + 1)
    long.when(waits("paint", 0)).refused(ChainTooLong)
    chain(CHAIN + 2).when(waits(CHAIN + 1, 0)).refused(ChainTooLong)
    assert isinstance(long.when(waits("paint", 1)).outcome, list)


def test_a_deleted_task_breaks_the_chain() -> None:
    broken = chain(4).after(DeleteTask(task_id=task_id(2)))
    broken.when(waits(3, 0)).then(fact(TaskBlocked, task_id=task_id(3), blockers=(task_id(0),)))
    chain(4).when(waits(3, 0)).refused(BlockedByItself)


def test_a_task_that_is_done_does_not_break_the_chain() -> None:
    """A Task that is done may be reopened."""
    done = chain(4).after(*(CompleteTask(task_id=task_id(n)) for n in (3, 2)))
    done.when(waits(3, 0)).refused(BlockedByItself)


EDGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=30)


@for_all(EDGES)
def test_a_blocker_is_refused_exactly_where_it_would_close_a_cycle(edges: list[tuple[int, int]]) -> None:
    history = given(*MEMBERS, *(fact(TaskCreated, task_id=task_id(n), title="x") for n in range(7)))
    after: dict[int, set[int]] = {n: set() for n in range(7)}

    def reaches(task: int, other: int) -> bool:
        return task == other or any(reaches(next, other) for next in after[task])

    for task, blocker in edges:
        answer = history.when(waits(task, blocker))
        if blocker in after[task]:
            answer.nothing()
        elif reaches(blocker, task):
            answer.refused(BlockedByItself)
        else:
            answer.then(fact(TaskBlocked, task_id=task_id(task), blockers=(task_id(blocker),)))
            history = history.after(waits(task, blocker))
            after[task].add(blocker)
