"""A rebuild says how far it is and how long it still takes. After the first tenth, that is right within a fifth."""

import logging
from collections.abc import Sequence

import anyio
import pytest
from support.building.timed import TimedTables, fill_store
from support.faulty import Crash, Fault, FaultyTables

import ascend
from ascend.testing import run_in_virtual_time

MANY = tuple(5 + number * 7 % 30 for number in range(25))
FEW = (90, 15, 60)
ONE = (150,)
WITHIN = 0.2

Seen = list[tuple[float, ascend.RebuildProgress]]


async def rebuild(store: ascend.Store, budget: float) -> Seen:
    seen: Seen = []
    await store.rebuild(budget=budget, progress=lambda progress: seen.append((anyio.current_time(), progress)))
    return seen


@pytest.mark.parametrize("sizes", [MANY, FEW, ONE], ids=["many", "few", "one"])
@pytest.mark.parametrize("events", [2, 8])
def test_after_a_tenth_the_time_that_is_left_is_known(sizes: Sequence[int], events: int) -> None:
    async def main() -> None:
        store = await fill_store(TimedTables(), sizes, events)
        seen = await rebuild(store, budget=25)
        began, end = seen[0][0], seen[-1][0]
        shares = [(at, (at - began) / (end - began), progress) for at, progress in seen]
        checked = [(at, share, progress) for at, share, progress in shares if 0.1 <= share <= 0.9]
        assert len(checked) > 10
        for at, share, progress in checked:
            assert progress.seconds_left == pytest.approx(end - at, rel=WITHIN), progress
            assert progress.share == pytest.approx(share, abs=WITHIN / 4), progress

    run_in_virtual_time(main)


def test_each_workspace_has_a_progress_and_an_estimate_of_its_own() -> None:
    async def main() -> None:
        seen = await rebuild(await fill_store(TimedTables(), (60, 60)), budget=25)
        for workspace in {each.workspace for _, progress in seen for each in progress.building}:
            own = [(at, each) for at, now in seen for each in now.building if each.workspace == workspace]
            assert [each.share for _, each in own] == sorted(each.share for _, each in own)
            end = own[-1][0]
            halves = [(at, each) for at, each in own if 0.3 < each.share < 0.7]
            assert len(halves) > 5
            for at, each in halves:
                assert each.seconds_left == pytest.approx(end - at, rel=0.3)
        assert {progress.workspaces for _, progress in seen} == {2}
        assert (seen[0][1].built, seen[-1][1].built) == (0, 2)
        assert seen[-1][1].share == 1.0

    run_in_virtual_time(main)


def test_what_was_built_before_an_interruption_counts_as_done() -> None:
    async def main() -> None:
        tables = TimedTables()
        store = await fill_store(tables, (10, 10, 10, 10))
        plan = FaultyTables(tables)
        await ascend.Store(plan, store.environment).rebuild(budget=25)
        tables = TimedTables()
        store = await fill_store(tables, (10, 10, 10, 10))
        stopped = FaultyTables(tables, {int(0.8 * len(plan.calls)): Fault.CRASH_AFTER})
        with pytest.raises(Crash):
            await ascend.Store(stopped, store.environment).rebuild(budget=25)
        seen = await rebuild(store, budget=25)
        assert 0 < seen[0][1].built < 4
        assert seen[0][1].workspaces == seen[-1][1].built == 4
        assert seen[0][1].share > 0.2

    run_in_virtual_time(main)


def test_the_log_says_how_far_a_rebuild_is(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        await rebuild(await fill_store(TimedTables(), (60, 60)), budget=25)

    with caplog.at_level(logging.INFO, "ascend.operations"):
        run_in_virtual_time(main)
    events = [(vars(record)["event"], vars(record)["keys"]) for record in caplog.records]
    whole = [keys for event, keys in events if event == "rebuild.progressed"]
    assert {*whole[0]} == {"percent", "seconds_left", "built", "workspaces"}
    assert [keys["percent"] for keys in whole] == sorted(keys["percent"] for keys in whole)
    assert whole[-1] == {"percent": 100.0, "seconds_left": 0, "built": 2, "workspaces": 2}
    assert 3 < len(whole) < 10  # one in ten seconds, and the last one
    assert {*next(keys for event, keys in events if event == "rebuild.building")} == {
        "percent",
        "seconds_left",
        "workspace",
    }
