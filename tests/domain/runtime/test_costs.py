"""The cost of a command on the wire, counted on DynamoDB Local. Clock and ids are the machine's own.

DynamoDB Local reports no unit for a failed condition, although the service bills one.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import chain, islice

import anyio
import pytest
from bench.titles import titles
from support.scenario import MAX, task_id, thing_id
from support.staged import paint, send
from support.wire import Wire, listen

from ascend import Store
from ascend.adapters.dynamodb.tables import DynamoTables, open_dynamodb
from ascend.adapters.environment import SystemEnvironment
from ascend.domain.errors import VersionConflict
from ascend.domain.event import Event
from ascend.domain.ids import CommandId, Ref, TaskId
from ascend.domain.runtime.chain import START_HASH
from ascend.domain.tasks.commands import AssignTask, CompleteTask, CreateTask, ReopenTask
from ascend.domain.tasks.task import TaskCreated
from ascend.domain.things.commands import CreateThing
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import CreateWorkspace
from ascend.domain.workspaces.members import AddMember
from ascend.sending import Sending
from ascend.testing import ADA, HOME

T = task_id()
FREE = {"PutItem": 1}


class Process:
    """A process with a client of its own, and the requests that it sent since the last look."""

    def __init__(self, tables: DynamoTables) -> None:
        self.store = Store(tables, SystemEnvironment())
        self.wire: Wire = listen(tables)

    async def costs(self, command: Command, id: CommandId | None = None) -> tuple[dict[str, int], float, float]:
        """The requests, write units and read units of one command."""
        self.wire.clear()
        await send(self.store, command, id=id)
        return self.spent()

    def spent(self) -> tuple[dict[str, int], float, float]:
        return self.wire.summary(), self.wire.write_units, self.wire.read_units


class Processes:
    def __init__(self, url: str, stack: AsyncExitStack) -> None:
        self.url, self.stack = url, stack

    async def start(self) -> Process:
        return Process(await self.stack.enter_async_context(open_dynamodb("costs", endpoint_url=self.url)))


@pytest.fixture
async def processes(dynamodb_local_url: str) -> AsyncIterator[Processes]:
    """A home with a Task, a Thing and a member, folded by a worker."""
    async with AsyncExitStack() as stack:
        processes = Processes(dynamodb_local_url, stack)
        first = (await processes.start()).store
        await first.tables.create()
        created = CreateWorkspace(name="Home", owner_name="Ada"), AddMember(user_id=MAX, name="Max")
        for command in (*created, CreateThing(thing_id=thing_id("house"), name="House"), paint()):
            await send(first, command)
        await first.worker.run_once()
        yield processes


async def test_a_warm_command_is_one_request_one_write_unit_and_no_read(processes: Processes) -> None:
    process = await processes.start()
    await process.costs(ReopenTask(task_id=T))
    assert await process.costs(CompleteTask(task_id=T)) == (FREE, 1, 0)
    assert await process.costs(ReopenTask(task_id=T)) == (FREE, 1, 0)
    assert await process.costs(AssignTask(task_id=T, users=(MAX,))) == (FREE, 1, 0)


@pytest.mark.needs_optimisation("groups", "compression")
async def test_a_command_in_a_large_group_costs_a_tenth_of_a_write_unit(processes: Processes) -> None:
    """Their titles are real ones where those lie beside the project, and the ids of tasks and commands are new ones."""
    process, environment = await processes.start(), SystemEnvironment()
    await process.costs(ReopenTask(task_id=T))
    process.wire.clear()
    tasks = [CreateTask(task_id=TaskId(environment.new_id()), title=title) for title in islice(titles(), 256)]
    sendings = [Sending(workspace=HOME, command=task, actor=ADA) for task in tasks]
    async for sent in process.store.execute_all(sendings):
        assert sent.error is None
    requests, written, read = process.spent()
    assert (requests, read) == ({"PutItem": 1}, 0)
    assert written <= 0.1 * len(tasks)
    read_again = [event async for event in read_events(process.store) if isinstance(event, TaskCreated)]
    assert [event.title for event in read_again][-256:] == [task.title for task in tasks]


async def read_events(store: Store) -> AsyncIterator[Event]:
    position, hash = 1, START_HASH
    while page := await store.log.commits(HOME, position, 10, predecessor=hash):
        for event in chain.from_iterable(commit.events() for commit in page):
            yield event
        position, hash = page[-1].position + 1, page[-1].hash


async def test_a_warm_command_costs_no_read_if_its_id_is_two_seconds_old(processes: Processes) -> None:
    """The cache reaches back behind the head, so a process knows that such ids are new without a read."""
    process, old = await processes.start(), [CommandId(SystemEnvironment().new_id()) for _ in range(3)]
    await process.costs(ReopenTask(task_id=T))
    await anyio.sleep(2)  # the ids grow old
    for n in range(3):
        fresh = CommandId(SystemEnvironment().new_id())
        for id in (fresh, old[n]):
            command = ReopenTask(task_id=T) if process.store.commands.counts.applied % 2 else CompleteTask(task_id=T)
            assert await process.costs(command, id) == (FREE, 1, 0)


async def test_two_processes_that_take_turns_pay_only_for_the_conflict(processes: Processes) -> None:
    first, second = await processes.start(), await processes.start()
    await first.costs(ReopenTask(task_id=T))
    await second.costs(ReopenTask(task_id=T))
    await first.costs(CompleteTask(task_id=T))
    requests, written, read = await second.costs(AssignTask(task_id=T, users=(MAX,)))
    assert (requests, written, read) == ({"PutItem": 2, "Query": 1}, 1, 1)


async def test_an_accepted_command_that_changes_nothing_costs_one_unit(processes: Processes) -> None:
    process = await processes.start()
    await process.costs(CompleteTask(task_id=T))
    assert await process.costs(CompleteTask(task_id=T)) == ({"PutItem": 1}, 1, 0)


async def test_a_refusal_writes_nothing_and_reads_the_tail_once(processes: Processes) -> None:
    process = await processes.start()
    await process.costs(CompleteTask(task_id=T))
    process.wire.clear()
    with pytest.raises(VersionConflict):
        await send(process.store, ReopenTask(task_id=T), expected={Ref("task", T): 0})
    assert process.spent() == ({"Query": 1}, 0, 1)


@pytest.mark.parametrize("folded", [False, True])
async def test_a_repeated_command_writes_nothing(processes: Processes, folded: bool) -> None:
    process, id = await processes.start(), CommandId(SystemEnvironment().new_id())
    await process.costs(CompleteTask(task_id=T), id)
    if folded:
        await (await processes.start()).store.worker.run_once()
    assert await process.costs(CompleteTask(task_id=T), id) == ({}, 0, 0)
    elsewhere = await processes.start()
    requests, written, _ = await elsewhere.costs(CompleteTask(task_id=T), id)
    look_up_in_packs = 1 if folded else 0
    assert (requests, written) == ({"BatchGetItem": 1, "GetItem": 1, "Query": 2 + look_up_in_packs}, 0)


async def test_an_id_without_a_time_costs_one_more_read(processes: Processes) -> None:
    process = await processes.start()
    await process.costs(ReopenTask(task_id=T))
    requests, written, _ = await process.costs(CompleteTask(task_id=T), CommandId.derive("an importer's"))
    assert (requests, written) == ({"BatchGetItem": 1, "PutItem": 1}, 1)


async def test_another_entity_of_a_warm_workspace_costs_one_read(processes: Processes) -> None:
    process = await processes.start()
    await process.costs(ReopenTask(task_id=T))
    requests, written, _ = await process.costs(paint("another"))
    assert (requests, written) == ({"BatchGetItem": 1, "PutItem": 1}, 1)


async def test_a_cold_command_is_three_round_trips_whatever_the_length_of_the_log(processes: Processes) -> None:
    """The records beside the state of the generations, then snapshots and tail side by side, then the write."""
    command = CompleteTask(task_id=T), ReopenTask(task_id=T)
    short = await (await processes.start()).costs(command[0])
    filling = (await processes.start()).store
    for n in range(100):
        await send(filling, paint(n))
    await filling.worker.run_once()
    long = await (await processes.start()).costs(command[1])
    assert short == long
    assert short[:2] == ({"BatchGetItem": 1, "GetItem": 1, "Query": 2, "PutItem": 1}, 1)
