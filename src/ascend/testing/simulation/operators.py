"""Operators: they rebuild, roll back, withdraw and prune while the others are at work. Two of them get into each other's way.

Their processes crash more often than others. Afterwards the job is done again, or somebody else finds it half done.
"""

import random
from collections.abc import Awaitable, Callable, Mapping

import anyio

from ascend.domain.errors import Contention, InvalidInput, StoreUnavailable, UpgradeRequired
from ascend.store import Store
from ascend.testing.simulation.client import crashes_only
from ascend.testing.simulation.deploying import ensure_old_worker, open_current
from ascend.testing.simulation.plan import Operation
from ascend.testing.simulation.process import Process
from ascend.testing.simulation.world import World

CRASHES = 5
"""An operator's process crashes so many times as often as another process."""


class SimulatedOperator:
    """One operator with the jobs to do."""

    def __init__(self, world: World, name: str, group: anyio.abc.TaskGroup) -> None:
        self.world = world
        self.name = name
        self.group = group
        self.dice = random.Random(f"{world.machine.seed}/{name}")  # noqa: S311  the same operator in every run
        self._do: Mapping[Operation, Callable[[Store], Awaitable[object]]] = {
            Operation.REBUILD: self._rebuild,
            Operation.ROLL_BACK: self._roll_back,
            Operation.WITHDRAW: Store.withdraw,
            Operation.PRUNE: Store.prune,
        }

    async def work(self, *jobs: Operation) -> None:
        """Do the jobs, one after the other."""
        with self.world.operation():
            for number, job in enumerate(jobs):
                await anyio.sleep(self.dice.random() * 10)
                await self._do_job(number, job)

    async def _do_job(self, number: int, job: Operation) -> None:
        """Do the job by the code whose items are read. Give up where it cannot be done, and now and then elsewhere."""
        if job in {Operation.ROLL_BACK, Operation.WITHDRAW}:
            ensure_old_worker(self.world, self.group)  # what is gone back to needs workers
        app = (await open_current(self.world)).app
        process = Process(self.world.machine, f"{self.name}/{number}", app, crashes=CRASHES)
        self.group.start_soon(process.live)
        try:
            while not await self._try(job, process) and self.dice.random() < 0.8:
                await anyio.sleep(self.dice.random() * 3)
        finally:
            process.retired.set()

    async def _try(self, job: Operation, process: Process) -> bool:
        """Do the job once. Return True if there is no more to do."""
        try:
            with crashes_only(process):
                process.note(f"begins: {job.value}")
                await self._do[job](process.store)
                process.note(f"has done: {job.value}")
                self.world.done.append(job.value)
                return True
        except (UpgradeRequired, InvalidInput) as error:
            process.note(f"{job.value}: {error!r}")
            return True  # other code is current, there is no way back, or an old generation is in use
        except (StoreUnavailable, Contention) as error:
            process.note(f"{job.value}: {type(error).__name__}")
        return False

    async def _rebuild(self, store: Store) -> None:
        projections = list(store.app.projections)
        chosen = self.dice.sample(projections, self.dice.randint(0, len(projections)))
        await store.rebuild(*sorted(projection.name for projection in chosen))

    async def _roll_back(self, store: Store) -> None:
        state = (await store.views.state()).state
        names: list[str] = []
        if state is not None and state.previous is not None and store.current.knows(state.previous):
            changed = sorted({build.projection for build in {*state.current.builds} - {*state.previous.builds}})
            names = self.dice.sample(changed, self.dice.randint(0, len(changed)))
        await store.roll_back(*names)
