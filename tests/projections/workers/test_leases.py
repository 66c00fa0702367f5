"""Leases of workers: equal shares, take-over after a kill, hand-over, frozen workers, wrong clocks, a store that fails."""

from collections import Counter
from collections.abc import Collection

import pytest
from support.faulty import Fault, FaultyTables
from support.leases import NAMES, SWEEPS, Crowd

from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.store.leases import TableLeases
from ascend.adapters.table.port import Tables
from ascend.domain.ids import WorkspaceId
from ascend.projections.workers.lease_keeper import BELIEF, SUSPECTED, UNUSED
from ascend.projections.workers.lease_plan import SILENCE

TAKEN = 10
"""Seconds within which the leases of a killed worker are taken."""
HOME = WorkspaceId.derive("home")


def nothing() -> Collection[WorkspaceId]:
    return ()


async def crowd_of(count: int, tables: Tables | None = None) -> Crowd:
    crowd = Crowd(tables or MemoryTables())
    for _ in range(count):
        crowd.join()
    await crowd.run(30)
    return crowd


async def test_one_worker_owns_everything_after_its_first_round() -> None:
    crowd = Crowd(MemoryTables())
    keeper = crowd.join()

    await crowd.run_round(keeper)

    assert keeper.owned == set(NAMES)


@pytest.mark.parametrize(("workers", "shares"), [(2, [4, 4]), (3, [3, 3, 2]), (5, [2, 2, 2, 1, 1]), (9, [1] * 8 + [0])])
async def test_shares_differ_by_at_most_one_on_every_engine(
    workers: int, shares: list[int], any_tables: Tables
) -> None:
    crowd = await crowd_of(workers, any_tables)

    assert crowd.shares() == shares
    assert crowd.shares("hints") == [1] + [0] * (workers - 1)
    assert crowd.owners().keys() == set(NAMES)


async def test_a_worker_that_joins_later_gets_its_share() -> None:
    crowd = await crowd_of(3)
    crowd.join()

    await crowd.run(30)

    assert crowd.shares() == [2, 2, 2, 2]


@pytest.mark.parametrize("moment", [0, 0.5, 1, 1.5, 1.9])
async def test_leases_of_a_killed_worker_are_taken_within_ten_seconds(any_tables: Tables, moment: float) -> None:
    crowd = await crowd_of(4, any_tables)
    await crowd.run(moment)
    killed = next(iter(crowd.keepers))
    lost = killed.owned
    crowd.kill(killed)
    at = crowd.environment.elapsed()

    await crowd.run(TAKEN)

    assert crowd.owners().keys() == set(NAMES)
    assert max(crowd.taken[name] for name in lost) - at < TAKEN
    assert killed.worker not in (await TableLeases(any_tables).read()).heartbeats


async def test_leases_of_all_workers_but_one_are_taken_when_they_are_killed_at_once() -> None:
    crowd = await crowd_of(4)
    for keeper in list(crowd.keepers)[:3]:
        crowd.kill(keeper)

    await crowd.run(TAKEN)

    assert crowd.shares() == [8]


@pytest.mark.parametrize("clock", [3_600, -3_600])
async def test_a_wall_clock_that_is_an_hour_off_changes_no_lease(clock: float) -> None:
    crowd = Crowd(MemoryTables())
    crowd.join()
    crowd.join(clock=clock)
    await crowd.run(30)
    before = crowd.owners()
    crowd.taken.clear()

    await crowd.run(600)

    assert (crowd.shares(), crowd.owners(), crowd.taken) == ([4, 4], before, {})


async def test_a_worker_that_slept_owns_nothing_when_it_wakes_up_and_gets_a_new_share() -> None:
    crowd = await crowd_of(2)
    sleeper, other = crowd.keepers
    crowd.asleep.add(sleeper)
    await crowd.run(BELIEF)
    assert sleeper.owned == set()  # before anybody takes them
    await crowd.run(TAKEN)
    assert other.owned == set(NAMES)

    crowd.asleep.clear()
    await crowd.run(30)

    assert crowd.shares() == [4, 4]


