"""Random faults for the command path: the seed decides who goes on, what gets lost and who crashes.

Tasks are completed and reopened. There are several processes with cold, warm and small caches, commands sent again (late,
elsewhere, at once), wrong clocks, lost requests and replies, crashes, and a worker that folds in small steps in between.
Reads are as weak as a store's may be: a batch read reads each key at another moment.
"""

import random
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import anyio
from anyio.lowlevel import checkpoint
from support.faulty import Call, Crash, Fault
from support.scenario import task_id
from support.staged import Home, StagedTables, paint, send, staged_home

from ascend import Store
from ascend.adapters.table.item import Item, Key, Table
from ascend.domain.errors import Contention, OutcomeUnknown, ProjectionBehind, StoreUnavailable
from ascend.domain.ids import CommandId
from ascend.domain.runtime.limits import CommandLimits
from ascend.domain.runtime.request import Receipt
from ascend.domain.tasks.commands import CompleteTask, ReopenTask
from ascend.projections.limits import ProjectionLimits
from ascend.store import Limits
from ascend.testing import HOME, FakeEnvironment

TASKS = ("one", "two")


class ChaoticTables(StagedTables):
    def __init__(self, home: Home, dice: random.Random, *, faults: bool) -> None:
        super().__init__(home.tables, self._fault if faults else None)
        self.dice = dice
        self.before = self._turns

    async def _turns(self, _: Call) -> None:
        await take_turns(self.dice.choice((0, 1, 1, 2, 3, 5, 40)))

    def _fault(self, call: Call) -> Fault | None:
        luck = self.dice.random()
        if luck < 0.015:
            return self.dice.choice((Fault.CRASH_BEFORE, Fault.CRASH_AFTER))
        if luck < (0.3 if call.is_write else 0.03):
            return self.dice.choice((Fault.LOST_REQUEST, Fault.LOST_REPLY))
        return None

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        items: dict[Key, Item] = {}
        for key in self.dice.sample(list(keys), len(keys)):
            items |= await super().batch_get(table, [key], consistent=consistent)
        return items


@dataclass(frozen=True)
class Order:
    """A command to complete or reopen a Task, with its id."""

    id: CommandId
    task: str
    done: bool

    def command(self) -> CompleteTask | ReopenTask:
        return CompleteTask(task_id=task_id(self.task)) if self.done else ReopenTask(task_id=task_id(self.task))


@dataclass(frozen=True)
class Answer:
    """A command and its receipt."""

    order: Order
    receipt: Receipt


@dataclass
class Process:
    """A process with an empty cache. After a crash it is started again, with an empty cache."""

    home: Home
    dice: random.Random
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        tables = ChaoticTables(self.home, self.dice, faults=True)
        self.store = self.home.process(tables, ahead=self.dice.choice((-5, 0, 0, 5)))


async def take_turns(count: int) -> None:
    for _ in range(count):
        await checkpoint()


def small_limits(dice: random.Random) -> Limits:
    """Draw limits of processes that forget soon and read little at once."""
    commands = CommandLimits(
        cached_commits=dice.choice((1, 3, 6)),
        cached_states=dice.choice((1, 2, 5)),
        cached_milliseconds=dice.choice((0, 2_000, 60_000)),
        tail_commits=dice.choice((3, 8, 100)),
    )
    return Limits(commands=commands, projection=ProjectionLimits(commits_per_batch=dice.choice((1, 2, 5))))


def draw_orders(dice: random.Random, environment: FakeEnvironment) -> list[Order]:
    def id() -> CommandId:
        skew = dice.choice((0.0, 0.001, 0.002, -2.0, 40.0))
        made = environment.id_of(environment.now() + timedelta(seconds=skew))
        return CommandId.derive(made) if dice.random() < 0.2 else CommandId(made)

    return [Order(id(), dice.choice(TASKS), dice.random() < 0.5) for _ in range(dice.randint(3, 10))]


async def send_until_answered(home: Home, order: Order, processes: list[Process], dice: random.Random) -> Answer:
    """Send the command until there is an answer."""
    while True:
        process = dice.choice(processes)
        store = process.store
        try:
            receipt = await send(store, order.command(), id=order.id)
        except Crash:
            if process.store is store:
                process.start()
        except (OutcomeUnknown, Contention, ProjectionBehind, StoreUnavailable):
            await take_turns(dice.randrange(20))
        else:
            return Answer(order, receipt)


async def run_worker(home: Home, dice: random.Random) -> None:
    store = home.process(ChaoticTables(home, dice, faults=False))
    while True:
        await take_turns(dice.choice((1, 20, 200)))
        await store.worker.projector.step(HOME, store.current.generation)


async def run(seed: int) -> None:
    """Run one history of faults. Raises `AssertionError` if a promise is broken."""
    dice = random.Random(seed)
    home = await staged_home(*(paint(task) for task in TASKS))
    home.limits = small_limits(dice)
    orders = draw_orders(dice, home.environment)
    sends = orders + [dice.choice(orders) for _ in range(dice.randint(0, 8))]
    processes = [Process(home, random.Random(dice.random())) for _ in range(dice.randint(1, 3))]
    answers: list[Answer] = []

    async def sender(orders: list[Order]) -> None:
        for order in orders:
            await take_turns(dice.choice((0, 5, 50)))
            home.environment.advance(seconds=dice.choice((0, 0, 0.001, 1, 3)))
            answers.append(await send_until_answered(home, order, processes, dice))

    senders = dice.randint(1, 4)
    async with anyio.create_task_group() as group:
        group.start_soon(run_worker, home, random.Random(dice.random()))
        async with anyio.create_task_group() as clients:
            for n in range(senders):
                clients.start_soon(sender, sends[n::senders])
        group.cancel_scope.cancel()
    await check_answers(home, answers)
    await check_sent_again(home, answers)


async def check_answers(home: Home, answers: list[Answer]) -> None:
    commits = await home.log()
    assert all(earlier.clock <= later.clock for earlier, later in pairwise(commits))
    applied = {record.command_id: commit.position for commit in commits for record in commit.records}
    assert set(Counter(await home.applied()).values()) == {1}, "applied twice"
    state, found = dict[str, bool](), dict[CommandId, Mapping[str, bool]]()
    for record in (record for commit in commits for record in commit.records):
        found[record.command_id] = dict(state)
        for event in record.events:
            if event.tag in {"task.completed", "task.reopened"}:
                task, done = event.touches()[0].id, event.tag == "task.completed"
                assert state.get(task, False) != done, "an event that changes nothing"
                state[task] = done
    for answer in answers:
        position = answer.receipt.position
        assert applied.get(answer.order.id) == position, "acknowledged, but not there"
        if not answer.receipt.events:
            task = task_id(answer.order.task)
            assert found[answer.order.id].get(task, False) == answer.order.done, "a no-op that was never right"


async def check_sent_again(home: Home, answers: list[Answer]) -> None:
    """Check that a process with an empty cache returns the same receipts, before and after a worker runs."""
    for _ in range(2):
        for answer in answers:
            assert await send(home.process(), answer.order.command(), id=answer.order.id) == answer.receipt
        await home.caught_up()
