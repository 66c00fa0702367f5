"""A typical workspace in which every command is done once, with texts and numbers as a workload's sizes say.

`before` sets the stage; `deeds` and `reactions` are what is counted, in an order in which each of them changes something.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

from ascend.architect.cost.workload import Sizes
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
from ascend.domain.tasks.task import Priority
from ascend.domain.things import commands as things
from ascend.domain.things.thing import ThingKind
from ascend.domain.workspaces import lifecycle as workspaces
from ascend.domain.workspaces import members
from ascend.domain.workspaces.command import Command

I = TypeVar("I", bound=Id)  # noqa: E741 - an Id
OWNER, GUEST, OTHER, LEAVER = (UserId(name) for name in ("owner", "guest", "other", "leaver"))
WORDS = "water the tomatoes in the greenhouse before the sun is up then look at the beans "
WEEKLY = "FREQ=WEEKLY"

Deed = tuple[Command, UserId]


def words(characters: int) -> str:
    """So many, without a blank at the end."""
    text = (WORDS * (characters // len(WORDS) + 1))[:characters]
    return text[:-1] + "." if text.endswith(" ") else text


def changed(characters: int) -> str:
    """Another text, as long (or of one character, where there was none)."""
    return words(max(1, characters) - 1) + "!"


def several(count: int, characters: int = 8) -> tuple[str, ...]:
    return tuple(f"{number:0{characters}d}" for number in range(count))


class Deeds:
    def __init__(self, sizes: Sizes, new_id: Callable[[], str]) -> None:
        self.sizes = sizes
        self.new_id = new_id
        self.people = [UserId(f"person-{number:04d}") for number in range(sizes.workspace.people - 2)]
        """Beside the owner, and one more who leaves, or comes later."""
        self.chain = [self.new(ThingId) for _ in range(sizes.thing.level)]
        """Of Things, each in the one before: the last but one is where Things are made."""
        self.aside = self.new(ThingId)
        """Beside that one: to move from one to the other keeps the level."""
        self.abouts = [self.new(ThingId) for _ in range(max(2, sizes.task.about))]
        self.others = [self.new(TaskId) for _ in range(sizes.task.blockers + 1)]

    def new(self, kind: type[I]) -> I:
        return kind(self.new_id())

    def before(self) -> Iterator[Command]:
        yield from (members.AddMember(user_id=user, name="Somebody else") for user in self.people)
        yield members.AddMember(user_id=LEAVER, name="Somebody")
        for above, thing in zip([None, *self.chain], self.chain, strict=False):
            yield self.thing(thing, above)
        yield self.thing(self.aside, [None, None, *self.chain][-3])
        yield from (self.thing(thing, self.above) for thing in self.abouts)
        yield from (self.task(task) for task in self.others)

    @property
    def above(self) -> ThingId | None:
        """In what Things are made, so that they stand at the level of the sizes."""
        return self.chain[-2] if len(self.chain) > 1 else None

    def deeds(self) -> Iterator[Deed]:
        yield from self.of_workspace()
        for command in (
            *self.of_things(),
            *self.of_tasks(),
            *self.of_assets(),
            *self.of_relations(),
            *self.of_comments(),
        ):
            yield command, OWNER

    # Workspaces

    def created(self) -> Command:
        return workspaces.CreateWorkspace(name=words(self.sizes.workspace.name), owner_name="Somebody")

    def of_workspace(self) -> Iterator[Deed]:
        yield members.InviteMember(user_id=GUEST), OWNER
        yield members.JoinWorkspace(name="Somebody"), GUEST
        yield members.ChangeRole(user_id=GUEST, role=Role.VIEWER), OWNER
        yield members.RemoveMember(user_id=GUEST), OWNER
        yield members.LeaveWorkspace(), LEAVER
        yield members.AddMember(user_id=OTHER, name="Somebody"), OWNER
        for answer, actor in ((members.WithdrawInvitation(user_id=GUEST), OWNER), (members.DeclineInvitation(), GUEST)):
            yield members.InviteMember(user_id=GUEST), OWNER
            yield answer, actor
        yield workspaces.RenameWorkspace(name=changed(self.sizes.workspace.name)), OWNER
        yield workspaces.DescribeWorkspace(tags=several(1)), OWNER
        yield workspaces.ArchiveWorkspace(), OWNER
        yield workspaces.RestoreWorkspace(), OWNER

    # Things

    def thing(self, thing: ThingId, parent: ThingId | None) -> Command:
        sizes = self.sizes.thing
        return things.CreateThing(
            thing_id=thing,
            kind=ThingKind.PHYSICAL,
            name=words(sizes.name),
            parent=parent,
            description=words(sizes.description),
            tags=several(sizes.tags),
        )

    def of_things(self) -> Iterator[Command]:
        sizes, thing = self.sizes.thing, self.new(ThingId)
        yield self.thing(thing, self.above)
        for _ in range(sizes.below):
            yield self.thing(self.new(ThingId), thing)
        yield things.RenameThing(thing_id=thing, name=changed(sizes.name))
        yield things.DescribeThing(thing_id=thing, description=changed(sizes.description), tags=several(sizes.tags))
        yield things.ArchiveThing(thing_id=thing)
        yield things.RestoreThing(thing_id=thing)
        yield things.MoveThing(thing_id=thing, parent=self.aside)
        yield things.DeleteThing(thing_id=thing, children=things.Children.CASCADE)

    # Tasks

    @property
    def everybody(self) -> list[UserId]:
        return [OWNER, *self.people]

    def task(self, task: TaskId) -> Command:
        sizes = self.sizes.task
        return tasks.CreateTask(
            task_id=task,
            title=words(sizes.title),
            description=words(sizes.description),
            about=tuple(self.abouts[: sizes.about]),
            tags=several(sizes.tags),
        )

    def of_tasks(self) -> Iterator[Command]:
        """Assigned before it is scheduled: a change of the due date moves the lines of its assignees."""
        sizes, task = self.sizes.task, self.new(TaskId)
        yield self.task(task)
        yield tasks.AssignTask(task_id=task, users=tuple(self.everybody[: sizes.assignees]))
        yield tasks.ScheduleTask(task_id=task, due=date(2030, 1, 31))
        yield tasks.PrioritiseTask(task_id=task, priority=Priority.HIGH)
        yield tasks.EditTask(task_id=task, description=changed(sizes.description))
        yield tasks.UnassignTask(task_id=task, users=(OWNER,))
        yield tasks.AssignTask(task_id=task, users=(OWNER,))
        yield tasks.StartTask(task_id=task)
        yield tasks.CompleteTask(task_id=task)
        yield tasks.ReopenTask(task_id=task)
        yield task_dependencies.BlockTask(task_id=task, blockers=tuple(self.others[: sizes.blockers]))
        yield task_dependencies.UnblockTask(task_id=task, blockers=(self.others[0],))
        yield tasks.CancelTask(task_id=task)
        yield tasks.DeleteTask(task_id=task)

    def reactions(self) -> Iterator[Deed]:
        """What policies send, sent here by hand: for a time when no policy runs."""
        task, users = self.new(TaskId), tuple(self.everybody[: self.sizes.task.assignees])
        yield self.task(task), OWNER
        yield tasks.AssignTask(task_id=task, users=users), OWNER
        yield tasks.ScheduleTask(task_id=task, due=date(2030, 1, 31), recurrence=WEEKLY), OWNER
        yield tasks.CompleteTask(task_id=task), OWNER
        yield task_recurrence.OpenNextOccurrence(task_id=task), POLICIES
        open_task = self.new(TaskId)
        yield self.task(open_task), OWNER
        yield tasks.AssignTask(task_id=open_task, users=(OTHER,)), OWNER
        yield members.RemoveMember(user_id=OTHER), OWNER
        yield tasks.ReleaseTask(task_id=open_task), POLICIES

    # Assets, Relations, Comments

    def of_assets(self) -> Iterator[Command]:
        sizes, asset = self.sizes.asset, self.new(AssetId)
        there = Ref("thing", self.abouts[0])
        yield assets.CreateAsset(
            asset_id=asset,
            kind=AssetKind.DOCUMENT,
            name=words(sizes.name),
            description=words(sizes.description),
            uri="https://example.org/".ljust(sizes.uri, "x"),
            tags=several(sizes.tags),
        )
        yield assets.EditAsset(asset_id=asset, media_type="application/pdf")
        yield link.LinkAsset(asset_id=asset, to=there)
        yield link.UnlinkAsset(asset_id=asset, to=there)
        yield assets.RetireAsset(asset_id=asset)

    def of_relations(self) -> Iterator[Command]:
        sizes = self.sizes.relation
        source, target, type = Ref("thing", self.abouts[0]), Ref("thing", self.abouts[1]), words(sizes.type)
        tags = several(sizes.tags)
        yield relations.AddRelation(source=source, type=type, target=target, tags=tags)
        yield relations.EditRelation(source=source, type=type, target=target, inverse="the other way", tags=tags)
        yield relations.RemoveRelation(source=source, type=type, target=target)

    def of_comments(self) -> Iterator[Command]:
        sizes, comment = self.sizes.comment, self.new(CommentId)
        named = tuple(self.people[: sizes.mentions])
        text = words(sizes.text)
        yield comments.PostComment(comment_id=comment, task_id=self.others[0], text=text, mentions=named)
        yield comments.EditComment(comment_id=comment, text=changed(sizes.text), mentions=named)
        yield comments.DeleteComment(comment_id=comment)
