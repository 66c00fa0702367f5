"""A mixed workload: many lives of entities at once, their commands interleaved, with texts about as long as sizes say."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice

import ascend
from ascend import Ref
from ascend.architect.cost.typical_workspace import ActedCommand, make_other_text, make_tags, make_text
from ascend.architect.cost.workload import Sizes
from ascend.domain.role import Role
from ascend.domain.things.commands import Children

OWNER = ascend.UserId("owner")
APART = 10
"""Commands between two of the workspace: more than a batch."""
Life = Iterator[ascend.Command]


class Mixed:
    """The same at every run. No two commands near each other are about the same entity: nothing coalesces."""

    def __init__(self, sizes: Sizes, environment: ascend.Environment, lives: int) -> None:
        self.sizes, self.environment, self.lives = sizes, environment, lives
        self.dice = random.Random(7)
        self.people = [OWNER, *(ascend.UserId(f"person-{number:04d}") for number in range(sizes.workspace.people - 1))]
        self.top = ascend.ThingId(environment.new_id())
        self.places, self.full, self.new, self.going = (
            [ascend.ThingId(environment.new_id()) for _ in range(lives)] for _ in range(4)
        )
        """In the top; in these, one each, with others in it; beside that, what is made in a life, and what is deleted."""
        self.tasks, self.assigned = ([ascend.TaskId(environment.new_id()) for _ in range(lives)] for _ in range(2))

    def about(self, characters: int) -> int:
        """A fifth longer or shorter."""
        return max(1, round(characters * self.dice.uniform(0.8, 1.2)))

    def stage(self) -> Life:
        yield ascend.CreateWorkspace(name=make_text(self.sizes.workspace.name), owner_name="Somebody")
        yield from (ascend.AddMember(user_id=user, name="Somebody else") for user in self.people[1:])
        yield self.thing(self.top, None)
        for place, full in zip(self.places, self.full, strict=True):
            yield self.thing(place, self.top)
            yield from self.with_others(full, place)
        for going, place in zip(self.going, self.places, strict=True):
            yield from self.with_others(going, place)
        yield from (self.task(task) for task in (*self.tasks, *self.assigned))
        for task in self.assigned:
            yield ascend.AssignTask(task_id=task, users=tuple(self.people[: self.sizes.task.assignees]))
            yield ascend.ScheduleTask(task_id=task, due=date(2030, 1, 31))

    def commands(self) -> Iterator[ActedCommand]:
        """Each kind's lives by turns, one step of each at a time; the workspace's between them, far from each other."""
        of_workspace, since = self.of_workspace(), 0
        for kind in (self.of_thing, self.of_task, self.of_asset, self.of_relation, self.of_comment):
            for command in by_turns([kind(number) for number in range(self.lives)]):
                yield command, OWNER
                since += 1
                if since % APART == 0:
                    yield from islice(of_workspace, 1)
        assert next(of_workspace, None) is None, "a step of the workspace is left"

    def of_workspace(self) -> Iterator[ActedCommand]:
        """There are as many members at the end as at the beginning."""
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

    def with_others(self, thing: ascend.ThingId, parent: ascend.ThingId) -> Life:
        """As many below it as the sizes say."""
        yield self.thing(thing, parent)
        for _ in range(self.sizes.thing.below):
            yield self.thing(ascend.ThingId(self.environment.new_id()), thing)

    def thing(self, thing: ascend.ThingId, parent: ascend.ThingId | None) -> ascend.Command:
        sizes = self.sizes.thing
        return ascend.CreateThing(
            thing_id=thing,
            name=make_text(self.about(sizes.name)),
            description=make_text(self.about(sizes.description)),
            parent=parent,
            tags=make_tags(sizes.tags),
        )

    def of_thing(self, number: int) -> Life:
        sizes, thing = self.sizes.thing, self.new[number]
        yield self.thing(thing, self.places[number])
        yield ascend.RenameThing(thing_id=thing, name=make_other_text(self.about(sizes.name)))
        yield ascend.DescribeThing(thing_id=thing, description=make_other_text(self.about(sizes.description)))
        yield ascend.ArchiveThing(thing_id=thing)
        yield ascend.RestoreThing(thing_id=thing)
        yield ascend.MoveThing(thing_id=self.full[number], parent=self.places[number - 1])
        yield ascend.DeleteThing(thing_id=self.going[number], children=Children.CASCADE)

    def task(self, task: ascend.TaskId) -> ascend.Command:
        sizes = self.sizes.task
        return ascend.CreateTask(
            task_id=task,
            title=make_text(self.about(sizes.title)),
            description=make_text(self.about(sizes.description)),
            about=(self.dice.choice(self.full),),
            tags=make_tags(sizes.tags),
        )

    def of_task(self, number: int) -> Life:
        sizes, task = self.sizes.task, ascend.TaskId(self.environment.new_id())
        users = tuple(self.dice.sample(self.people, sizes.assignees))
        yield self.task(task)
        yield ascend.AssignTask(task_id=task, users=users)
        yield ascend.ScheduleTask(task_id=task, due=date(2030, 1, 1) + timedelta(days=number))
        yield ascend.PrioritiseTask(task_id=task, priority=ascend.Priority.URGENT)
        yield ascend.EditTask(task_id=task, description=make_other_text(self.about(sizes.description)))
        yield ascend.StartTask(task_id=task)
        yield ascend.CompleteTask(task_id=task)
        yield ascend.ReopenTask(task_id=task)
        yield ascend.BlockTask(task_id=task, blockers=(self.tasks[number],))
        yield ascend.UnblockTask(task_id=task, blockers=(self.tasks[number],))
        yield ascend.UnassignTask(task_id=self.assigned[number], users=(OWNER,))
        yield ascend.CancelTask(task_id=task)
        yield ascend.DeleteTask(task_id=task)

    def of_asset(self, number: int) -> Life:
        sizes, asset = self.sizes.asset, ascend.AssetId(self.environment.new_id())
        uri = "https://example.org/".ljust(self.about(sizes.uri), "x")
        name = make_text(self.about(sizes.name))
        yield ascend.CreateAsset(asset_id=asset, kind=ascend.AssetKind.FILE, name=name, uri=uri)
        yield ascend.EditAsset(asset_id=asset, media_type="image/jpeg")
        yield ascend.LinkAsset(asset_id=asset, to=Ref("thing", self.full[number]))
        yield ascend.UnlinkAsset(asset_id=asset, to=Ref("thing", self.full[number]))
        yield ascend.RetireAsset(asset_id=asset)

    def of_relation(self, number: int) -> Life:
        """Between two Things beside each other: the first was moved there."""
        source, target = Ref("thing", self.full[number]), Ref("thing", self.new[number - 1])
        type = make_text(self.about(self.sizes.relation.type))
        yield ascend.AddRelation(source=source, type=type, target=target)
        yield ascend.EditRelation(source=source, type=type, target=target, inverse="backwards")
        yield ascend.RemoveRelation(source=source, type=type, target=target)

    def of_comment(self, number: int) -> Life:
        sizes, comment = self.sizes.comment, ascend.CommentId(self.environment.new_id())
        named = tuple(self.dice.sample(self.people, sizes.mentions))
        task, text = self.tasks[number], make_text(self.about(sizes.text))
        yield ascend.PostComment(comment_id=comment, task_id=task, text=text, mentions=named)
        yield ascend.EditComment(comment_id=comment, text=make_other_text(self.about(sizes.text)), mentions=named)
        yield ascend.DeleteComment(comment_id=comment)


def by_turns(lives: Iterable[Life]) -> Life:
    waiting = list(lives)
    while waiting:
        for life in list(waiting):
            if (command := next(life, None)) is None:
                waiting.remove(life)
            else:
                yield command
