"""A rebuild with a budget of write units a second keeps to it."""

import pytest
from support.building.timed import TimedTables, fill_store

import ascend
from ascend.testing import run_in_virtual_time

SIZES = (3, 40, 8, 120, 15, 60, 5, 5)


@pytest.mark.parametrize("budget", [20.0, 100.0, 400.0])
def test_a_rebuild_writes_its_budget_and_never_more(budget: float) -> None:
    async def main() -> None:
        tables = TimedTables()
        store = await fill_store(tables, SIZES)
        before = await store.digest()
        tables.written.clear()
        await store.rebuild(budget=budget)
        written, units = tables.written, sum(write.units for write in tables.written)
        assert units / (written[-1].at - written[0].at) == pytest.approx(budget, rel=0.1)
        largest = max(write.units for write in written)
        for second in range(int(written[0].at), int(written[-1].at)):
            assert sum(write.units for write in written if second <= write.at < second + 1) <= 1.1 * budget + largest
        assert await store.digest() == before

    run_in_virtual_time(main)


@pytest.mark.parametrize("budget", [0, -1, float("nan"), float("inf")])
async def test_a_budget_is_a_number_above_zero(budget: float) -> None:
    store = ascend.Store(TimedTables())

    with pytest.raises(ascend.InvalidInput):
        await store.rebuild(budget=budget)
