"""The things related to an entity: subtasks, dependencies, Tasks about it, Assets, Relations."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from ascend import AssetId, Page, Ref, TaskId, ThingId, WorkspaceId
from ascend.cli.context import CommandContext
from ascend.projections.queries import RelationEntry
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.assets import AssetCard
from ascend.projections.read_models.tasks import TaskLine
from ascend.projections.read_models.things import ThingNode

T = TypeVar("T")
Head = TaskLine | ThingNode | AssetCard
Related = dict[str, Sequence[Head | RelationEntry]]
"""Related items, by their relationship to the entity."""


async def find_related(context: CommandContext, workspace: WorkspaceId, entity: TaskId | ThingId | AssetId) -> Related:
    """Return everything related to the entity, without the relationships that it does not have."""
    match entity:
        case TaskId():
            related = await find_related_to_task(context, workspace, entity)
        case AssetId():
            related = await find_related_to_asset(context, workspace, entity)
        case _:
            related = await find_related_to_thing(context, workspace, entity)
    return {name: items for name, items in related.items() if items}


async def find_related_to_task(context: CommandContext, workspace: WorkspaceId, task: TaskId) -> Related:
    queries, viewer = context.store.queries, context.viewer
    subtasks = await collect(lambda cursor: queries.subtasks(workspace, task, viewer=viewer, cursor=cursor))
    blockers = await queries.blocked_by(workspace, task, viewer=viewer)
    blocked = await collect(lambda cursor: queries.blocks(workspace, task, viewer=viewer, cursor=cursor))
    shared = await find_assets_and_relations(context, workspace, Ref("task", task))
    return {"subtasks": subtasks, "waits for": blockers, "blocks": blocked, **shared}


async def find_related_to_thing(context: CommandContext, workspace: WorkspaceId, thing: ThingId) -> Related:
    queries, viewer = context.store.queries, context.viewer
    tasks = await collect(lambda cursor: queries.tasks_about(workspace, thing, viewer=viewer, cursor=cursor))
    return {"tasks": tasks, **await find_assets_and_relations(context, workspace, Ref("thing", thing))}


async def find_related_to_asset(context: CommandContext, workspace: WorkspaceId, asset: AssetId) -> Related:
    queries, viewer = context.store.queries, context.viewer
    targets = await collect(lambda cursor: queries.targets_of(workspace, asset, viewer=viewer, cursor=cursor))
    return {"of": targets}


async def find_assets_and_relations(context: CommandContext, workspace: WorkspaceId, ref: Ref) -> Related:
    """Return the assets and relations of a Thing or a Task."""
    queries, viewer = context.store.queries, context.viewer
    assets = await collect(lambda cursor: queries.assets_of(workspace, ref, viewer=viewer, cursor=cursor))
    outgoing = await collect(lambda cursor: queries.relations_from(workspace, ref, viewer=viewer, cursor=cursor))
    incoming = await collect(lambda cursor: queries.relations_to(workspace, ref, viewer=viewer, cursor=cursor))
    return {"assets": assets, "relations": [*outgoing, *incoming]}


async def collect(query: Callable[[str | None], Awaitable[Page[T]]]) -> list[T]:
    """Return the items of all pages."""
    return [item async for item in all_items(query)]


def describe_related(item: Head | RelationEntry) -> str:
    """Return one line about a related item."""
    match item:
        case RelationEntry():
            is_outgoing = item.line.direction == "out"
            name = item.line.type if is_outgoing else item.line.inverse or f"is {item.line.type} of"
            return f"{name} {describe_related(item.other)}"
        case TaskLine():
            return f"{item.title} ({item.status})"
        case AssetCard():
            return item.details.name + (" (retired)" if item.retired else "")
        case _:
            return item.name
