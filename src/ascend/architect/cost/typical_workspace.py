"""A typical workspace and every command once, with texts and numbers as the workload's sizes say.

`set_up` prepares the workspace. The cost of `commands` and `policy_commands` is measured; their order makes sure that each
of them changes something.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

from ascend.architect.cost.sizes import Sizes
from ascend.domain import links as link
from ascend.domain.assets import commands as assets
from ascend.domain.assets.asset import AssetKind
from ascend.domain.comments import commands as comments
from ascend.domain.ids import POLICIES, AssetId, CommentId, Id, Ref, TaskId, ThingId, UserId
from ascend.domain.relations import commands as relations
from ascend.domain.role import Role
from ascend.domain.tasks import commands as tasks
from ascend.domain.tasks import dependencies as task_dependencies
from ascend.domain.tasks import next_occurrence as task_recurrence
from ascend.domain.tasks import stopping as task_stopping
from ascend.domain.tasks.task import Priority
from ascend.domain.things import commands as things
from ascend.domain.things.thing import ThingKind
from ascend.domain.workspaces import lifecycle as workspaces
from ascend.domain.workspaces import members
from ascend.domain.workspaces.command import Command

I = TypeVar("I", bound=Id)  # noqa: E741 - an Id
OWNER, GUEST, OTHER, LEAVER = (UserId(name) for name in ("owner", "guest", "other", "leaver"))
FILLER = "water the tomatoes in the greenhouse before the sun is up then look at the beans "
WEEKLY = "FREQ=WEEKLY"

SentCommand = tuple[Command, UserId]
"""A command, and the actor that sends it."""


def make_text(characters: int) -> str:
    """Return a text of so many characters, without a blank at the end."""
    text = (FILLER * (characters // len(FILLER) + 1))[:characters]
    return text[:-1] + "." if text.endswith(" ") else text


def make_other_text(characters: int) -> str:
    """Return a different text of the same length, or of one character where the length is zero."""
    return make_text(max(1, characters) - 1) + "!"


def make_tags(count: int, characters: int = 8) -> tuple[str, ...]:
    return tuple(f"{number:0{characters}d}" for number in range(count))


class TypicalWorkspace:
    """The commands that fill one workspace. Ids come from `new_id` in the order of use."""

    def __init__(self, sizes: Sizes, new_id: Callable[[], str]) -> None:
        self.sizes = sizes
        self.new_id = new_id
        self.people = [UserId(f"person-{number:04d}") for number in range(sizes.workspace.people - 2)]
        """The members, without the owner and without the one who leaves or comes later."""
        self.chain = [self.new(ThingId) for _ in range(sizes.thing.level)]
        """Things of which each is the parent of the next. The last but one is the parent of new Things."""
        self.second_parent = self.new(ThingId)
        """A sibling of that parent: a move from one to the other keeps the level."""
        self.linked_things = [self.new(ThingId) for _ in range(max(2, sizes.task.about))]
        self.other_tasks = [self.new(TaskId) for _ in range(sizes.task.blockers + 1)]

    def new(self, kind: type[I]) -> I:
        return kind(self.new_id())

    def set_up(self) -> Iterator[Command]:
        yield from (members.AddMember(user_id=user, name="Somebody else") for user in self.people)
        yield members.AddMember(user_id=LEAVER, name="Somebody")
        for parent, thing in zip([None, *self.chain], self.chain, strict=False):
            yield self.create_thing(thing, parent)
        yield self.create_thing(self.second_parent, [None, None, *self.chain][-3])
        yield from (self.create_thing(thing, self.parent) for thing in self.linked_things)
        yield from (self.create_task(task) for task in self.other_tasks)

    @property
    def parent(self) -> ThingId | None:
        """The parent of new Things, which puts them at the level of the sizes."""
        return self.chain[-2] if len(self.chain) > 1 else None

    def commands(self) -> Iterator[SentCommand]:
        yield from self.workspace_commands()
        for command in (
            *self.thing_commands(),
            *self.task_commands(),
            *self.asset_commands(),
            *self.relation_commands(),
            *self.comment_commands(),
        ):
            yield command, OWNER

    # Workspaces

    def create_workspace(self) -> Command:
        return workspaces.CreateWorkspace(name=make_text(self.sizes.workspace.name), owner_name="Somebody")

    def workspace_commands(self) -> Iterator[SentCommand]:
        yield members.InviteMember(user_id=GUEST), OWNER
        yield members.JoinWorkspace(name="Somebody"), GUEST
        yield members.ChangeRole(user_id=GUEST, role=Role.VIEWER), OWNER
        yield members.RemoveMember(user_id=GUEST), OWNER
        yield members.LeaveWorkspace(), LEAVER
        yield members.AddMember(user_id=OTHER, name="Somebody"), OWNER
        for answer, actor in ((members.WithdrawInvitation(user_id=GUEST), OWNER), (members.DeclineInvitation(), GUEST)):
            yield members.InviteMember(user_id=GUEST), OWNER
            yield answer, actor
        yield workspaces.RenameWorkspace(name=make_other_text(self.sizes.workspace.name)), OWNER
        yield workspaces.DescribeWorkspace(tags=make_tags(1)), OWNER
        yield workspaces.ArchiveWorkspace(), OWNER
        yield workspaces.RestoreWorkspace(), OWNER

    # Things

    def create_thing(self, thing: ThingId, parent: ThingId | None) -> Command:
        sizes = self.sizes.thing
        return things.CreateThing(
            thing_id=thing,
            kind=ThingKind.PHYSICAL,
            name=make_text(sizes.name),
            parent=parent,
            description=make_text(sizes.description),
            tags=make_tags(sizes.tags),
        )

    def thing_commands(self) -> Iterator[Command]:
        sizes, thing = self.sizes.thing, self.new(ThingId)
        yield self.create_thing(thing, self.parent)
        for _ in range(sizes.below):
            yield self.create_thing(self.new(ThingId), thing)
        yield things.RenameThing(thing_id=thing, name=make_other_text(sizes.name))
        yield things.DescribeThing(
            thing_id=thing, description=make_other_text(sizes.description), tags=make_tags(sizes.tags)
        )
        yield things.ArchiveThing(thing_id=thing)
        yield things.RestoreThing(thing_id=thing)
        yield things.MoveThing(thing_id=thing, parent=self.second_parent)
        yield things.DeleteThing(thing_id=thing, children=things.Children.CASCADE)

    # Tasks

    @property
    def everybody(self) -> list[UserId]:
        return [OWNER, *self.people]

    def create_task(self, task: TaskId) -> Command:
        sizes = self.sizes.task
        return tasks.CreateTask(
            task_id=task,
            title=make_text(sizes.title),
            description=make_text(sizes.description),
            about=tuple(self.linked_things[: sizes.about]),
            tags=make_tags(sizes.tags),
        )

    def task_commands(self) -> Iterator[Command]:
        """Assign the Task before it is scheduled, so that the change of the due date moves the lines of the assignees."""
        sizes, task = self.sizes.task, self.new(TaskId)
        yield self.create_task(task)
        yield tasks.AssignTask(task_id=task, users=tuple(self.everybody[: sizes.assignees]))
        yield tasks.ScheduleTask(task_id=task, due=date(2030, 1, 31))
        yield tasks.PrioritiseTask(task_id=task, priority=Priority.HIGH)
        yield tasks.EditTask(task_id=task, description=make_other_text(sizes.description))
        yield tasks.UnassignTask(task_id=task, users=(OWNER,))
        yield tasks.AssignTask(task_id=task, users=(OWNER,))
        yield tasks.StartTask(task_id=task)
        yield task_stopping.StopTask(task_id=task)
        yield tasks.CompleteTask(task_id=task)
        yield tasks.ReopenTask(task_id=task)
        yield task_dependencies.BlockTask(task_id=task, blockers=tuple(self.other_tasks[: sizes.blockers]))
        yield task_dependencies.UnblockTask(task_id=task, blockers=(self.other_tasks[0],))
        yield tasks.CancelTask(task_id=task)
        yield tasks.DeleteTask(task_id=task)

    def policy_commands(self) -> Iterator[SentCommand]:
        """The commands that policies send, with what they react to. Run them on a store without policies."""
        task, users = self.new(TaskId), tuple(self.everybody[: self.sizes.task.assignees])
        yield self.create_task(task), OWNER
        yield tasks.AssignTask(task_id=task, users=users), OWNER
        yield tasks.ScheduleTask(task_id=task, due=date(2030, 1, 31), recurrence=WEEKLY), OWNER
        yield tasks.CompleteTask(task_id=task), OWNER
        yield task_recurrence.OpenNextOccurrence(task_id=task), POLICIES
        open_task = self.new(TaskId)
        yield self.create_task(open_task), OWNER
        yield tasks.AssignTask(task_id=open_task, users=(OTHER,)), OWNER
        yield members.RemoveMember(user_id=OTHER), OWNER
        yield tasks.ReleaseTask(task_id=open_task), POLICIES

    # Assets, Relations, Comments

    def asset_commands(self) -> Iterator[Command]:
        sizes, asset = self.sizes.asset, self.new(AssetId)
        target = Ref("thing", self.linked_things[0])
        yield assets.CreateAsset(
            asset_id=asset,
            kind=AssetKind.DOCUMENT,
            name=make_text(sizes.name),
            description=make_text(sizes.description),
            uri="https://example.org/".ljust(sizes.uri, "x"),
            tags=make_tags(sizes.tags),
        )
        yield assets.EditAsset(asset_id=asset, media_type="application/pdf")
        yield link.LinkAsset(asset_id=asset, to=target)
        yield link.UnlinkAsset(asset_id=asset, to=target)
        yield assets.RetireAsset(asset_id=asset)

    def relation_commands(self) -> Iterator[Command]:
        sizes = self.sizes.relation
        source, target, type = (
            Ref("thing", self.linked_things[0]),
            Ref("thing", self.linked_things[1]),
            make_text(sizes.type),
        )
        tags = make_tags(sizes.tags)
        yield relations.AddRelation(source=source, type=type, target=target, tags=tags)
        yield relations.EditRelation(source=source, type=type, target=target, inverse="the other way", tags=tags)
        yield relations.RemoveRelation(source=source, type=type, target=target)

    def comment_commands(self) -> Iterator[Command]:
        sizes, comment = self.sizes.comment, self.new(CommentId)
        mentions = tuple(self.people[: sizes.mentions])
        text = make_text(sizes.text)
        yield comments.PostComment(comment_id=comment, task_id=self.other_tasks[0], text=text, mentions=mentions)
        yield comments.EditComment(comment_id=comment, text=make_other_text(sizes.text), mentions=mentions)
        yield comments.DeleteComment(comment_id=comment)
