"""Policies of our own, over events that there are, and a home in which they run.

LOUDER      a started task's title gets a "!"                                (not the same twice: counts for itself)
GREET       each user that a task is assigned to gets a task of their own
HURRY       a task whose title ends with "!" is urgent                       (a chain behind LOUDER)
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from support.applications import life_os
from support.faulty import Crash
from support.scenario import BEA, MAX, task_id
from support.staged import Home, paint, send

import ascend
from ascend import Policy, PolicyContext, Reaction, Store
from ascend.adapters.store.policy_positions import TablePolicyPositions
from ascend.adapters.table.port import Tables
from ascend.domain.ids import TaskId, WorkspaceId
from ascend.domain.tasks.commands import TaskCommand
from ascend.domain.tasks.task import Priority, Task, TaskAssigned, TaskEdited, TaskStarted
from ascend.domain.workspaces.command import Decision
from ascend.domain.workspaces.view import View
from ascend.projections.limits import PolicyLimits
from ascend.projections.policies.policy import PolicyPosition
from ascend.store import Limits
from ascend.testing import ADA, HOME

T = task_id()


class SayLouder(TaskCommand):
    """Each time it is decided, it says something."""

    def decide(self, view: View) -> Decision:
        task = view.get(Task, self.task_id)
        return [TaskEdited(at=view.at, by=view.actor, task_id=task.id, title=f"{task.title}!")]


async def say_louder(started: TaskStarted, context: PolicyContext) -> AsyncGenerator[Reaction]:
    yield Reaction(SayLouder(task_id=started.task_id), name="louder")


async def greet(assigned: TaskAssigned, context: PolicyContext) -> AsyncGenerator[Reaction]:
    for user in assigned.users:
        yield Reaction(ascend.CreateTask(task_id=greeting(user), title=f"Hello {user}"), name=user)


async def hurry(edited: TaskEdited, context: PolicyContext) -> AsyncGenerator[Reaction]:
    if (edited.title or "").endswith("!"):
        yield Reaction(ascend.PrioritiseTask(task_id=edited.task_id, priority=Priority.URGENT), name="hurry")


def greeting(user: ascend.UserId) -> TaskId:
    return TaskId.derive("hello", user)


LOUDER = Policy("louder", {TaskStarted: say_louder})
GREET = Policy("greet", {TaskAssigned: greet})
HURRY = Policy("hurry", {TaskEdited: hurry})


@dataclass
class Place(Home):
    """Ada's home with Bea, Max and a task, projected by a worker in which no policy is installed yet."""

    policies: tuple[Policy, ...] = field(default=(LOUDER, GREET))
    policy_limits: PolicyLimits = field(default_factory=PolicyLimits)

    def process(self, tables: Tables | None = None, *, ahead: float = 0) -> Store:
        return self.running(*self.policies, tables=tables, ahead=ahead)

    def running(self, *policies: Policy, tables: Tables | None = None, ahead: float = 0) -> Store:
        environment = self.environment.elsewhere(seconds=ahead)
        limits = Limits(policies=self.policy_limits)
        return Store(tables or self.tables, environment, life_os(policies=policies), limits=limits)

    async def titles(self) -> list[str]:
        """Return the titles of everything that was created or edited, in the order of the log."""
        events = [event for commit in await self.log() for event in commit.events()]
        return [title for event in events if (title := getattr(event, "title", None)) is not None]

    async def at(self, workspace: WorkspaceId = HOME) -> dict[str, int]:
        return {name: position.position for name, position in (await self.positions(workspace)).items()}

    async def positions(self, workspace: WorkspaceId = HOME) -> dict[str, PolicyPosition]:
        return dict(await TablePolicyPositions(self.tables).read(workspace))


async def a_place(*policies: Policy, **limits: int) -> Place:
    """The policies (all but HURRY, if none is named) are installed, and nothing has happened since."""
    place = Place(policies=policies or (LOUDER, GREET), policy_limits=PolicyLimits(**limits))
    store = place.process()
    for command in (*LIFE, paint()):
        await send(store, command)
    await store.worker.run_once()
    return place


LIFE = (
    ascend.CreateWorkspace(name="Home", owner_name="Ada"),
    *(ascend.AddMember(user_id=user, name=user.title()) for user in (BEA, MAX)),
)
START = ascend.StartTask(task_id=T)
ASSIGN = ascend.AssignTask(task_id=T, users=(ADA, BEA))


async def installing_fails(store: Store) -> bool:
    """Install the policies, and return True if a fault ended that."""
    try:
        await store.policies.installation.run([HOME])
    except (Crash, ascend.StoreUnavailable):
        return True
    return False
