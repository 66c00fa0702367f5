"""List and show parked entities, and render them again."""

from collections.abc import AsyncIterator
from typing import Any

import typer

from ascend import InvalidInput, ParkedEntity, Ref, RetriedEntity, Store, WorkspaceId
from ascend.cli.context import CommandContext
from ascend.cli.errors import ExitCode, UnknownName
from ascend.cli.terminal.printing import Column, count_noun

LONGEST_NAME = 80
"""Characters of an entity's name that an error quotes."""


async def list_parked(context: CommandContext, name: str | None) -> None:
    """Print a line for each parked entity: its workspace, projection, kind and id, position and error."""
    workspace = None if name is None else await context.names.find_workspace(name)
    entities = context.store.parked(workspace)
    if context.printer.json:
        await context.printer.array(parked_to_json(entity) async for entity in entities)
        return
    columns = (
        Column[ParkedEntity]("WORKSPACE", 36, lambda entity: entity.workspace),
        Column[ParkedEntity]("PROJECTION", 12, lambda entity: entity.projection),
        Column[ParkedEntity]("ENTITY", 44, lambda entity: str(entity.ref)),
        Column[ParkedEntity]("POSITION", 8, lambda entity: f"{entity.position:>8}"),
        Column[ParkedEntity]("ERROR", 0, lambda entity: entity.error),
    )
    await context.printer.table(columns, entities)


async def show_parked(context: CommandContext, name: str, entity: str) -> None:
    """Print what is known of one parked entity, in each projection that cannot render it."""
    workspace = await context.names.find_workspace(name)
    found = [parked async for parked in find_parked(context.store, workspace, entity)]
    if context.printer.json:
        context.printer.document([parked_to_json(parked) for parked in found])
        return
    for parked in found:
        context.printer.line(f"{parked.projection} cannot render {parked.ref} since position {parked.position}")
        context.printer.line(f"  error: {parked.error}")
        for key in parked.keys:
            context.printer.line(f"  last good item: {key.partition}  {key.sort}")
        context.printer.line(f"  its commit: ascend log show {workspace} {parked.position}")


async def retry_parked(context: CommandContext, name: str | None, entity: str | None, *, everything: bool) -> None:
    """Render parked entities again. Exits with 1 if one of them stays parked."""
    if everything == (name is not None):
        raise InvalidInput("name a workspace, or pass --all for every workspace: one of the two")
    workspace = None if name is None else await context.names.find_workspace(name)
    ref: Ref | None = None
    if workspace is not None and entity is not None:
        async for parked in find_parked(context.store, workspace, entity):
            ref = parked.ref
    results = [retried async for retried in context.store.retry_parked(workspace, ref)]
    failed = [retried for retried in results if retried.error]
    for retried in failed:
        context.printer.note(f"{describe(retried.entity)} stays parked: {retried.error}")
    rendered = count_noun(len(results) - len(failed), "entity", "entities")
    summary = f"Rendered {rendered} again" + (f"; {len(failed)} stay parked." if failed else ".")
    context.printer.result({"retried": [retried_to_json(retried) for retried in results]}, summary)
    if failed:
        raise typer.Exit(ExitCode.PROBLEMS_FOUND)


async def find_parked(store: Store, workspace: WorkspaceId, entity: str) -> AsyncIterator[ParkedEntity]:
    """Yield the parked entity in each projection that cannot render it. Raises: UnknownName if none is parked."""
    is_found = False
    async for parked in store.parked(workspace):
        if entity in (str(parked.ref), parked.ref.id):
            is_found = True
            yield parked
    if not is_found:
        raise UnknownName(f"no parked entity {entity[:LONGEST_NAME]!r} there; `ascend parked list` lists them")


def describe(entity: ParkedEntity) -> str:
    return f"{entity.workspace} {entity.projection} {entity.ref}"


def retried_to_json(retried: RetriedEntity) -> dict[str, Any]:
    return {**parked_to_json(retried.entity), "error": retried.error or None}


def parked_to_json(entity: ParkedEntity) -> dict[str, Any]:
    return {
        "workspace": entity.workspace,
        "projection": entity.projection,
        "entity": str(entity.ref),
        "position": entity.position,
        "error": entity.error,
        "last_good_items": [{"partition": key.partition, "sort_key": key.sort} for key in entity.keys],
    }
