"""Random histories: people create, move, rename, assign, comment and delete, through the real command service.

Some commands are refused. The states that a history knows come from the naive fold of `truth`, never from the engine.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeVar

from support.simulation.tangles import choose_linked_command
from support.simulation.truth import States, fold

import ascend
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import Id
from ascend.domain.runtime.commit import Commit
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.view import Entity
from ascend.domain.workspaces.workspace import Workspace
from ascend.testing import FakeEnvironment

I = TypeVar("I", bound=Id)  # noqa: E741 - an Id
S = TypeVar("S", bound=Entity)

PEOPLE = tuple(ascend.UserId(name) for name in ("ada", "bob", "cy", "dan", "eve"))
ADA = PEOPLE[0]
NAMES = ("Box", "Äpfel", "box #2", "Shelf", "Zoë's", "  cup", "ßtraße", "a" * 120)
TODAY = date(2026, 1, 1)


@dataclass
class History:
    """The commits of one workspace, and random commands that add to them."""

    store: ascend.Store
    environment: FakeEnvironment
    rng: random.Random
    workspace: ascend.WorkspaceId = field(init=False)
    commits: list[Commit] = field(default_factory=list[Commit])
    states: States = field(default_factory=States)
    refused: int = 0
    names: tuple[str, ...] = NAMES

    def __post_init__(self) -> None:
        self.workspace = self.new(ascend.WorkspaceId)

    async def begin(self, members: int = 3) -> "History":
        await self.send(ascend.CreateWorkspace(name="Home", owner_name="Ada"), ADA)
        for user in PEOPLE[1:members]:
            await self.send(ascend.AddMember(user_id=user, name=user.title()), ADA)
        return self

    async def run_random(self, commands: int) -> None:
        for _ in range(commands):
            await self.send(*self.choose())

    async def send(self, command: ascend.Command, actor: ascend.UserId) -> None:
        self.environment.advance(seconds=self.rng.choice((0.0, 1.0, 600.0)))
        try:
            receipt = await self.store.execute(self.workspace, command, actor=actor)
        except ascend.Refusal:
            self.refused += 1
        else:
            if receipt.events:
                await self.read_new_commits()

    async def read_new_commits(self) -> None:
        """Read the commits that were appended meanwhile, also by policies."""
        for commit in await self.store.log.commits(self.workspace, len(self.commits) + 1, 1_000, consistent=True):
            self.commits.append(commit)
            fold(self.store.model, self.states, commit)

    def new(self, kind: type[I]) -> I:
        return kind(self.environment.new_id())

    def entities(self, kind: type[S]) -> list[S]:
        return [state for state, _ in self.states.values() if isinstance(state, kind)]

    # Random commands

    def choose(self) -> tuple[ascend.Command, ascend.UserId]:
        choices: tuple[tuple[int, Callable[[], ascend.Command]], ...] = (
            (2, self.change_members),
            (10 if len(self.entities(Thing)) > 3 else 30, self.change_thing),
            (12, self.change_task),
            (4, self.change_comment),
            (8, lambda: choose_linked_command(self, PEOPLE)),
        )
        make = self.rng.choices([make for _, make in choices], [weight for weight, _ in choices])[0]
        command = make()
        return command, self.choose_actor(command)

    def choose_actor(self, command: ascend.Command) -> ascend.UserId:
        """Choose mostly members, the more often the more they may do. An invited user may join."""
        workspace = next(iter(self.entities(Workspace)))
        members = workspace.members
        if self.rng.random() < 0.05:
            return self.rng.choice(PEOPLE)
        if workspace.invited and isinstance(command, ascend.JoinWorkspace):
            return self.rng.choice(list(workspace.invited))
        weights = [1 + 2 * list(ascend.Role).index(member.role) for member in members.values()]
        return self.rng.choices(list(members), weights)[0]

    def change_members(self) -> ascend.Command:
        user = self.rng.choice(PEOPLE)
        return self.rng.choice(
            (
                ascend.RenameWorkspace(name=self.rng.choice(self.names)),
                ascend.AddMember(user_id=user, name=user.title(), role=self.rng.choice(tuple(ascend.Role))),
                ascend.ChangeRole(user_id=user, role=self.rng.choice(tuple(ascend.Role))),
                ascend.RemoveMember(user_id=user),
                ascend.LeaveWorkspace(),
                ascend.DescribeWorkspace(tags=(self.rng.choice(("home", "shared")),)),
                ascend.InviteMember(user_id=user, role=self.rng.choice(tuple(ascend.Role))),
                ascend.WithdrawInvitation(user_id=user),
                ascend.JoinWorkspace(name=user.title()),
            )
        )

    def change_thing(self) -> ascend.Command:
        things = self.entities(Thing)
        places = [thing.id for thing in things if not thing.deleted or self.rng.random() < 0.1]
        parent = self.rng.choice((None, *places, *places, *places))
        create = ascend.CreateThing(
            thing_id=self.new(ascend.ThingId),
            name=self.rng.choice(self.names),
            parent=parent,
            kind=self.rng.choice(tuple(ascend.ThingKind)),
            metadata={"size": str(self.rng.randrange(9))},
        )
        if not things or self.rng.random() < 0.3:
            return create
        thing = self.rng.choice([thing for thing in things if not thing.deleted] or things)
        children = tuple(other.id for other in things if other.parent == thing.id and not other.deleted)
        if self.rng.random() < 0.4:  # so that more Things are created than deleted
            return ascend.RenameThing(thing_id=thing.id, name=self.rng.choice(self.names))
        return self.rng.choice(
            (
                ascend.MoveThing(thing_id=thing.id, parent=parent),
                ascend.MoveThing(thing_id=thing.id, parent=parent),
                ascend.DescribeThing(thing_id=thing.id, description=str(self.rng.random())),
                ascend.ArchiveThing(thing_id=thing.id),
                ascend.RestoreThing(thing_id=thing.id),
                ascend.DeleteThing(thing_id=thing.id),
                ascend.DeleteThing(thing_id=thing.id, children=ascend.Children.CASCADE),
                ascend.DeleteThing(thing_id=thing.id, children=ascend.Children.REPARENT, reparented=children),
            )
        )

    def change_task(self) -> ascend.Command:
        tasks, things = self.entities(Task), self.entities(Thing)
        if not tasks or self.rng.random() < 0.25:
            about = tuple(thing.id for thing in self.rng.sample(things, min(len(things), self.rng.randrange(3))))
            return ascend.CreateTask(task_id=self.new(ascend.TaskId), title=self.rng.choice(self.names), about=about)
        living = [task for task in tasks if not task.deleted or self.rng.random() < 0.1]
        task = self.rng.choice(living or tasks).id
        people = PEOPLE if self.rng.random() < 0.1 else tuple(next(iter(self.entities(Workspace))).members)
        users = tuple(self.rng.sample(people, min(len(people), self.rng.randint(1, 2))))
        return self.rng.choice(
            (
                ascend.EditTask(task_id=task, title=self.rng.choice(self.names), tags=("red",)),
                ascend.ScheduleTask(task_id=task, due=self.choose_due()),
                ascend.PrioritiseTask(task_id=task, priority=self.rng.choice(tuple(ascend.Priority))),
                ascend.AssignTask(task_id=task, users=users),
                ascend.AssignTask(task_id=task, users=users),
                ascend.UnassignTask(task_id=task, users=users),
                ascend.StartTask(task_id=task),
                ascend.StopTask(task_id=task),
                ascend.EditTask(task_id=task, add_tags=("blue",), remove_tags=self.rng.choice(((), ("red",)))),
                ascend.CompleteTask(task_id=task),
                ascend.ReopenTask(task_id=task),
                ascend.CancelTask(task_id=task),
                ascend.DeleteTask(task_id=task) if self.rng.random() < 0.4 else ascend.ReopenTask(task_id=task),
            )
        )

    def change_comment(self) -> ascend.Command:
        comments, tasks, things = self.entities(Comment), self.entities(Task), self.entities(Thing)
        if comments and self.rng.random() < 0.5:
            comment = self.rng.choice(comments)
            if self.rng.random() < 0.6:
                return self.rng.choice(
                    (
                        ascend.EditComment(comment_id=comment.id, text=str(self.rng.random())),
                        ascend.EditComment(comment_id=comment.id, add_tags=("blue",)),
                    )
                )
            return ascend.DeleteComment(comment_id=comment.id)
        comment_id = self.new(ascend.CommentId)
        if tasks and self.rng.random() < 0.7:
            return ascend.PostComment(comment_id=comment_id, task_id=self.rng.choice(tasks).id, text="hm")
        if things:
            return ascend.PostComment(comment_id=comment_id, thing_id=self.rng.choice(things).id, text="oh")
        return ascend.CreateTask(task_id=self.new(ascend.TaskId), title="Begin")

    def choose_due(self) -> ascend.Due | None:
        day = TODAY + timedelta(days=self.rng.randrange(-3, 8))
        moment = self.environment.now() + timedelta(hours=self.rng.randrange(-72, 200))
        return self.rng.choice((None, day, day, ascend.ZonedTime.of(moment)))
