"""Commands of one workspace that are sent at the same time are decided in order and leave as one commit."""

from collections.abc import Collection
from functools import partial

import anyio
import pytest
from support.scenario import id_of, task_id
from support.staged import cache_of, paint, send, staged_home
from support.task_groups import Answers, Gate, T, behind_a_write, send_behind, warm

from ascend.adapters.table.item import Item
from ascend.domain.errors import (
    AscendError,
    DamagedViews,
    VersionConflict,
)
from ascend.domain.ids import CommandId, Ref, ThingId, WorkspaceId
from ascend.domain.runtime.request import Receipt
from ascend.domain.tasks.commands import CompleteTask, EditTask, ReopenTask
from ascend.domain.things.commands import CreateThing, DeleteThing, RenameThing
from ascend.domain.things.thing import ThingDeleted
from ascend.domain.workspaces.command import Command, Decision
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.domain.workspaces.view import NEVER_EXISTED, Versioned, View


@pytest.mark.needs_optimisation("groups")
async def test_commands_that_wait_are_written_as_one_commit_in_their_order() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    sent = [CompleteTask(task_id=T), ReopenTask(task_id=T), CompleteTask(task_id=T), *map(paint, range(5))]
    answers = await send_behind(store, tables, sent)
    assert tables.made() == ["put events", "put events"]
    assert {receipt.position for receipt in answers.values() if isinstance(receipt, Receipt)} == {home.head}
    last = (await home.log())[-1]
    assert [event.tag for event in last.events()] == [
        "task.completed",
        "task.reopened",
        "task.completed",
        *["task.created"] * 5,
    ]
    assert len({record.command_id for record in last.records}) == len(sent)


async def test_a_lone_command_is_written_at_once() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    await send(store, CompleteTask(task_id=T))
    await send(store, ReopenTask(task_id=T))
    assert tables.made() == ["put events", "put events"]


async def test_each_command_of_a_group_gets_its_own_answer(without: Collection[str]) -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    known = await send(store, CompleteTask(task_id=T), id=(id := home.new_id()))
    tables.made()
    outcomes: list[object] = []

    async def answer(command: Command, id: CommandId | None = None, version: int | None = None) -> None:
        expected = None if version is None else {Ref("task", T): version}
        try:
            outcomes.append(await send(store, command, id=id, expected=expected))
        except AscendError as error:
            outcomes.append(type(error).__name__)

    twice = home.new_id()
    async with behind_a_write(store, tables) as group:
        group.start_soon(answer, ReopenTask(task_id=T))  # version 3
        await anyio.wait_all_tasks_blocked()
        group.start_soon(answer, CompleteTask(task_id=T), None, 2)  # it has seen the version before
        group.start_soon(answer, CompleteTask(task_id=T), None, 3)
        group.start_soon(answer, CompleteTask(task_id=T), id)  # applied before
        group.start_soon(answer, ReopenTask(task_id=T), id)  # the id of another command
        group.start_soon(answer, paint("twice"), twice)
        group.start_soon(answer, paint("twice"), twice)
        group.start_soon(answer, paint("other"), twice)
    position = home.head
    events = [outcome.events if isinstance(outcome, Receipt) else outcome for outcome in outcomes]
    assert events == [1, "VersionConflict", 1, 1, "CommandIdReused", 1, 1, "CommandIdReused"]
    receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert [receipt.repeated for receipt in receipts] == [False, False, True, False, True]
    assert receipts[2].position == known.position
    if "groups" not in without:
        assert {receipt.position for receipt in receipts} == {position, known.position}
        assert tables.made() == ["put events", "put events"]
    assert (await home.applied()).count(twice) == 1


async def test_a_refusal_is_not_given_before_the_commit_that_it_was_decided_behind() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    tables.made()
    gate, refused = Gate(tables), anyio.Event()
    again: list[Gate] = []

    async def complete() -> None:
        with pytest.raises(VersionConflict):
            await send(store, CompleteTask(task_id=T), expected={Ref("task", T): 1})
        refused.set()

    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        group.start_soon(send, store, EditTask(task_id=T, title="Draw"))
        await anyio.wait_all_tasks_blocked()
        group.start_soon(complete)
        await anyio.wait_all_tasks_blocked()
        again.append(Gate(tables))
        gate.opened.set()
        await again[0].reached.wait()
        await anyio.wait_all_tasks_blocked()
        assert not refused.is_set()
        again[0].opened.set()
    assert refused.is_set()


