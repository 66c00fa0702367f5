"""Followers that know a workspace, and leave *folded* behind, in one another's way: whatever fails, items stay a function of the log."""

import random
from contextlib import suppress

import pytest
from support.faulty import Call, Crash, Fault
from support.scenario import task_id, thing_id
from support.simulation import projected
from support.simulation.acting import check_home
from support.simulation.projected import NEW, POISON, TALE, tree_process
from support.staged import StagedTables

import ascend
from ascend.adapters.memory.tables import MemoryTables
from ascend.adapters.table.item import Table
from ascend.testing import ADA, HOME, FakeEnvironment

TURNS = 60
DEEPEST = 2
"""The depth to which processes interrupt one another."""
NAMES = ("good", "better", POISON)
THINGS = [thing_id(f"thing {number}") for number in range(6)]
TASKS = [task_id(f"task {number}") for number in range(4)]


class Party:
    """Two followers on one store in memory, which fail, die, and take turns in the middle of one another's batches."""

    def __init__(self, seed: int, *, without_tale: bool = False) -> None:
        self.rng = random.Random(seed)
        self.tables = MemoryTables()
        self.environment = FakeEnvironment(seed)
        self.projections = [projection for projection in NEW if projection is not TALE or not without_tale]
        self.writer = tree_process(self.tables, self.projections, self.environment)
        self.followers = [self.new_follower() for _ in range(2)]
        self.depth = 0

    def new_follower(self) -> ascend.Store:
        tables = StagedTables(self.tables, self.choose_fault)
        tables.before = self.interrupt
        limits = {"commits_per_batch": self.rng.choice((2, 5, 50)), "descendants_per_chunk": 2, "chunks_per_step": 1}
        return tree_process(tables, self.projections, self.environment, **limits)

    def choose_fault(self, call: Call) -> Fault | None:
        return self.rng.choice(list(Fault)) if call.is_write and self.rng.random() < 0.02 else None

    async def interrupt(self, _: Call) -> None:
        if self.depth < DEEPEST and self.rng.random() < 0.02:
            self.depth += 1
            await self.act()
            self.depth -= 1

    async def act(self) -> None:
        match self.rng.randrange(8):
            case 0 | 1 | 2:
                await self.command()
            case 3:
                self.environment.advance(seconds=self.rng.choice((1.0, 700.0)))
            case 4 if self.rng.random() < 0.1:
                self.tables.restore(MemoryTables(), Table.VIEWS)
            case 5:
                await self.retry()
            case _:
                await self.follow()

    async def follow(self) -> None:
        number = self.rng.randrange(len(self.followers))
        store = self.followers[number]
        try:
            with suppress(ascend.StoreUnavailable):
                if self.rng.random() < 0.2:
                    await store.worker.projector.settle()
                else:
                    await store.worker.projector.step(
                        HOME, store.current.generation, exact=True, leave_folded=self.rng.random() < 0.8
                    )
        except (Crash, BaseExceptionGroup):
            self.followers[number] = self.new_follower()

    async def retry(self) -> None:
        number = self.rng.randrange(len(self.followers))
        try:
            with suppress(ascend.Contention, ascend.StoreUnavailable):
                async for _ in self.followers[number].retry_parked(HOME):
                    pass
        except (Crash, BaseExceptionGroup):
            self.followers[number] = self.new_follower()

    async def command(self) -> None:
        thing, other, task = self.rng.choice(THINGS), self.rng.choice([*THINGS, None]), self.rng.choice(TASKS)
        name = self.rng.choice(NAMES)
        command = self.rng.choice(
            (
                ascend.CreateThing(thing_id=thing, name=name, parent=other),
                ascend.MoveThing(thing_id=thing, parent=other),
                ascend.RenameThing(thing_id=thing, name=name),
                ascend.DeleteThing(thing_id=thing),
                ascend.CreateTask(task_id=task, title=name),
                ascend.EditTask(task_id=task, title=name),
                ascend.CompleteTask(task_id=task),
            )
        )
        with suppress(ascend.Refusal):
            await self.writer.execute(HOME, command, actor=ADA)

    async def run(self) -> None:
        await self.writer.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        for _ in range(TURNS):
            await self.act()
        await self.writer.worker.run_once()
        await check_home(self.writer)
        assert (await self.writer.verify()).differences == []

    async def run_and_mend(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Mend the projections half-way: what is parked by then is rendered by a retry or by its next event."""
        await self.writer.execute(HOME, ascend.CreateWorkspace(name="Home", owner_name="Ada"), actor=ADA)
        for _ in range(TURNS):
            await self.act()
        monkeypatch.setattr(projected, "check_edible", str)
        self.followers = [self.new_follower() for _ in self.followers]
        for _ in range(TURNS):
            await self.act()
        await self.writer.worker.run_once()
        assert [retried.error async for retried in self.writer.retry_parked() if retried.error] == []
        assert {difference.what for difference in (await self.writer.verify()).differences} <= {"missing"}
        counts, content = (
            await self.writer.reader.attempt(self.writer.current.turn()).counts(HOME),
            await self.writer.digest(),
        )
        await self.writer.rebuild()
        assert (
            await self.writer.reader.attempt(self.writer.current.turn()).counts(HOME),
            await self.writer.digest(),
        ) == (counts, content)


@pytest.mark.parametrize("seed", range(8))
async def test_a_retry_among_all_that_leaves_what_a_rebuild_makes(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    await Party(seed, without_tale=True).run_and_mend(monkeypatch)


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_fails_items_are_those_of_the_log(seed: int) -> None:
    await Party(seed).run()
