"""Several processes at once, one storage call at a time. The seed alone decides which process goes on.

A process is a coroutine that stops before every storage call. There is no event loop: a scheduler advances the processes
one by one, kills some, and leaves some asleep for a long time. Reads are as weak as a store's may be: a batch read is many
moments, and an eventually consistent read of the log may miss a commit.
"""

import random
from collections.abc import Awaitable, Callable, Collection, Coroutine, Generator, Sequence
from typing import Any, TypeVar

import pytest
from support.faulty import Crash

from ascend.adapters.memory import tables as memory
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Blocked, Condition, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.puts import Put
from ascend.adapters.table.query import Query, TablePage
from ascend.projections.deadline import Check, send_always
from ascend.projections.engine import step
from ascend.projections.engine.building import chunks
from ascend.testing import environment

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")
Process = Coroutine[Any, Any, object]


class Turn:
    """Await it to let the scheduler choose the next process."""

    def __await__(self) -> Generator[None, None, None]:
        yield


class WeakTables(MemoryTables):
    """The tables of a store that guarantees no more than it must."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self.rng = rng
        self.calls = 0
        self.scheduled = False
        """True if calls wait for their turn. False while a test reads the result."""

    async def turn(self) -> None:
        self.calls += 1
        if self.scheduled:
            await Turn()

    async def get(self, table: Table, key: Key, *, consistent: bool = True) -> Item | None:
        await self.turn()
        return await super().get(table, key, consistent=consistent)

    async def batch_get(self, table: Table, keys: Collection[Key], *, consistent: bool = True) -> dict[Key, Item]:
        found: dict[Key, Item] = {}
        for key in self.rng.sample(sorted(keys, key=str), len(keys)) if self.scheduled else keys:
            await self.turn()
            found |= await super().batch_get(table, [key], consistent=consistent)
        return found

    async def query(self, query: Query) -> TablePage:
        await self.turn()
        page = await super().query(query)
        stale = self.scheduled and not query.consistent and query.table is Table.EVENTS
        if stale and page.items and self.rng.random() < 0.2:
            missed = self.rng.randrange(len(page.items))
            return TablePage([item for n, item in enumerate(page.items) if n != missed], page.next)
        return page

    async def put(self, table: Table, item: Item, when: Condition) -> Blocked | None:
        await self.turn()
        return await super().put(table, item, when)

    async def put_all(self, table: Table, puts: Sequence[Put], check: Check = send_always) -> Sequence[bool]:
        """In random order, so that a crash leaves any part of it done."""
        order = self.rng.sample(range(len(puts)), len(puts)) if self.scheduled else range(len(puts))
        written: dict[int, bool] = {}
        for n in order:
            check()
            written[n] = await self.put(table, puts[n].item, puts[n].when) is None
        return [written[n] for n in range(len(puts))]

    async def delete(self, table: Table, key: Key, when: Equals) -> Blocked | None:
        await self.turn()
        return await super().delete(table, key, when)


class Scheduler:
    def __init__(self, rng: random.Random, tables: WeakTables, before_turn: Callable[[], None] = lambda: None) -> None:
        self.rng = rng
        self.tables = tables
        self.before_turn = before_turn
        self.kills = 0

    def run(self, start: Callable[[], Process], processes: int, kills: int, zombies: int) -> None:
        """Run all processes to their end. Kill some (then start another), and let some sleep until the others have ended."""
        self.tables.scheduled = True
        live = [start() for _ in range(processes)]
        asleep: list[Process] = []
        while live or asleep:
            if not live:
                live, asleep = asleep, []
                zombies = 0
            process = self.rng.choice(live)
            if kills and self.rng.random() < 0.02:
                kills -= 1
                live.remove(process)
                self.kill(process)
                live.append(start())
            elif zombies and self.rng.random() < 0.02:
                zombies -= 1
                live.remove(process)
                asleep.append(process)
                live.append(start())
            elif not self.advance(process, self.rng.choice((1, 1, 1, 5, 20))):
                live.remove(process)
        self.tables.scheduled = False

    def advance(self, process: Process, turns: int) -> bool:
        self.before_turn()
        return self.send(process, turns)

    def send(self, process: Process, turns: int) -> bool:
        """Advance the process. Return False if it has ended."""
        try:
            for _ in range(turns):
                process.send(None)
        except StopIteration:
            return False
        return True

    def kill(self, process: Process) -> None:
        self.kills += 1
        try:
            process.throw(Crash("killed"))
        except Crash:
            return
        raise AssertionError("the process survived")


def finish(process: Coroutine[Any, Any, T]) -> T:
    """Run the coroutine to its end at once. Only while calls do not wait for their turn."""
    try:
        process.send(None)
    except StopIteration as end:
        result: T = end.value
        return result
    raise AssertionError("the coroutine waits for something")


def without_an_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the code run without an event loop: nothing but the scheduler lets other processes go on.

    A builder writes its chunks without renewing its claim meanwhile.
    """

    async def at_once() -> None: ...

    async def run_in_turn(first: Callable[[], Awaitable[A]], second: Callable[[], Awaitable[B]]) -> tuple[A, B]:
        return await first(), await second()

    monkeypatch.setattr(memory, "checkpoint", at_once)
    monkeypatch.setattr(environment, "checkpoint", at_once)
    monkeypatch.setattr(step, "checkpoint", at_once)
    monkeypatch.setattr(chunks, "run_both", run_in_turn)
