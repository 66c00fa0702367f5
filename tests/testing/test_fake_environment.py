"""The fake environment: clocks that move when told to, ids and chance that repeat."""

from datetime import UTC, datetime, timedelta

import anyio

import ascend
import ascend.testing
from ascend.domain.ids import time_of
from ascend.testing import ADA, BEGINNING, HOME, FakeEnvironment


def test_the_public_names_are_pinned() -> None:
    assert set(ascend.testing.__all__) == {
        *("ADA", "HOME", "NOON", "BEGINNING"),
        *("FakeEnvironment", "CommandOutcome", "Scenario"),
        *("given", "member_added", "workspace"),
        *("Crash", "DelayedReads", "Faults", "FaultyHints", "FaultyTables", "NothingLeftToDo"),
        *("Operation", "Restore", "Scene", "Simulated", "SimulationFailed", "SimulationPlan", "VirtualEnvironment"),
        *("draw_plan", "life_os_command", "run_in_virtual_time", "simulate"),
    }


def test_it_is_an_environment() -> None:
    assert isinstance(FakeEnvironment(), ascend.Environment)


def test_the_clocks_stand_still_until_time_passes() -> None:
    environment = FakeEnvironment(start=datetime(2030, 5, 1, tzinfo=UTC))
    environment.advance(days=1, seconds=30)

    assert FakeEnvironment().now() == BEGINNING
    assert (environment.now(), environment.elapsed()) == (datetime(2030, 5, 2, 0, 0, 30, tzinfo=UTC), 86_430)


async def test_sleeps_overlap_and_take_no_time() -> None:
    environment = FakeEnvironment()
    async with anyio.create_task_group() as group:
        for seconds in (5, 3, 4):
            group.start_soon(environment.sleep, seconds)

    assert environment.elapsed() == 5


def test_another_machine_has_a_wall_clock_of_its_own() -> None:
    here = FakeEnvironment()
    there = here.elsewhere(seconds=90)
    behind = there.elsewhere(seconds=-100)
    there.advance(seconds=10)

    assert (here.elapsed(), there.elapsed()) == (10, 10)
    assert [machine.now() - here.now() for machine in (there, behind)] == [
        timedelta(seconds=90),
        timedelta(seconds=-10),
    ]
    assert len({machine.new_id() for machine in (here, there, behind, here)}) == 4


def test_ids_carry_their_moment_and_sort_by_it() -> None:
    environment = FakeEnvironment()
    first, second = environment.new_id(), environment.new_id()
    old = environment.id_of(BEGINNING - timedelta(days=31))

    assert old < first < second
    assert time_of(first) == BEGINNING.timestamp() * 1_000
    assert ascend.TaskId(first) == FakeEnvironment(seed=3).new_id()  # the same in every run


def test_chance_depends_on_the_seed_alone() -> None:
    one, same, other = FakeEnvironment(7), FakeEnvironment(7), FakeEnvironment(8)
    numbers = [[environment.random() for _ in range(5)] for environment in (one, same, other)]

    assert numbers[0] == numbers[1] != numbers[2]
    assert all(0 <= number <= 1 for number in numbers[0])


async def test_a_worker_follows_in_a_fake_environment_too() -> None:
    """Its waits end at once, and its clock jumps: leases go by the clock of the event loop."""
    opening = ascend.open_store("memory://", create=True, environment=FakeEnvironment())
    async with opening as store, anyio.create_task_group() as group:
        group.start_soon(store.worker.follow)
        await anyio.wait_all_tasks_blocked()
        await store.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        with anyio.fail_after(10):
            while await store.reader.attempt(store.current.turn()).rendered(HOME) < 1:  # noqa: ASYNC110 - the worker moves it
                await anyio.sleep(0.01)
        group.cancel_scope.cancel()
