"""A simulated process: it has a store of its own on the shared tables, a wall clock, and a life that ends in crashes."""

import random
from collections.abc import Callable

import anyio

from ascend.domain.errors import StoreUnavailable
from ascend.projections.application import Application
from ascend.store import Store
from ascend.testing.faults import Faults
from ascend.testing.faulty_tables import FaultyTables
from ascend.testing.simulation.journal import SimulationFailed
from ascend.testing.simulation.machine import Machine


class Process:
    """One process after another under the same name. After a crash, the next one begins with empty caches."""

    def __init__(
        self, machine: Machine, name: str, app: Application, *, works: bool = False, crashes: float = 1.0
    ) -> None:
        self.machine = machine
        self.name = name
        self.app = app
        self.works = works
        """True if it runs a worker."""
        self.crashes = crashes
        """It crashes so many times as often as the faults of the machine say."""
        self.dice = random.Random(f"{machine.seed}/{name}")  # noqa: S311  the same life in every run
        self.environment = machine.environment.elsewhere(f"{machine.seed}/{name}/environment")
        self.serves = False
        """True while the store is open and takes commands and queries."""
        self.lives = 0
        self.retired = anyio.Event()
        """Set to end the process for good."""
        self._start()

    def _start(self) -> None:
        self.lives += 1
        faults = self.machine.faults
        self.tables = FaultyTables(
            self.machine.tables,
            faults.but(crash=min(1.0, self.crashes * faults.crash)),
            f"{self.machine.seed}/{self.name}/{self.lives}",
            self.environment,
            self.machine.delayed,
            self.note,
        )
        self.store = Store(self.tables, self.environment, self.app, limits=self.machine.draw_limits(self.dice))

    def note(self, text: str, workspace: str = "") -> None:
        """Write something down that this process did, or that happened to it."""
        self.machine.note(self.name, text, workspace)

    async def live(self) -> None:
        """Start the process, and start it again after each crash, until it is retired or cancelled.

        Raises:
            SimulationFailed: the worker ended.
        """
        while not self.retired.is_set():
            await self._live_once()
            self.serves = False
            if self.retired.is_set():
                break
            await anyio.sleep(self.dice.random() * 5)
            self._start()
            self.note("starts again")
        self.note("ends")

    async def _live_once(self) -> None:
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(self._work)
                group.start_soon(self._change_clock)
                group.start_soon(self._cancel_when, self.tables.wait_for_crash, group.cancel_scope)
                group.start_soon(self._cancel_when, self.retired.wait, group.cancel_scope)
        except BaseException as error:
            if not self.tables.crashed or isinstance(error, anyio.get_cancelled_exc_class()):
                raise

    async def _cancel_when(self, happens: Callable[[], object], scope: anyio.CancelScope) -> None:
        await happens()  # type: ignore[misc]
        scope.cancel()

    async def _work(self) -> None:
        while not self.serves:
            try:
                await self.store.worker.generation()
                await self.store.ownership.read()
                self.serves = True
            except StoreUnavailable:
                await anyio.sleep(self.dice.random())
        if self.works:
            await self.store.worker.follow()
            raise SimulationFailed(f"the worker of {self.name} has ended", self.name)

    async def _change_clock(self) -> None:
        """Set the wall clock wrong now and then, and right again: by up to an hour in both directions."""
        off = 0.0
        while True:
            await anyio.sleep(self.dice.random() * 60)
            seconds = self.dice.choice((0.0, 0.0, self.dice.uniform(-30, 30), self.dice.uniform(-3_600, 3_600)))
            if self.tables.faults != Faults.none() and seconds != off:
                self.note(f"its wall clock jumps to {seconds:+.0f} s")
                self.environment.jump(seconds - off)
                off = seconds
