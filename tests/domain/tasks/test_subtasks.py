"""Subtasks: the parent never changes, a Task with subtasks cannot be deleted, and levels are limited."""

from support.scenario import MEMBERS, fact, task_id

from ascend.domain.event import Event
from ascend.domain.ids import TaskId
from ascend.domain.tasks.commands import CancelTask, CompleteTask, CreateTask, DeleteTask
from ascend.domain.tasks.rules import LEVELS, HasSubtasks, NoSuchTask, TaskExists, TooManyLevels
from ascend.domain.tasks.task import Task, TaskCreated, TaskDeleted
from ascend.testing import Scenario, given

MOVE, PACK, CARRY = (task_id(name) for name in ("move", "pack", "carry"))
MOVING = fact(TaskCreated, task_id=MOVE, title="Move")
PACKING = fact(TaskCreated, task_id=PACK, title="Pack", parent=MOVE)
CARRYING = fact(TaskCreated, task_id=CARRY, title="Carry", parent=MOVE)


def tasks(*more: Event) -> Scenario:
    return given(*MEMBERS, MOVING, *more)


def subtasks(history: Scenario, task: TaskId = MOVE) -> int:
    return history.state(Task, task).subtasks


def test_a_subtask_is_created_once() -> None:
    pack = CreateTask(task_id=PACK, title="Pack", parent=MOVE)
    tasks().when(pack).then(PACKING)
    tasks(PACKING).when(pack).nothing()
    tasks(PACKING).when(CreateTask(task_id=PACK, title="Pack")).refused(TaskExists)
    assert tasks(PACKING).state(Task, PACK).parent == MOVE


def test_a_task_counts_its_subtasks() -> None:
    assert subtasks(tasks()) == 0
    assert subtasks(tasks(PACKING, CARRYING)) == 2
    assert subtasks(tasks(PACKING, CARRYING, fact(TaskDeleted, task_id=PACK, parent=MOVE))) == 1
    assert subtasks(tasks(PACKING), PACK) == 0


def test_the_parent_of_a_subtask_must_exist() -> None:
    given(*MEMBERS).when(CreateTask(task_id=PACK, title="Pack", parent=MOVE)).refused(NoSuchTask)
    tasks(fact(TaskDeleted, task_id=MOVE)).when(CreateTask(task_id=PACK, title="Pack", parent=MOVE)).refused(NoSuchTask)
    given(*MEMBERS).when(CreateTask(task_id=PACK, title="Pack", parent=PACK)).refused(NoSuchTask)


def test_a_task_with_subtasks_cannot_be_deleted() -> None:
    tasks(PACKING).when(DeleteTask(task_id=MOVE)).refused(HasSubtasks)
    tasks(PACKING).when(DeleteTask(task_id=PACK)).then(fact(TaskDeleted, task_id=PACK, parent=MOVE))
    alone = tasks(PACKING, fact(TaskDeleted, task_id=PACK, parent=MOVE))
    alone.when(DeleteTask(task_id=MOVE)).then(fact(TaskDeleted, task_id=MOVE))
    alone.when(DeleteTask(task_id=PACK)).nothing()


def test_a_task_may_be_closed_before_its_subtasks() -> None:
    for command in (CompleteTask(task_id=MOVE), CancelTask(task_id=MOVE)):
        assert isinstance(tasks(PACKING).when(command).outcome, list)


def test_levels_of_subtasks_are_limited() -> None:
    history = given(*MEMBERS).after(CreateTask(task_id=task_id(1), title="1"))
    for level in range(2, LEVELS + 1):
        history = history.after(CreateTask(task_id=task_id(level), title=str(level), parent=task_id(level - 1)))
    history.when(CreateTask(task_id=PACK, title="Pack", parent=task_id(LEVELS))).refused(TooManyLevels)
    beside = CreateTask(task_id=PACK, title="Pack", parent=task_id(LEVELS - 1))
    history.when(beside).then(fact(TaskCreated, task_id=PACK, title="Pack", parent=task_id(LEVELS - 1)))