@pytest.mark.needs_optimisation("groups")
async def test_after_a_conflict_the_whole_group_is_decided_again() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    gate, answers = Gate(tables), Answers()

    async def answer(number: int, command: Command) -> None:
        answers[number] = await send(store, command)

    async with anyio.create_task_group() as group:
        group.start_soon(send, store, paint("first"))
        await gate.reached.wait()
        for number, command in enumerate((CompleteTask(task_id=T), paint("second"))):
            group.start_soon(answer, number, command)
        await anyio.wait_all_tasks_blocked()
        second = Gate(tables)
        gate.opened.set()
        await second.reached.wait()
        await send(home.process(), CompleteTask(task_id=T))
        second.opened.set()
    completed, created = answers[0], answers[1]
    assert isinstance(completed, Receipt)
    assert isinstance(created, Receipt)
    assert (completed.events, created.events) == (0, 1)
    assert completed.position == created.position == home.head


async def test_a_fault_in_one_decision_is_the_outcome_of_that_command_alone(without: Collection[str]) -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)

    class Broken(CompleteTask):
        def decide(self, view: View) -> Decision:
            raise ZeroDivisionError

    store._known_commands |= {Broken}  # pyright: ignore[reportPrivateUsage]
    failed, receipts = anyio.Event(), list[Receipt]()

    async def fail() -> None:
        with pytest.raises(ZeroDivisionError):
            await send(store, Broken(task_id=T))
        failed.set()

    async def keep(command: Command) -> None:
        receipts.append(await send(store, command))

    async with behind_a_write(store, tables) as group:
        for work in (partial(keep, paint("a")), fail, partial(keep, paint("b"))):
            group.start_soon(work)
    assert failed.is_set()
    assert len(receipts) == 2
    if "groups" not in without:
        assert [receipt.position for receipt in receipts] == [home.head, home.head]


async def test_a_call_that_cannot_be_loaded_harms_no_other(without: Collection[str]) -> None:
    home = await staged_home(paint(), paint("damaged"))
    await home.caught_up()
    bad = Ref("task", task_id("damaged"))
    store, tables = await warm(home)
    real = store.views.to_state

    def to_state(ref: Ref, item: Item | None) -> Versioned:
        if ref == bad:
            raise DamagedViews("a snapshot")
        return real(ref, item)

    store.views.to_state = to_state  # type: ignore[method-assign]
    sent = [*map(paint, range(10)), CompleteTask(task_id=task_id("damaged")), *map(paint, range(10, 20))]
    answers = await send_behind(store, tables, sent)
    kinds = [type(answer) for answer in answers.values()]
    assert kinds == [Receipt] * 10 + [DamagedViews] + [Receipt] * 10
    if "groups" not in without:
        assert tables.made().count("put events") == 2


async def test_commands_that_change_nothing_count_in_the_cache() -> None:
    home = await staged_home(paint())
    store, tables = await warm(home)
    before = cache_of(store).events
    await send_behind(store, tables, [CompleteTask(task_id=T)] * 5)
    assert cache_of(store).events == before + 6


@pytest.mark.needs_optimisation("groups")
async def test_commands_of_many_workspaces_that_come_at_once_take_one_commit_in_each() -> None:
    """Only the very first of them finds nobody else, and leaves alone."""
    home = await staged_home()
    store, tables = await warm(home)
    others = [WorkspaceId.derive(str(n)) for n in range(5)]
    for other in others:
        await send(store, CreateWorkspace(name="Other", owner_name="Ada"), to=other)
        await send(store, paint("warm"), to=other)
    tables.made()
    async with anyio.create_task_group() as group:
        for number in range(4):
            for other in others:
                group.start_soon(partial(send, store, paint(number), to=other))
    assert tables.made().count("put events") == len(others) + 1


async def test_what_is_loaded_in_the_middle_of_a_group_has_the_changes_of_the_calls_before() -> None:
    """The first command touches the box without asking for it; the second one asks for it, unannounced."""

    class Dissolve(DeleteThing):
        def preloads(self) -> tuple[Ref, ...]:
            return ()

        def decide(self, view: View) -> Decision:
            return [ThingDeleted(at=view.at, by=view.actor, thing_id=shed, parent=house, reparented=(box,))]

    class Rename(RenameThing):
        def preloads(self) -> tuple[Ref, ...]:
            return ()

    house, shed, box = (id_of(ThingId, name) for name in ("house", "shed", "box"))
    things = [(house, None), (shed, house), (box, shed)]
    home = await staged_home(*(CreateThing(thing_id=id, name="Thing", parent=parent) for id, parent in things))
    await home.caught_up()
    store, tables = await warm(home)
    store._known_commands |= {Dissolve, Rename}  # pyright: ignore[reportPrivateUsage]
    answers = await send_behind(store, tables, [Dissolve(thing_id=shed), Rename(thing_id=box, name="Box")])
    assert [type(answer) for answer in answers.values()] == [Receipt] * 2
    known = cache_of(store).entities[Ref("thing", box)]
    states = {Ref("thing", box): NEVER_EXISTED}
    for commit in await home.log():
        states.update(store.model.fold(states, commit.position, commit.events()))
    assert known == states[Ref("thing", box)]
    assert "'Box'" in str(known.state)
