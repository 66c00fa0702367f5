"""Random commands of the Life OS: they create, change, move, link and remove what exists in a workspace."""

from collections.abc import Callable
from datetime import timedelta

from ascend.domain.assets.asset import Asset, AssetKind
from ascend.domain.assets.commands import CreateAsset, EditAsset, RetireAsset
from ascend.domain.comments.commands import DeleteComment, EditComment, PostComment
from ascend.domain.comments.comment import Comment
from ascend.domain.ids import AssetId, CommentId, Ref, TaskId, ThingId
from ascend.domain.links import LinkAsset, UnlinkAsset
from ascend.domain.relations.commands import AddRelation, RemoveRelation
from ascend.domain.tasks.commands import (
    AssignTask,
    CompleteTask,
    CreateTask,
    DeleteTask,
    EditTask,
    ReopenTask,
    UnassignTask,
)
from ascend.domain.tasks.schedule import ScheduleTask
from ascend.domain.tasks.task import Task
from ascend.domain.things.commands import ArchiveThing, Children, CreateThing, DeleteThing, MoveThing, RenameThing
from ascend.domain.things.thing import Thing
from ascend.domain.workspaces.command import Command
from ascend.domain.workspaces.lifecycle import RenameWorkspace
from ascend.testing.simulation.scene import Scene

NAMES = ("Box", "Äpfel", "box #2", "Zoë's")


def life_os_command(scene: Scene) -> Command:
    """Return a random command of the Life OS."""
    things, tasks = scene.entities(Thing), scene.entities(Task)
    if len(things) < 2 or not tasks:
        return scene.dice.choice((_create_thing, _create_task))(scene)
    weights = {_change_thing: 5, _change_task: 6, _create_thing: 2, _create_task: 2, _change_asset: 2, _comment: 2}
    make = scene.dice.choices(list(weights), list(weights.values()))[0]
    return make(scene) if scene.dice.random() < 0.98 else RenameWorkspace(name=scene.dice.choice(NAMES))


def _create_thing(scene: Scene) -> Command:
    parent = scene.dice.choice([None, *(thing.id for thing in scene.entities(Thing))])
    return CreateThing(thing_id=scene.new_id(ThingId), name=scene.dice.choice(NAMES), parent=parent)


def _create_task(scene: Scene) -> Command:
    things = [thing.id for thing in scene.entities(Thing)]
    about = tuple(scene.dice.sample(things, min(len(things), scene.dice.randint(0, 2))))
    return CreateTask(task_id=scene.new_id(TaskId), title=scene.dice.choice(NAMES), about=about)


def _change_thing(scene: Scene) -> Command:
    things = scene.entities(Thing)
    thing, parent = scene.dice.choice(things).id, scene.dice.choice([None, *(thing.id for thing in things)])
    commands = (
        MoveThing(thing_id=thing, parent=parent),
        MoveThing(thing_id=thing, parent=parent),
        RenameThing(thing_id=thing, name=scene.dice.choice(NAMES)),
        ArchiveThing(thing_id=thing),
        DeleteThing(thing_id=thing),
        DeleteThing(thing_id=thing, children=Children.CASCADE),
    )
    return scene.dice.choice(commands)


def _change_task(scene: Scene) -> Command:
    task = scene.dice.choice(scene.entities(Task)).id
    users = tuple(scene.dice.sample(list(scene.users), 1))
    due = (scene.now + timedelta(days=scene.dice.randint(-3, 9))).date()
    commands = (
        EditTask(task_id=task, title=scene.dice.choice(NAMES), tags=("red",)),
        ScheduleTask(task_id=task, due=scene.dice.choice((None, due))),
        AssignTask(task_id=task, users=users),
        AssignTask(task_id=task, users=users),
        UnassignTask(task_id=task, users=users),
        CompleteTask(task_id=task),
        ReopenTask(task_id=task),
        DeleteTask(task_id=task),
    )
    return scene.dice.choice(commands)


def _change_asset(scene: Scene) -> Command:
    assets = scene.entities(Asset)
    if len(assets) < 2:
        return CreateAsset(asset_id=scene.new_id(AssetId), kind=AssetKind.FILE, name=scene.dice.choice(NAMES))
    asset = scene.dice.choice(assets).id
    end, other = (Ref(Thing.entity, scene.dice.choice(scene.entities(Thing)).id) for _ in range(2))
    makes: tuple[Callable[[], Command], ...] = (
        lambda: EditAsset(asset_id=asset, tags=("blue",)),
        lambda: RetireAsset(asset_id=asset),
        lambda: LinkAsset(asset_id=asset, to=end),
        lambda: UnlinkAsset(asset_id=asset, to=end),
        lambda: AddRelation(source=end, type="part", target=other),
        lambda: RemoveRelation(source=end, type="part", target=other),
    )
    return scene.dice.choice(makes)()


def _comment(scene: Scene) -> Command:
    comments = scene.entities(Comment)
    if comments and scene.dice.random() < 0.5:
        comment = scene.dice.choice(comments).id
        edit = EditComment(comment_id=comment, text=scene.dice.choice(NAMES))
        return scene.dice.choice((edit, DeleteComment(comment_id=comment)))
    task = scene.dice.choice(scene.entities(Task)).id
    return PostComment(comment_id=scene.new_id(CommentId), task_id=task, text="Look", mentions=tuple(scene.users[:1]))