async def test_tokens_only_grow() -> None:
    crowd = await crowd_of(2)
    tokens = Counter[str]()
    for _ in range(10):
        crowd.kill(next(iter(crowd.keepers)))
        crowd.join()
        await crowd.run(20)
        for name, lease in (await TableLeases(crowd.tables).read()).leases.items():
            assert lease.token >= tokens[name]
            tokens[name] = lease.token

    assert min(tokens.values()) >= 5


async def test_a_worker_that_loses_contact_owns_nothing_before_others_take_its_leases() -> None:
    store = MemoryTables()
    broken: set[str] = set()
    faulty = FaultyTables(store, lambda call: Fault.LOST_REQUEST if "broken" in broken else None)
    crowd = Crowd(store)
    keeper, other = crowd.join(tables=faulty), crowd.join()
    await crowd.run(30)
    broken.add("broken")

    for _ in range(40):  # `owners` compares in each round
        await crowd.run(0.5)

    assert (keeper.owned, other.owned) == (frozenset(), frozenset(NAMES))


async def test_lost_replies_leave_no_lease_without_an_owner() -> None:
    store = MemoryTables()
    faulty = FaultyTables(store, lambda call: Fault.LOST_REPLY if call.is_write and call.number % 3 == 0 else None)
    crowd = Crowd(store)
    crowd.join(tables=faulty)
    crowd.join(tables=faulty)

    await crowd.run(120)
    crowd.keepers = {keeper: crowd.environment.elapsed() for keeper in crowd.keepers}
    await crowd.run(10)

    state = await TableLeases(store).read()
    assert Counter(lease.owner for lease in state.leases.values()).keys() == {one.worker for one in crowd.keepers}


async def test_what_a_killed_worker_was_busy_with_is_suspected_for_a_while() -> None:
    crowd = await crowd_of(2)
    killed, other = crowd.keepers
    crowd.busy[killed] = [HOME]
    await crowd.run(4)
    assert list(other.suspects) == []
    crowd.kill(killed)

    await crowd.run(TAKEN)
    assert list(other.suspects) == [HOME]

    await crowd.run(SUSPECTED)
    assert list(other.suspects) == []


async def test_a_worker_that_starts_alone_after_a_kill_knows_what_was_suspected_before_it_owns_anything() -> None:
    crowd = await crowd_of(1)
    (killed,) = crowd.keepers
    crowd.busy[killed] = [HOME]
    await crowd.run(2)
    crowd.kill(killed)
    started = crowd.join()

    await crowd.run(SILENCE - 1)
    assert started.owned == set()
    await crowd.run(TAKEN)

    assert (started.owned, list(started.suspects)) == (frozenset(NAMES), [HOME])


async def test_the_lease_of_an_ended_shard_is_given_up_at_once_and_removed_later() -> None:
    crowd = await crowd_of(2)
    crowd.names = [*SWEEPS, "hints#new"]
    await crowd.run(4)
    assert crowd.owners().keys() == {*SWEEPS, "hints#new"}
    assert "hints#only" in (await TableLeases(crowd.tables).read()).leases

    await crowd.run(UNUSED + 4)

    assert (await TableLeases(crowd.tables).read()).leases.keys() == {*SWEEPS, "hints#new"}


async def test_a_worker_takes_only_the_kinds_that_it_knows_and_counts_only_for_these() -> None:
    crowd = Crowd(MemoryTables(), SWEEPS)
    only_sweeps = crowd.join()
    await crowd.run(4)
    crowd.names = ["hints#a", "hints#b", *SWEEPS]
    both = crowd.join()
    crowd.kill(only_sweeps)  # it goes on with the names that it knew

    for _ in range(10):
        await only_sweeps.run_round(sweeps, nothing)
        await crowd.run(2)

    assert (len(only_sweeps.owned), len(both.owned)) == (4, 6)


async def sweeps() -> Collection[str]:
    return SWEEPS
