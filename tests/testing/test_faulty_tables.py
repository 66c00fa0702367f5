"""Tables with faults, one fault at a time, in virtual time."""

from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import pytest

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.conditions import Absent, Below
from ascend.adapters.table.item import Index, Item, Key, Table
from ascend.adapters.table.pages import pages
from ascend.adapters.table.puts import Put
from ascend.adapters.table.query import Query
from ascend.domain.errors import InvalidInput, StoreUnavailable
from ascend.testing import (
    Crash,
    DelayedReads,
    Faults,
    FaultyTables,
    NothingLeftToDo,
    VirtualEnvironment,
    run_in_virtual_time,
)

VIEWS = Table.VIEWS


def item(number: int, position: int = 1) -> Item:
    key = Key("W#home", f"{number:03d}")
    return Item(key, {"position": position}, gsi1=Key("U#ada", f"{position:03d}"))


class Bench:
    """Tables in memory, and a faulty access to them."""

    def __init__(self, seed: int = 1, **rates: Any) -> None:
        self.environment = VirtualEnvironment(seed)
        self.inner = MemoryTables()
        self.delayed = DelayedReads()
        self.notes: list[str] = []
        faults = Faults.none().but(**rates)
        self.tables = FaultyTables(self.inner, faults, seed, self.environment, self.delayed, self.notes.append)

    async def stored(self) -> set[str]:
        page = await self.inner.query(Query(VIEWS, "W#home", consistent=True))
        return {found.key.sk for found in page.items}


def run(main: Callable[[], Coroutine[Any, Any, None]]) -> None:
    run_in_virtual_time(main)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lost_reply", 1.1),
        ("lost_reply", -0.1),
        ("crash", float("nan")),
        ("slow", "x"),
        ("slow_seconds", -1),
        ("cancel", True),
    ],
)
def test_a_rate_that_is_none_is_refused(name: str, value: Any) -> None:
    with pytest.raises(InvalidInput, match=name):
        Faults().but(**{name: value})


@pytest.mark.parametrize(
    ("fault", "stored"),
    [("lost_request", ""), ("throttled", ""), ("conflict", ""), ("lost_reply", "001")],
)
def test_a_put_without_an_answer_has_its_effect_only_if_the_reply_is_lost(fault: str, stored: str) -> None:
    async def main() -> None:
        bench = Bench(1, **{fault: 1.0})
        with pytest.raises(StoreUnavailable):
            await bench.tables.put(VIEWS, item(1), Absent())
        assert await bench.stored() == ({stored} if stored else set[str]())
        assert len(bench.notes) == 1

    run(main)


def test_of_many_puts_some_are_processed_before_the_call_fails() -> None:
    async def main() -> None:
        counts: set[int] = set()
        for seed in range(20):
            bench = Bench(seed, partial=1.0)
            with pytest.raises(StoreUnavailable):
                await bench.tables.put_all(VIEWS, [Put(item(number), Absent()) for number in range(4)])
            counts.add(len(await bench.stored()))
        assert counts == {0, 1, 2, 3}

    run(main)


def test_many_puts_return_an_outcome_for_each_in_their_order() -> None:
    async def main() -> None:
        bench = Bench()
        await bench.inner.put(VIEWS, item(2), Absent())
        assert list(await bench.tables.put_all(VIEWS, [Put(item(n), Absent()) for n in (1, 2, 3)])) == [
            True,
            False,
            True,
        ]

    run(main)


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("index", [None, Index.GSI1])
def test_pages_that_end_early_and_empty_pages_lead_to_every_item(index: Index | None, descending: bool) -> None:
    async def main() -> None:
        bench = Bench(early_end=0.9, empty_page=0.3)
        for number in range(20):
            await bench.inner.put(VIEWS, item(number, number), Absent())
        pk = "W#home" if index is None else "U#ada"
        query = Query(VIEWS, pk, index=index, descending=descending, limit=7)
        found = [page.items async for page in pages(bench.tables, query)]
        numbers = [int(one.key.sk) for items in found for one in items]
        assert numbers == sorted(range(20), reverse=descending)
        assert () in found
        assert len(found) > 6

    run(main)


def test_an_eventually_consistent_read_misses_what_was_just_written_and_sees_it_later() -> None:
    async def main() -> None:
        bench = Bench(delayed_read=1.0, delay_seconds=5.0)
        await bench.tables.put(VIEWS, item(1, 1), Absent())
        await anyio.sleep(10)
        await bench.tables.put(VIEWS, item(1, 2), Below("position", 2))
        key = item(1).key
        (late,) = (await bench.tables.query(Query(VIEWS, "W#home"))).items
        (in_index,) = (await bench.tables.query(Query(VIEWS, "U#ada", index=Index.GSI1))).items
        assert late.attributes["position"] == in_index.attributes["position"] == 1
        assert await bench.tables.get(VIEWS, key, consistent=False) == item(1, 1)
        assert await bench.tables.get(VIEWS, key) == item(1, 2)
        assert (await bench.tables.query(Query(VIEWS, "W#home", consistent=True))).items == [item(1, 2)]
        await anyio.sleep(10)
        assert await bench.tables.get(VIEWS, key, consistent=False) == item(1, 2)

    run(main)


def test_a_new_item_may_be_missing_in_the_middle_of_a_page() -> None:
    async def main() -> None:
        gaps = 0
        for seed in range(20):
            bench = Bench(seed, delayed_read=1.0, delay_seconds=5.0)
            for number in range(3):
                await bench.tables.put(VIEWS, item(number), Absent())
            await anyio.sleep(2.5)
            page = await bench.tables.query(Query(VIEWS, "W#home"))
            gaps += [found.key.sk for found in page.items] == ["000", "002"]
        assert gaps

    run(main)


def test_a_paused_process_goes_on_as_a_zombie() -> None:
    async def main() -> None:
        bench = Bench()
        bench.tables.pause()
        async with anyio.create_task_group() as group:
            group.start_soon(bench.tables.put, VIEWS, item(1), Absent())
            await anyio.sleep(1_000)
            assert await bench.stored() == set()
            bench.tables.resume()
        assert await bench.stored() == {"001"}

    run(main)


def test_after_a_crash_a_process_makes_no_call() -> None:
    async def main() -> None:
        bench = Bench(crash=1.0)
        for _ in range(2):
            with pytest.raises(Crash):
                await bench.tables.put(VIEWS, item(1), Absent())
        assert bench.tables.crashed
        assert await bench.stored() == set()

    run(main)


def test_a_call_is_cancelled_before_or_after_its_effect() -> None:
    async def main() -> None:
        outcomes: set[tuple[bool, int]] = set()
        for seed in range(40):
            bench = Bench(seed, cancel=0.4)
            with bench.tables.cancellable() as scope:
                await bench.tables.put(VIEWS, item(1), Absent())
            outcomes.add((scope.cancelled_caught, len(await bench.stored())))
        assert outcomes == {(True, 0), (True, 1), (False, 1)}

    run(main)


def test_the_wall_clock_jumps_and_elapsed_time_does_not() -> None:
    async def main() -> None:
        environment = VirtualEnvironment()
        before, elapsed = environment.now(), environment.elapsed()
        environment.jump(-3_600)
        await environment.sleep(5)
        assert (environment.now() - before).total_seconds() == -3_595
        assert environment.elapsed() - elapsed == 5

    run(main)


def test_waiting_for_what_never_happens_is_an_error() -> None:
    async def main() -> None:
        await anyio.Event().wait()

    with pytest.raises(NothingLeftToDo):
        run(main)
