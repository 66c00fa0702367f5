"""Random commands about linked entities: Assets, links, Relations, dependencies, subtasks, mentions, tags."""

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
    """The part of a `History` that these commands need."""

    rng: random.Random

    def new(self, kind: type[I]) -> I: ...

    def entities(self, kind: type[S]) -> list[S]: ...


def choose_linked_command(life: Life, people: Sequence[ascend.UserId]) -> ascend.Command:
    choices: tuple[Callable[[Life], ascend.Command], ...] = (
        change_asset,
        change_link,
        change_relation,
        change_relation,
        change_tasks,
    )
    tasks = life.entities(Task)
    if not tasks or not life.entities(Thing) or not life.entities(Asset):
        return create_asset(life)
    if life.rng.random() < 0.15:
        return post_comment(life, people)
    return life.rng.choice(choices)(life)


def post_comment(life: Life, people: Sequence[ascend.UserId]) -> ascend.Command:
    """Comment on a Task, a Thing or an Asset, with mentions."""
    on = life.rng.randrange(3)
    return ascend.PostComment(
        comment_id=life.new(ascend.CommentId),
        task_id=life.rng.choice(life.entities(Task)).id if on == 0 else None,
        thing_id=life.rng.choice(life.entities(Thing)).id if on == 1 else None,
        asset_id=life.rng.choice(life.entities(Asset)).id if on == 2 else None,
        text=f"Look, {life.rng.random()}",
        mentions=tuple(life.rng.sample(list(people), life.rng.randint(1, 2))),
        tags=choose_tags(life),
    )


def choose_tags(life: Life) -> tuple[str, ...]:
    return tuple(life.rng.sample(TAGS, life.rng.randint(0, 2)))


def create_asset(life: Life) -> ascend.Command:
    name, kind = f"Asset {life.rng.random()}", ascend.AssetKind.FILE
    return ascend.CreateAsset(asset_id=life.new(ascend.AssetId), kind=kind, name=name, tags=choose_tags(life))


def change_asset(life: Life) -> ascend.Command:
    asset = life.rng.choice(life.entities(Asset)).id
    return life.rng.choice(
        (
            create_asset(life),
            ascend.EditAsset(asset_id=asset, tags=choose_tags(life)),
            ascend.EditAsset(asset_id=asset, name=f"Renamed {life.rng.random()}"),
            ascend.RetireAsset(asset_id=asset) if life.rng.random() < 0.2 else create_asset(life),
        )
    )


def choose_end(life: Life) -> ascend.Ref:
    """Choose one of few Things or Tasks, so that the same ends come again."""
    task, thing = life.rng.choice(life.entities(Task)[:12]), life.rng.choice(life.entities(Thing)[:12])
    return life.rng.choice((ascend.Ref("task", task.id), ascend.Ref("thing", thing.id)))


def change_link(life: Life) -> ascend.Command:
    asset, to = life.rng.choice(life.entities(Asset)[:6]).id, choose_end(life)
    return life.rng.choice((ascend.LinkAsset, ascend.LinkAsset, ascend.UnlinkAsset))(asset_id=asset, to=to)


def change_relation(life: Life) -> ascend.Command:
    source, type, target = choose_end(life), life.rng.choice(TYPES), choose_end(life)
    return life.rng.choice(
        (
            ascend.AddRelation(source=source, type=type, target=target, inverse="back", tags=choose_tags(life)),
            ascend.AddRelation(source=source, type=type, target=target, inverse="back"),
            ascend.AddRelation(source=source, type=type, target=target),
            ascend.EditRelation(source=source, type=type, target=target, tags=choose_tags(life)),
            ascend.RemoveRelation(source=source, type=type, target=target),
        )
    )


def change_tasks(life: Life) -> ascend.Command:
    task, other = (life.rng.choice(life.entities(Task)[:12]).id for _ in range(2))
    return life.rng.choice(
        (
            ascend.CreateTask(task_id=life.new(ascend.TaskId), title="A part", parent=task, tags=choose_tags(life)),
            ascend.BlockTask(task_id=task, blockers=(other,)),
            ascend.BlockTask(task_id=task, blockers=(other,)),
            ascend.UnblockTask(task_id=task, blockers=(other,)),
        )
    )
