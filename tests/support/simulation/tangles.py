"""What people do with what hangs together: Assets, links, Relations, dependencies, subtasks, mentions, tags."""

import random
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import ascend
from ascend.domain.assets.asset import Asset
from ascend.domain.ids import Id
from ascend.domain.tasks.task import Task
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.view import Entity

I = TypeVar("I", bound=Id)  # noqa: E741  an Id
S = TypeVar("S", bound=Entity)
TAGS = ("red", "re#d", "50 %", "blue")
TYPES = ("contains", "part#1", "closes")


class Life(Protocol):
    """What is needed of a `History`."""

    rng: random.Random

    def new(self, kind: type[I]) -> I: ...

    def entities(self, kind: type[S]) -> list[S]: ...


def something_tangled(life: Life, people: Sequence[ascend.UserId]) -> ascend.Command:
    deeds: tuple[Callable[[Life], ascend.Command], ...] = (
        about_an_asset,
        about_a_link,
        about_a_relation,
        about_a_relation,
        about_tasks,
    )
    tasks = life.entities(Task)
    if not tasks or not life.entities(Thing) or not life.entities(Asset):
        return an_asset(life)
    if life.rng.random() < 0.15:
        return a_comment(life, people)
    return life.rng.choice(deeds)(life)


def a_comment(life: Life, people: Sequence[ascend.UserId]) -> ascend.Command:
    """On a task, a Thing or an Asset, naming somebody."""
    on = life.rng.randrange(3)
    return ascend.PostComment(
        comment_id=life.new(ascend.CommentId),
        task_id=life.rng.choice(life.entities(Task)).id if on == 0 else None,
        thing_id=life.rng.choice(life.entities(Thing)).id if on == 1 else None,
        asset_id=life.rng.choice(life.entities(Asset)).id if on == 2 else None,
        text=f"Look, {life.rng.random()}",
        mentions=tuple(life.rng.sample(list(people), life.rng.randint(1, 2))),
        tags=tags(life),
    )


def tags(life: Life) -> tuple[str, ...]:
    return tuple(life.rng.sample(TAGS, life.rng.randint(0, 2)))


def an_asset(life: Life) -> ascend.Command:
    name, kind = f"Asset {life.rng.random()}", ascend.AssetKind.FILE
    return ascend.CreateAsset(asset_id=life.new(ascend.AssetId), kind=kind, name=name, tags=tags(life))


def about_an_asset(life: Life) -> ascend.Command:
    asset = life.rng.choice(life.entities(Asset)).id
    return life.rng.choice(
        (
            an_asset(life),
            ascend.EditAsset(asset_id=asset, tags=tags(life)),
            ascend.EditAsset(asset_id=asset, name=f"Renamed {life.rng.random()}"),
            ascend.RetireAsset(asset_id=asset) if life.rng.random() < 0.2 else an_asset(life),
        )
    )


def an_end(life: Life) -> ascend.Ref:
    """A Thing or a Task; few of them, so that the same ends meet again."""
    task, thing = life.rng.choice(life.entities(Task)[:12]), life.rng.choice(life.entities(Thing)[:12])
    return life.rng.choice((ascend.Ref("task", task.id), ascend.Ref("thing", thing.id)))


def about_a_link(life: Life) -> ascend.Command:
    asset, to = life.rng.choice(life.entities(Asset)[:6]).id, an_end(life)
    return life.rng.choice((ascend.LinkAsset, ascend.LinkAsset, ascend.UnlinkAsset))(asset_id=asset, to=to)


def about_a_relation(life: Life) -> ascend.Command:
    source, type, target = an_end(life), life.rng.choice(TYPES), an_end(life)
    return life.rng.choice(
        (
            ascend.AddRelation(source=source, type=type, target=target, inverse="back", tags=tags(life)),
            ascend.AddRelation(source=source, type=type, target=target, inverse="back"),
            ascend.AddRelation(source=source, type=type, target=target),
            ascend.EditRelation(source=source, type=type, target=target, tags=tags(life)),
            ascend.RemoveRelation(source=source, type=type, target=target),
        )
    )


def about_tasks(life: Life) -> ascend.Command:
    one, other = (life.rng.choice(life.entities(Task)[:12]).id for _ in range(2))
    return life.rng.choice(
        (
            ascend.CreateTask(task_id=life.new(ascend.TaskId), title="A part", parent=one, tags=tags(life)),
            ascend.BlockTask(task_id=one, blockers=(other,)),
            ascend.BlockTask(task_id=one, blockers=(other,)),
            ascend.UnblockTask(task_id=one, blockers=(other,)),
        )
    )
