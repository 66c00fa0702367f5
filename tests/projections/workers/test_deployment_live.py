"""A deployment beside workers that follow, in virtual time."""

from collections.abc import Callable
from dataclasses import replace

import anyio
import pytest
from support.workers.house import create, following, rename

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.domain.errors import NotReady
from ascend.projections.generation_state import LEASE, GenerationState
from ascend.testing import ADA, VirtualEnvironment, run_in_virtual_time

HOME = ascend.WorkspaceId.derive("home")
NEW_APP = replace(
    ascend.LIFE_OS,
    projections=tuple(
        replace(projection, version=projection.version + 1) if projection.name == "members" else projection
        for projection in ascend.LIFE_OS.projections
    ),
)


class Deployed:
    """A store with processes of old and of new code, and the states that it went through."""

    def __init__(self) -> None:
        self.tables = MemoryTables()
        self.old = self.open(ascend.LIFE_OS)
        self.new = self.open(NEW_APP)

    def open(self, app: ascend.Application) -> ascend.Store:
        return ascend.Store(self.tables, VirtualEnvironment(), app)

    async def begin(self) -> None:
        """Create a workspace, which a worker of the old code has rendered."""
        await create(self.old, "home")
        await self.old.worker.run_once()

    async def state(self) -> GenerationState:
        state = (await self.old.views.state()).state
        assert state is not None
        return state

    async def wait_until(self, is_reached: Callable[[GenerationState], bool], within: float = 300) -> float:
        """Return the virtual time at which the state is first seen like this."""
        with anyio.fail_after(within):
            while not is_reached(await self.state()):  # noqa: ASYNC110 - it asks the store
                await anyio.sleep(0.01)
        return anyio.current_time()


async def names(store: ascend.Store) -> list[str]:
    return [one.workspace_name for one in (await store.queries.workspaces(ADA, viewer=ADA)).items]


def test_new_code_is_not_ready_until_its_worker_has_built_its_items_and_old_code_goes_on() -> None:
    async def main() -> None:
        deployed = Deployed()
        await deployed.begin()
        async with following(deployed.old.worker):
            with pytest.raises(NotReady):
                await names(deployed.new)
            async with following(deployed.new.worker):
                announced = await deployed.wait_until(lambda state: state.announced is not None)
                at_hand = await deployed.wait_until(lambda state: state.at_hand)
                await anyio.sleep(LEASE + 1)

                assert at_hand - announced > LEASE
                assert await names(deployed.new) == await names(deployed.old) == ["home"]
                await anyio.sleep(60)
                assert (await deployed.state()).at_hand  # not switched: a worker of the old code is alive

    run_in_virtual_time(main)


def test_the_worker_of_new_code_switches_once_no_worker_of_old_code_is_alive() -> None:
    async def main() -> None:
        deployed = Deployed()
        await deployed.begin()
        async with following(deployed.new.worker):
            async with following(deployed.old.worker):
                await deployed.wait_until(lambda state: state.at_hand)
                await anyio.sleep(30)
            ended = anyio.current_time()
            switched = await deployed.wait_until(lambda state: deployed.new.current.knows(state.current))

            assert LEASE < switched - ended < 60
            await anyio.sleep(LEASE + 1)
            assert await names(deployed.new) == ["home"]
            with pytest.raises(NotReady):
                await names(deployed.old)

    run_in_virtual_time(main)


def test_an_operator_switches_while_workers_of_old_code_are_alive_and_rolls_back() -> None:
    async def main() -> None:
        deployed = Deployed()
        await deployed.begin()
        async with following(deployed.old.worker), following(deployed.new.worker):
            before = (await deployed.state()).current
            await deployed.wait_until(lambda state: state.at_hand)
            switched = await deployed.new.switch()
            assert (switched.current, switched.previous) == (deployed.new.current.generation, before)
            receipt = await rename(deployed.new, HOME, "Ours")
            await deployed.new.wait_for(receipt)
            assert await names(deployed.new) == ["Ours"]
            await anyio.sleep(LEASE + 1)  # until then, old code may answer: it shows as much
            with pytest.raises(NotReady):
                await names(deployed.old)

            await deployed.new.roll_back()
            assert (await deployed.state()).current == before
            await anyio.sleep(LEASE + 1)
            assert await names(deployed.old) == ["Ours"]
            await anyio.sleep(60)
            assert (await deployed.state()).announced is None  # its worker does not take back what the operator did

    run_in_virtual_time(main)


def test_a_workspace_that_never_rests_does_not_hold_up_a_deployment() -> None:
    async def main() -> None:
        deployed = Deployed()
        await deployed.begin()

        async def write() -> None:
            number = 0
            while True:
                number += 1
                await rename(deployed.old, HOME, str(number))
                await anyio.sleep(0.01)

        async with following(deployed.old.worker), following(deployed.new.worker), anyio.create_task_group() as group:
            group.start_soon(write)
            await deployed.wait_until(lambda state: state.at_hand, within=60)
            group.cancel_scope.cancel()

    run_in_virtual_time(main)


def test_what_is_withdrawn_is_kept_true_until_every_process_knows_that_it_is_not_at_hand() -> None:
    async def main() -> None:
        deployed = Deployed()
        await deployed.begin()
        async with following(deployed.old.worker), following(deployed.new.worker):
            await deployed.wait_until(lambda state: state.at_hand)
            async with anyio.create_task_group() as group:
                group.start_soon(deployed.old.withdraw)
                taken_back = await deployed.wait_until(lambda state: not state.at_hand)
                assert (await deployed.state()).announced is not None
                assert await deployed.wait_until(lambda state: state.announced is None) - taken_back > LEASE

            await anyio.sleep(60)
            assert (await deployed.state()).announced is None

    run_in_virtual_time(main)
