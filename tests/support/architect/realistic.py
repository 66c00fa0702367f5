"""A workspace with enough entities to fill a page of every query. It has the same bytes at every run."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import ascend
from ascend.domain.ids import Id
from ascend.testing import BEGINNING, FakeEnvironment

ADA, EVE = ascend.UserId("ada"), ascend.UserId("eve")
PEOPLE = tuple(ascend.UserId(f"user-{number:03}") for number in range(98))
WORDS = "Water the tomatoes in the greenhouse before the sun is up, then look at the beans. "

Command = ascend.Command


@dataclass
class Realistic:
    """The commands that fill the workspace. Ids are created in order, so that they are the same at every run."""

    environment: FakeEnvironment
    home: ascend.WorkspaceId = field(init=False)
    names: dict[str, Any] = field(default_factory=dict[str, Any])
    """The names that the examples of queries use."""

    def __post_init__(self) -> None:
        self.home = self.new(ascend.WorkspaceId)
        self.tasks = [self.new(ascend.TaskId) for _ in range(200)]
        self.things = [self.new(ascend.ThingId) for _ in range(150)]
        self.assets = [self.new(ascend.AssetId) for _ in range(100)]
        self.comments = [self.new(ascend.CommentId) for _ in range(50)]
        self.names = {
            "home": self.home,
            "ada": ADA,
            "eve": EVE,
            "task": self.tasks[0],
            "thing": self.things[0],
            "deep": self.things[-1],
            "asset": self.assets[0],
            "comment": self.comments[0],
            "date": date,
            "Status": ascend.Status,
            "Priority": ascend.Priority,
            "ThingKind": ascend.ThingKind,
            "Ref": ascend.Ref,
        }

    def new(self, kind: type[Id]) -> Any:
        return kind(self.environment.new_id())

    def commands(self) -> Iterator[Command]:
        yield ascend.CreateWorkspace(name="The garden", owner_name="Ada")
        yield from (ascend.AddMember(user_id=user, name=f"Somebody {user}") for user in PEOPLE)
        yield from (ascend.InviteMember(user_id=ascend.UserId(f"guest-{n}")) for n in range(4))
        yield ascend.InviteMember(user_id=EVE)
        yield from self.create_things()
        yield from self.create_tasks()
        yield from self.create_assets()
        yield from self.create_relations()
        for comment in self.comments:
            yield ascend.PostComment(comment_id=comment, task_id=self.tasks[0], text=WORDS * 5, mentions=(ADA,))

    def create_things(self) -> Iterator[Command]:
        """Create one Thing with more than a hundred children, and a chain of ten below the last child."""
        parent = None
        for number, thing in enumerate(self.things):
            yield ascend.CreateThing(
                thing_id=thing,
                name=f"Bed {number:03} of the garden",
                kind=ascend.ThingKind.DIGITAL,
                description=WORDS * 3,
                parent=parent,
                tags=("garden",),
            )
            parent = self.things[0] if number < 140 else thing

    def create_tasks(self) -> Iterator[Command]:
        for number, task in enumerate(self.tasks):
            yield ascend.CreateTask(
                task_id=task,
                title=f"Look after bed number {number:03}",
                description=WORDS * 5,
                about=(self.things[0],),
                parent=self.tasks[0] if 0 < number <= 5 else None,
            )
            yield ascend.ScheduleTask(task_id=task, due=(BEGINNING + timedelta(days=number)).date())
            yield ascend.PrioritiseTask(task_id=task, priority=ascend.Priority.HIGH)
            yield ascend.AssignTask(task_id=task, users=(ADA, PEOPLE[0]))
        yield ascend.BlockTask(task_id=self.tasks[0], blockers=tuple(self.tasks[10:12]))
        yield from (ascend.BlockTask(task_id=task, blockers=(self.tasks[0],)) for task in self.tasks[20:22])
        yield from (ascend.CompleteTask(task_id=task) for task in self.tasks[140:])

    def create_assets(self) -> Iterator[Command]:
        for number, asset in enumerate(self.assets):
            yield ascend.CreateAsset(
                asset_id=asset,
                kind=ascend.AssetKind.FILE,
                name=f"Photograph {number:03}",
                uri=f"https://example.org/photographs/{number:03}.jpeg",
                media_type="image/jpeg",
                size=100_000 + number,
                checksum="sha256:" + "0123456789abcdef" * 4,
            )
        yield from (ascend.LinkAsset(asset_id=a, to=ascend.Ref("thing", self.things[0])) for a in self.assets[:5])
        yield from (ascend.LinkAsset(asset_id=self.assets[0], to=ascend.Ref("thing", t)) for t in self.things[1:10])

    def create_relations(self) -> Iterator[Command]:
        me = ascend.Ref("thing", self.things[0])
        for thing in self.things[1:11]:
            other = ascend.Ref("thing", thing)
            yield ascend.AddRelation(source=me, type="contains", target=other, inverse="is part of")
            yield ascend.AddRelation(source=other, type="contains", target=me, inverse="is part of")

    def fill_other_workspace(self, number: int) -> Iterator[Command]:
        """Create open and completed tasks and mentions for Ada in another workspace, so that her pages mix all workspaces."""
        yield ascend.CreateWorkspace(name=f"Allotment {number}", owner_name="Ada")
        for day in range(18):
            task = self.new(ascend.TaskId)
            yield ascend.CreateTask(task_id=task, title=f"Look after bed number {day:03}", description=WORDS * 5)
            yield ascend.ScheduleTask(task_id=task, due=(BEGINNING + timedelta(days=3 * day)).date())
            yield ascend.AssignTask(task_id=task, users=(ADA,))
            if day < 5:
                comment = self.new(ascend.CommentId)
                yield ascend.PostComment(comment_id=comment, task_id=task, text=WORDS * 5, mentions=(ADA,))
            if day >= 10:
                yield ascend.CompleteTask(task_id=task)


async def fill(store: ascend.Store, realistic: Realistic) -> None:
    """Execute all commands, and project them."""
    for command in realistic.commands():
        await store.execute(realistic.home, command, actor=ADA)
    for number in range(4):
        other = realistic.new(ascend.WorkspaceId)
        for command in realistic.fill_other_workspace(number):
            await store.execute(other, command, actor=ADA)
    await store.worker.run_once()
