"""A mixed workload: the lives of many entities with their commands interleaved; texts are about as long as the sizes say."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

import ascend
from ascend import Ref
from ascend.architect.cost.sizes import Sizes
from ascend.architect.cost.typical_workspace import SentCommand, make_other_text, make_tags, make_text
from ascend.domain.role import Role
from ascend.domain.things.commands import Children

OWNER = ascend.UserId("owner")
APART = 10
"""Commands between two commands on the workspace: more than a batch."""
Life = Iterator[ascend.Command]


class MixedWorkload:
    """Commands that are the same at every run. Neighbours are on different entities, so that a batch coalesces nothing."""

    def __init__(self, sizes: Sizes, environment: ascend.Environment, lives: int) -> None:
        self.sizes, self.environment, self.lives = sizes, environment, lives
        self.random = random.Random(7)
        self.people = [OWNER, *(ascend.UserId(f"person-{number:04d}") for number in range(sizes.workspace.people - 1))]
        self.top = ascend.ThingId(environment.new_id())
        self.parents, self.subtrees, self.created, self.doomed = (
            [ascend.ThingId(environment.new_id()) for _ in range(lives)] for _ in range(4)
        )
        """Each parent is in `top` and holds one subtree to move, one Thing that a life creates, and one that it deletes."""
        self.tasks, self.assigned = ([ascend.TaskId(environment.new_id()) for _ in range(lives)] for _ in range(2))

    def vary(self, characters: int) -> int:
        """Return a length that is up to a fifth longer or shorter."""
        return max(1, round(characters * self.random.uniform(0.8, 1.2)))

    def set_up(self) -> Life:
        yield ascend.CreateWorkspace(name=make_text(self.sizes.workspace.name), owner_name="Somebody")
        yield from (ascend.AddMember(user_id=user, name="Somebody else") for user in self.people[1:])
        yield self.create_thing(self.top, None)
        for parent, subtree in zip(self.parents, self.subtrees, strict=True):
            yield self.create_thing(parent, self.top)
            yield from self.create_subtree(subtree, parent)
        for doomed, parent in zip(self.doomed, self.parents, strict=True):
            yield from self.create_subtree(doomed, parent)
        yield from (self.create_task(task) for task in (*self.tasks, *self.assigned))
        for task in self.assigned:
            yield ascend.AssignTask(task_id=task, users=tuple(self.people[: self.sizes.task.assignees]))
            yield ascend.ScheduleTask(task_id=task, due=date(2030, 1, 31))

    def commands(self) -> Iterator[SentCommand]:
        """Yield the lives of each kind by turns, one command each; the workspace's commands come far apart in between."""
        changes, sent = self.change_workspace(), 0
        for live in (self.live_thing, self.live_task, self.live_asset, self.live_relation, self.live_comment):
            for command in take_turns([live(number) for number in range(self.lives)]):
                yield command, OWNER
                sent += 1
                if sent % APART == 0:
                    yield from islice(changes, 1)
        assert next(changes, None) is None, "a command on the workspace remains"

    def change_workspace(self) -> Iterator[SentCommand]:
        """Yield changes after which the workspace has as many members as before."""
        guest, other, third = (ascend.UserId(name) for name in ("a-guest-001", "another-002", "thirdly-003"))
        yield ascend.InviteMember(user_id=guest), OWNER
        yield ascend.JoinWorkspace(name="Somebody else"), guest
        yield ascend.ChangeRole(user_id=guest, role=Role.VIEWER), OWNER
        yield ascend.LeaveWorkspace(), guest
        yield ascend.AddMember(user_id=other, name="Somebody else"), OWNER
        yield ascend.RemoveMember(user_id=other), OWNER
        yield ascend.InviteMember(user_id=third), OWNER
        yield ascend.DeclineInvitation(), third
        yield ascend.InviteMember(user_id=third), OWNER
        yield ascend.WithdrawInvitation(user_id=third), OWNER
        yield ascend.RenameWorkspace(name=make_other_text(self.sizes.workspace.name)), OWNER
        yield ascend.DescribeWorkspace(tags=make_tags(1)), OWNER

    def create_subtree(self, thing: ascend.ThingId, parent: ascend.ThingId) -> Life:
        """Create a Thing with as many Things below it as the sizes say."""
        yield self.create_thing(thing, parent)
        for _ in range(self.sizes.thing.below):
            yield self.create_thing(ascend.ThingId(self.environment.new_id()), thing)

    def create_thing(self, thing: ascend.ThingId, parent: ascend.ThingId | None) -> ascend.Command:
        sizes = self.sizes.thing
        return ascend.CreateThing(
            thing_id=thing,
            name=make_text(self.vary(sizes.name)),
            description=make_text(self.vary(sizes.description)),
            parent=parent,
            tags=make_tags(sizes.tags),
        )

    def live_thing(self, number: int) -> Life:
        sizes, thing = self.sizes.thing, self.created[number]
        yield self.create_thing(thing, self.parents[number])
        yield ascend.RenameThing(thing_id=thing, name=make_other_text(self.vary(sizes.name)))
        yield ascend.DescribeThing(thing_id=thing, description=make_other_text(self.vary(sizes.description)))
        yield ascend.ArchiveThing(thing_id=thing)
        yield ascend.RestoreThing(thing_id=thing)
        yield ascend.MoveThing(thing_id=self.subtrees[number], parent=self.parents[number - 1])
        yield ascend.DeleteThing(thing_id=self.doomed[number], children=Children.CASCADE)

    def create_task(self, task: ascend.TaskId) -> ascend.Command:
        sizes = self.sizes.task
        return ascend.CreateTask(
            task_id=task,
            title=make_text(self.vary(sizes.title)),
            description=make_text(self.vary(sizes.description)),
            about=(self.random.choice(self.subtrees),),
            tags=make_tags(sizes.tags),
        )

    def live_task(self, number: int) -> Life:
        sizes, task = self.sizes.task, ascend.TaskId(self.environment.new_id())
        users = tuple(self.random.sample(self.people, sizes.assignees))
        yield self.create_task(task)
        yield ascend.AssignTask(task_id=task, users=users)
        yield ascend.ScheduleTask(task_id=task, due=date(2030, 1, 1) + timedelta(days=number))
        yield ascend.PrioritiseTask(task_id=task, priority=ascend.Priority.URGENT)
        yield ascend.EditTask(task_id=task, description=make_other_text(self.vary(sizes.description)))
        yield ascend.StartTask(task_id=task)
        yield ascend.StopTask(task_id=task)
        yield ascend.CompleteTask(task_id=task)
        yield ascend.ReopenTask(task_id=task)
        yield ascend.BlockTask(task_id=task, blockers=(self.tasks[number],))
        yield ascend.UnblockTask(task_id=task, blockers=(self.tasks[number],))
        yield ascend.UnassignTask(task_id=self.assigned[number], users=(OWNER,))
        yield ascend.CancelTask(task_id=task)
        yield ascend.DeleteTask(task_id=task)

    def live_asset(self, number: int) -> Life:
        sizes, asset = self.sizes.asset, ascend.AssetId(self.environment.new_id())
        uri = "https://example.org/".ljust(self.vary(sizes.uri), "x")
        name = make_text(self.vary(sizes.name))
        yield ascend.CreateAsset(asset_id=asset, kind=ascend.AssetKind.FILE, name=name, uri=uri)
        yield ascend.EditAsset(asset_id=asset, media_type="image/jpeg")
        yield ascend.LinkAsset(asset_id=asset, to=Ref("thing", self.subtrees[number]))
        yield ascend.UnlinkAsset(asset_id=asset, to=Ref("thing", self.subtrees[number]))
        yield ascend.RetireAsset(asset_id=asset)

    def live_relation(self, number: int) -> Life:
        """Relate two siblings: the first was moved beside the second."""
        source, target = Ref("thing", self.subtrees[number]), Ref("thing", self.created[number - 1])
        type = make_text(self.vary(self.sizes.relation.type))
        yield ascend.AddRelation(source=source, type=type, target=target)
        yield ascend.EditRelation(source=source, type=type, target=target, inverse="backwards")
        yield ascend.RemoveRelation(source=source, type=type, target=target)

    def live_comment(self, number: int) -> Life:
        sizes, comment = self.sizes.comment, ascend.CommentId(self.environment.new_id())
        mentions = tuple(self.random.sample(self.people, sizes.mentions))
        task, text = self.tasks[number], make_text(self.vary(sizes.text))
        yield ascend.PostComment(comment_id=comment, task_id=task, text=text, mentions=mentions)
        yield ascend.EditComment(comment_id=comment, text=make_other_text(self.vary(sizes.text)), mentions=mentions)
        yield ascend.DeleteComment(comment_id=comment)


def take_turns(lives: Iterable[Life]) -> Life:
    """Yield one command of each life in turn until all lives end."""
    waiting = list(lives)
    while waiting:
        for life in list(waiting):
            if (command := next(life, None)) is None:
                waiting.remove(life)
            else:
                yield command
