"""What an entity hangs together with: subtasks, dependencies, Tasks about it, Assets, Relations."""

from collections.abc import Sequence

from ascend import AssetId, Ref, TaskId, ThingId, WorkspaceId
from ascend.cli.desk import Desk
from ascend.projections.queries import RelationEntry
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.tasks import TaskLine
from ascend.projections.read_models.things import ThingNode

Head = TaskLine | ThingNode | AssetCard
Related = dict[str, Sequence[Head | RelationEntry]]
"""By what it is to the entity."""


async def related(desk: Desk, workspace: WorkspaceId, entity: TaskId | ThingId | AssetId) -> Related:
    """All that is related, what is none left out."""
    match entity:
        case TaskId():
            found = await of_task(desk, workspace, entity)
        case AssetId():
            found = await of_asset(desk, workspace, entity)
        case _:
            found = await of_thing(desk, workspace, entity)
    return {name: heads for name, heads in found.items() if heads}


async def of_task(desk: Desk, workspace: WorkspaceId, task: TaskId) -> Related:
    ask, viewer = desk.store.queries, desk.viewer
    return {
        "subtasks": [one async for one in all_items(lambda c: ask.subtasks(workspace, task, viewer=viewer, cursor=c))],
        "waits for": await ask.blocked_by(workspace, task, viewer=viewer),
        "blocks": [one async for one in all_items(lambda c: ask.blocks(workspace, task, viewer=viewer, cursor=c))],
        **await at(desk, workspace, Ref("task", task)),
    }


async def of_thing(desk: Desk, workspace: WorkspaceId, thing: ThingId) -> Related:
    ask, viewer = desk.store.queries, desk.viewer
    return {
        "tasks": [one async for one in all_items(lambda c: ask.tasks_about(workspace, thing, viewer=viewer, cursor=c))],
        **await at(desk, workspace, Ref("thing", thing)),
    }


async def of_asset(desk: Desk, workspace: WorkspaceId, asset: AssetId) -> Related:
    ask, viewer = desk.store.queries, desk.viewer
    return {"of": [one async for one in all_items(lambda c: ask.targets_of(workspace, asset, viewer=viewer, cursor=c))]}


async def at(desk: Desk, workspace: WorkspaceId, ref: Ref) -> Related:
    """What Things and Tasks have in common."""
    ask, viewer = desk.store.queries, desk.viewer
    return {
        "assets": [one async for one in all_items(lambda c: ask.assets_of(workspace, ref, viewer=viewer, cursor=c))],
        "relations": [
            *[one async for one in all_items(lambda c: ask.relations_from(workspace, ref, viewer=viewer, cursor=c))],
            *[one async for one in all_items(lambda c: ask.relations_to(workspace, ref, viewer=viewer, cursor=c))],
        ],
    }


def said(one: Head | RelationEntry) -> str:
    """In one line."""
    match one:
        case RelationEntry():
            outwards = one.line.direction == "out"
            name = one.line.type if outwards else one.line.inverse or f"is {one.line.type} of"
            return f"{name} {said(one.other)}"
        case TaskLine():
            return f"{one.title} ({one.status})"
        case AssetCard():
            return one.details.name + (" (retired)" if one.retired else "")
        case _:
            return one.name
