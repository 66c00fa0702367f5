"""Paced tables keep to a budget of write units a second, and delay nothing else."""

import anyio
import pytest
from support.building.timed import TimedTables

import ascend
from ascend.adapters.table.conditions import Absent, Equals
from ascend.adapters.table.item import Item, Key, Table
from ascend.adapters.table.paced import PacedTables, count_units
from ascend.adapters.table.puts import Put
from ascend.adapters.table.query import Query
from ascend.architect.cost.units import count_put_units
from ascend.testing import FakeEnvironment, VirtualEnvironment, run_in_virtual_time

BUDGET = 100.0


def an_item(number: int, bytes: int = 100, *, indexed: int = 0) -> Item:
    index = Key("index", str(number))
    return Item(
        Key("p", f"{number:06}"),
        {"text": "x" * bytes},
        gsi1=index if indexed > 0 else None,
        gsi2=index if indexed > 1 else None,
    )


@pytest.mark.parametrize("indexed", [0, 1, 2])
@pytest.mark.parametrize("bytes", [1, 900, 1_024, 5_000])
def test_a_new_item_costs_what_the_service_bills(bytes: int, indexed: int) -> None:
    item = an_item(1, bytes, indexed=indexed)

    assert count_units(Table.VIEWS, item) == sum(count_put_units(Table.VIEWS, None, item).values())


def test_many_writers_keep_to_the_budget_together_at_every_moment() -> None:
    async def main() -> None:
        tables = TimedTables()
        paced = PacedTables(tables, BUDGET, VirtualEnvironment())

        async def write(first: int) -> None:
            items = [an_item(first + number, 1 + number % 5 * 500, indexed=number % 3) for number in range(200)]
            assert await paced.put_all(Table.VIEWS, [Put(item, Absent()) for item in items]) == [True] * 200
            for number in range(200, 220):
                await paced.put(Table.VIEWS, an_item(first + number), Absent())

        async with anyio.create_task_group() as group:
            for writer in range(3):
                group.start_soon(write, writer * 1_000)
        written = tables.written
        seconds = written[-1].at - written[0].at
        assert len(written) == 660
        assert sum(write.units for write in written) / seconds == pytest.approx(BUDGET, rel=0.05)
        for first in written:
            second = [write.units for write in written if first.at <= write.at < first.at + 1]
            assert sum(second) <= 1.1 * BUDGET + 9  # at most one item more, which is written as a whole

    run_in_virtual_time(main)


def test_nothing_is_saved_up_during_a_pause() -> None:
    async def main() -> None:
        tables = TimedTables()
        paced = PacedTables(tables, BUDGET, VirtualEnvironment())
        await anyio.sleep(60)
        began = anyio.current_time()
        await paced.put_all(Table.VIEWS, [Put(an_item(number), Absent()) for number in range(200)])
        assert anyio.current_time() - began == pytest.approx(200 / BUDGET, rel=0.1)

    run_in_virtual_time(main)


def test_reads_wait_for_nothing_and_deletes_wait_as_puts_do() -> None:
    async def main() -> None:
        tables = TimedTables()
        paced = PacedTables(tables, 1.0, VirtualEnvironment())
        item = an_item(1)
        await paced.put(Table.VIEWS, item, Absent())
        began = anyio.current_time()
        assert await paced.get(Table.VIEWS, item.key) == item
        assert await paced.batch_get(Table.VIEWS, [item.key]) == {item.key: item}
        assert (await paced.query(Query(Table.VIEWS, "p"))).items == [item]
        assert (await paced.scan(Table.VIEWS)).items == [item]
        assert anyio.current_time() == began
        await paced.delete(Table.VIEWS, item.key, Equals({}))
        assert anyio.current_time() - began == pytest.approx(1.0, abs=0.1)

    run_in_virtual_time(main)


async def test_two_puts_with_one_key_are_refused_also_where_they_are_far_apart() -> None:
    paced = PacedTables(TimedTables(), BUDGET, FakeEnvironment())
    items = [*map(an_item, range(50)), an_item(0)]

    with pytest.raises(ascend.InvalidInput):
        await paced.put_all(Table.VIEWS, [Put(item, Absent()) for item in items])
