"""What every adapter must do when many call at once, or when a caller is cancelled. Barriers, no sleeps."""

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


async def at_once(*calls: Callable[[], Awaitable[T]]) -> list[T]:
    """The results of all calls, none of which begins before all are ready."""
    gate, ready = anyio.Event(), 0
    results: dict[int, T] = {}

    async def one(number: int, call: Callable[[], Awaitable[T]]) -> None:
        nonlocal ready
        ready += 1
        if ready == len(calls):
            gate.set()
        await gate.wait()
        results[number] = await call()

    async with anyio.create_task_group() as group:
        for number, call in enumerate(calls):
            group.start_soon(one, number, call)
    return [results[number] for number in range(len(calls))]


def putting(tables: Tables, one: Item, when: Absent | Below | Equals) -> Callable[[], Awaitable[Item | None]]:
    """A put that gives back the item in its way; None when written."""

    async def call() -> Item | None:
        blocked = await tables.put(Table.VIEWS, one, when)
        if blocked is None:
            return None
        assert blocked.existing is not None
        return blocked.existing

    return call


class Races:
    async def test_of_many_who_put_at_once_one_wins_and_all_others_see_the_winner(self, tables: Tables) -> None:
        writers = [item(writer=number) for number in range(MANY)]

        seen = await at_once(*(putting(tables, writer, Absent()) for writer in writers))

        winners = [writer for writer, found in zip(writers, seen, strict=True) if found is None]
        assert len(winners) == 1
        assert [found for found in seen if found is not None] == winners * (MANY - 1)
        assert await tables.get(Table.VIEWS, Key(PK, "1")) == winners[0]

    async def test_positions_only_move_forward_in_whatever_order_writers_come(self, tables: Tables) -> None:
        writers = [item(position=number, gsi1=Key("feed", f"{number:03}")) for number in range(1, MANY + 1)]
        random.shuffle(writers)

        seen = await at_once(*(putting(tables, one, Below("position", number_of(one))) for one in writers))

        last = item(position=MANY, gsi1=Key("feed", f"{MANY:03}"))
        assert await tables.get(Table.VIEWS, Key(PK, "1")) == last
        assert (await tables.query(Query(Table.VIEWS, "feed", index=Index.GSI1))).items == [last]
        for writer, found in zip(writers, seen, strict=True):
            assert found is None or number_of(found) >= number_of(writer)

    async def test_of_many_who_expect_the_same_one_wins(self, tables: Tables) -> None:
        await fill(tables, item(owner="nobody"))

        calls = (putting(tables, item(owner=f"{n}"), Equals({"owner": "nobody"})) for n in range(MANY))
        seen = await at_once(*calls)

        assert seen.count(None) == 1

    async def test_no_increment_is_lost(self, tables: Tables) -> None:
        await fill(tables, item(count=0))

        async def increment() -> None:
            count = 0
            while (found := await putting(tables, item(count=count + 1), Equals({"count": count}))()) is not None:
                count = int(str(found.attributes["count"]))

        await at_once(*([increment] * MANY))

        assert await tables.get(Table.VIEWS, Key(PK, "1")) == item(count=MANY)

    async def test_only_one_of_many_deletes(self, tables: Tables) -> None:
        await fill(tables, item(owner="me"))

        async def delete() -> Blocked | None:
            return await tables.delete(Table.VIEWS, Key(PK, "1"), Equals({"owner": "me"}))

        blocked = await at_once(*([delete] * MANY))

        assert blocked.count(None) == 1
        assert all(one.existing is None for one in blocked if one)


def number_of(one: Item) -> int:
    return int(str(one.attributes["position"]))


class Cancellation:
    @pytest.mark.parametrize("native", [False, True], ids=["by scope", "by task"])
    async def test_a_cancelled_put_happens_wholly_or_not_and_the_tables_go_on(
        self, tables: Tables, native: bool
    ) -> None:
        """Cancelled after more and more turns of the event loop, until it is too late."""
        for number, turns in enumerate((0, 1, 2, 3, 4, 5, 6, 8, 12, 20, 40, 100), start=1):
            big = item(f"{turns}", text="x" * 100_000, gsi1=Key("feed", f"{turns}"))
            await _cancelled(partial(tables.put, Table.VIEWS, big, Absent()), turns, native)

            blocked = await tables.put(Table.VIEWS, big, Absent())  # meets the other one, if that has got so far

            assert blocked is None or blocked.existing == big
            assert await tables.get(Table.VIEWS, big.key) == big
            assert len(await sort_keys(tables, pk="feed", index=Index.GSI1)) == number

    @pytest.mark.parametrize("native", [False, True], ids=["by scope", "by task"])
    async def test_cancelled_calls_leave_nothing_behind(self, tables: Tables, native: bool) -> None:
        await fill(tables, *(item(f"{number:02}") for number in range(20)))
        for turns in (0, 1, 3, 7) * 8:
            await _cancelled(lambda: tables.query(Query(Table.VIEWS, PK)), turns, native)
            await _cancelled(lambda: tables.get(Table.VIEWS, Key(PK, "01")), turns, native)
            await _cancelled(lambda: tables.put(Table.VIEWS, item("00", n=1), Equals({})), turns, native)
            await _cancelled(lambda: tables.delete(Table.VIEWS, Key(PK, "01"), Equals({"no": 1})), turns, native)

        with anyio.fail_after(30):
            reads = await at_once(*([lambda: tables.query(Query(Table.VIEWS, PK))] * MANY))
        assert {len(page.items) for page in reads} == {20}


async def _cancelled(call: Callable[[], Awaitable[object]], turns: int, native: bool) -> None:
    """Runs the call and cancels it after so many turns of the event loop."""

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
