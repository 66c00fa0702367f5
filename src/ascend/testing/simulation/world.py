"""The parts that all actors of a simulation work with: processes, workspaces, the ledger, the observer, the log."""

import random
from collections import abc
from collections.abc import Sequence
from contextlib import contextmanager

import anyio

from ascend.adapters.store.event_log import TableEventLog
from ascend.adapters.store.views import TableViews
from ascend.domain.ids import UserId, WorkspaceId
from ascend.projections.application import Application
from ascend.projections.build import Generation
from ascend.projections.generation import CurrentGeneration
from ascend.projections.generation_record import find_record
from ascend.projections.generation_state import GenerationState
from ascend.store import Store
from ascend.testing.simulation.expected import ExpectedWorkspace
from ascend.testing.simulation.journal import SimulationFailed
from ascend.testing.simulation.ledger import Ledger
from ascend.testing.simulation.machine import Machine
from ascend.testing.simulation.observer import Observer
from ascend.testing.simulation.process import Process
from ascend.testing.simulation.scene import Generator, Scene, change_members

AT_HAND = 8.0
"""Seconds after something was put at hand. A rebuild is switched to within them."""
READ = 1_000
"""Commits that are read at once from the log."""
USERS = tuple(UserId(name) for name in ("ada", "bea", "cy", "dan"))


class World:
    """One simulation: the machine, the applications, and all that is known about the workspaces."""

    def __init__(self, machine: Machine, app: Application, next_app: Application, generator: Generator) -> None:
        self.machine = machine
        self.app = app
        self.next_app = next_app
        """The application that a deployment brings."""
        self.generator = generator
        self.ledger = Ledger()
        self.observer = Observer()
        self.processes: list[Process] = []
        self.expected: dict[WorkspaceId, ExpectedWorkspace] = {}
        self.done: list[str] = []
        """The operations that were carried out."""
        self.operating = 0
        """The number of operators and deployments that are under way."""
        self.views = TableViews(machine.tables, app.model, machine.environment)
        """The views as they are, read without faults."""
        self._log = TableEventLog(machine.tables, app.model)
        self._lock = anyio.Lock()
        self._at_hand_since: float | None = None

    def add_workspace(self) -> WorkspaceId:
        """Return the id of a workspace that is to be created."""
        workspace = WorkspaceId(self.machine.environment.new_id())
        projections = {(each.name, each.version): each for each in (*self.app.projections, *self.next_app.projections)}
        self.expected[workspace] = ExpectedWorkspace(self.app.model, projections.values(), workspace)
        return workspace

    async def read(self, workspace: WorkspaceId) -> ExpectedWorkspace:
        """Return all that follows from the present log of a workspace."""
        expected = self.expected[workspace]
        async with self._lock:
            while True:
                commits = await self._log.commits(workspace, expected.head + 1, READ, consistent=True)
                for commit in commits:
                    if commit.position != expected.head + 1:
                        raise SimulationFailed(f"position {commit.position} follows {expected.head}", workspace)
                    expected.add(commit)
                if not commits:
                    return expected

    async def read_state(self) -> GenerationState:
        """Return the state of the generations: before a worker has claimed the store, that of the old code."""
        current = CurrentGeneration(self.app.model, self.app.catalog, self.machine.environment)
        await current.ask(self.views.state)
        return current.state

    async def is_just_at_hand(self) -> bool:
        """Return True in the first seconds in which two generations may be read: those of a rebuild are switched in the end."""
        now = self.machine.environment.elapsed()
        if not (await self.read_state()).at_hand:
            self._at_hand_since = None
        elif self._at_hand_since is None:
            self._at_hand_since = now
        return self._at_hand_since is not None and now < self._at_hand_since + AT_HAND

    def forget_log(self) -> None:
        """Forget all that follows from the log: it was restored from a backup."""
        for workspace, expected in self.expected.items():
            projections = [items.projection for items in expected.items.values()]
            self.expected[workspace] = ExpectedWorkspace(self.app.model, projections, workspace)
        self.observer.forget()

    @contextmanager
    def operation(self) -> abc.Generator[None]:
        """Let writers and readers go on while an operation is under way."""
        self.operating += 1
        try:
            yield
        finally:
            self.operating -= 1

    def serving(self, app: Application | None = None) -> list[Process]:
        """Return the processes that take commands and queries, of all applications or of one."""
        return [process for process in self.processes if process.serves and app in {None, process.app}]

    async def draw_scene(self, dice: random.Random, workspace: WorkspaceId) -> Scene:
        """Return what a user sees who is about to send a command."""
        expected = await self.read(workspace)
        actor = dice.choice((USERS[0], USERS[0], *USERS))
        environment = self.machine.environment
        return Scene(dice, workspace, actor, USERS, environment.now(), expected.states, environment.new_id)

    def make_command(self, scene: Scene) -> object:
        """Return a random command: one of the application, now and then one that changes the members."""
        return change_members(scene) if scene.dice.random() < 0.08 else self.generator(scene)

    async def lagging(self, processes: Sequence[Process]) -> list[str]:
        """Return the workspaces that one of the processes has not rendered to the end of the log, in a generation it keeps."""
        lagging: list[str] = []
        for process in processes:
            for generation in await self.kept(process.store):
                for workspace in self.expected:
                    done = await self.positions(process.store, generation, workspace)
                    head = (await self.read(workspace)).head
                    if min(done) < head:
                        who = f"{process.name} has rendered and folded {workspace} in {generation.id}"
                        lagging.append(f"{who} up to {done} of {head}")
        return lagging

    async def kept(self, store: Store) -> list[Generation]:
        """Return the generations that the code of a store keeps true. The store itself may not have noticed yet."""
        present = CurrentGeneration(store.model, store.app.catalog, store.environment)
        present.learn(await self._views(store).state(), 0.0)
        return present.kept()

    async def positions(self, store: Store, generation: Generation, workspace: WorkspaceId) -> tuple[int, int]:
        """Return *rendered* and *folded* of a generation, read without faults."""
        record = find_record(await self._views(store).records(workspace), generation)
        return (0, 0) if record is None else (record.rendered, record.folded)

    def _views(self, store: Store) -> TableViews:
        return TableViews(self.machine.tables, store.model, store.environment)
