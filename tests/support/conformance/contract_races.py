"""The contract: concurrent calls and cancelled callers. The tests use barriers, not sleeps."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import anyio
import pytest
from support.conformance.given import PK, fill, item, sort_keys

from ascend.adapters.table.conditions import Absent, Below, Blocked, Equals
from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.port import Tables
from ascend.adapters.table.query import Query

T = TypeVar("T")

MANY = 24


async def call_at_once(*calls: Callable[[], Awaitable[T]]) -> list[T]:
    """Start all calls at the same time. Return their results in order."""
    gate, ready = anyio.Event(), 0
    results: dict[int, T] = {}

    async def wait_and_call(number: int, call: Callable[[], Awaitable[T]]) -> None:
        nonlocal ready
        ready += 1
        if ready == len(calls):
            gate.set()
        await gate.wait()
        results[number] = await call()

    async with anyio.create_task_group() as group:
        for number, call in enumerate(calls):
            group.start_soon(wait_and_call, number, call)
    return [results[number] for number in range(len(calls))]


def make_put(tables: Tables, new: Item, when: Absent | Below | Equals) -> Callable[[], Awaitable[Item | None]]:
    """Make a put that returns the existing item if it was blocked, and None if it was written."""

    async def call() -> Item | None:
        blocked = await tables.put(Table.VIEWS, new, when)
        if blocked is None:
            return None
        assert blocked.existing is not None
        return blocked.existing

    return call


class Races:
    async def test_one_of_many_concurrent_puts_wins_and_all_others_see_the_winner(self, tables: Tables) -> None:
        writers = [item(writer=number) for number in range(MANY)]

        blockers = await call_at_once(*(make_put(tables, writer, Absent()) for writer in writers))

        winners = [writer for writer, blocker in zip(writers, blockers, strict=True) if blocker is None]
        assert len(winners) == 1
        assert [blocker for blocker in blockers if blocker is not None] == winners * (MANY - 1)
        assert await tables.get(Table.VIEWS, Key(PK, "1")) == winners[0]

    async def test_positions_only_move_forward_in_any_order_of_writers(self, tables: Tables) -> None:
        writers = [item(position=number, gsi1=Key("feed", f"{number:03}")) for number in range(1, MANY + 1)]
        random.shuffle(writers)

        blockers = await call_at_once(
            *(make_put(tables, writer, Below("position", read_position(writer))) for writer in writers)
        )

        last = item(position=MANY, gsi1=Key("feed", f"{MANY:03}"))
        assert await tables.get(Table.VIEWS, Key(PK, "1")) == last
        assert (await tables.query(Query(Table.VIEWS, "feed", index=Index.GSI1))).items == [last]
        for writer, blocker in zip(writers, blockers, strict=True):
            assert blocker is None or read_position(blocker) >= read_position(writer)

    async def test_one_of_many_writers_with_the_same_condition_wins(self, tables: Tables) -> None:
        await fill(tables, item(owner="nobody"))

        calls = (make_put(tables, item(owner=f"{n}"), Equals({"owner": "nobody"})) for n in range(MANY))
        blockers = await call_at_once(*calls)

        assert blockers.count(None) == 1

    async def test_no_increment_is_lost(self, tables: Tables) -> None:
        await fill(tables, item(count=0))

        async def increment() -> None:
            count = 0
            while (existing := await make_put(tables, item(count=count + 1), Equals({"count": count}))()) is not None:
                count = int(str(existing.attributes["count"]))

        await call_at_once(*([increment] * MANY))

        assert await tables.get(Table.VIEWS, Key(PK, "1")) == item(count=MANY)

    async def test_only_one_of_many_deletes(self, tables: Tables) -> None:
        await fill(tables, item(owner="me"))

        async def delete() -> Blocked | None:
            return await tables.delete(Table.VIEWS, Key(PK, "1"), Equals({"owner": "me"}))

        blocked = await call_at_once(*([delete] * MANY))

        assert blocked.count(None) == 1
        assert all(outcome.existing is None for outcome in blocked if outcome)


def read_position(stored: Item) -> int:
    return int(str(stored.attributes["position"]))


class Cancellation:
    @pytest.mark.parametrize("native", [False, True], ids=["by scope", "by task"])
    async def test_a_cancelled_put_is_written_completely_or_not_at_all_and_the_tables_stay_usable(
        self, tables: Tables, native: bool
    ) -> None:
        """The test cancels after more and more turns of the event loop, until the put is faster."""
        for number, turns in enumerate((0, 1, 2, 3, 4, 5, 6, 8, 12, 20, 40, 100), start=1):
            big = item(f"{turns}", text="x" * 100_000, gsi1=Key("feed", f"{turns}"))
            await call_and_cancel(partial(tables.put, Table.VIEWS, big, Absent()), turns, native)

            blocked = await tables.put(Table.VIEWS, big, Absent())  # blocked by the cancelled put, if that was written

            assert blocked is None or blocked.existing == big
            assert await tables.get(Table.VIEWS, big.key) == big
            assert len(await sort_keys(tables, pk="feed", index=Index.GSI1)) == number

    @pytest.mark.parametrize("native", [False, True], ids=["by scope", "by task"])
    async def test_cancelled_calls_leak_nothing(self, tables: Tables, native: bool) -> None:
        await fill(tables, *(item(f"{number:02}") for number in range(20)))
        for turns in (0, 1, 3, 7) * 8:
            await call_and_cancel(lambda: tables.query(Query(Table.VIEWS, PK)), turns, native)
            await call_and_cancel(lambda: tables.get(Table.VIEWS, Key(PK, "01")), turns, native)
            await call_and_cancel(lambda: tables.put(Table.VIEWS, item("00", n=1), Equals({})), turns, native)
            await call_and_cancel(lambda: tables.delete(Table.VIEWS, Key(PK, "01"), Equals({"no": 1})), turns, native)

        with anyio.fail_after(30):
            reads = await call_at_once(*([lambda: tables.query(Query(Table.VIEWS, PK))] * MANY))
        assert {len(page.items) for page in reads} == {20}


async def call_and_cancel(call: Callable[[], Awaitable[object]], turns: int, native: bool) -> None:
    """Start the call, and cancel it after this number of turns of the event loop."""

    async def run() -> None:
        await call()

    if native:
        task = asyncio.ensure_future(run())
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled() or task.exception() is None
        return
    async with anyio.create_task_group() as group:
        group.start_soon(run)
        for _ in range(turns):
            await asyncio.sleep(0)
        group.cancel_scope.cancel()
