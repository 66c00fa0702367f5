"""The Things of a workspace, or those below one Thing, as a tree."""

from collections.abc import AsyncIterator

from rich.text import Text
from rich.tree import Tree

from ascend import ThingId, WorkspaceId
from ascend.cli.context import CommandContext
from ascend.cli.terminal.text import escape_text
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.things import ThingNode

NodesByParent = dict[ThingId | None, list[ThingNode]]


async def show_tree(context: CommandContext, workspace_name: str, thing_name: str | None) -> None:
    workspace = await context.names.find_rendered_workspace(workspace_name)
    top = None if thing_name is None else await context.names.find_thing(workspace, thing_name)
    nodes = subtree(context, workspace, top)
    if context.printer.json:
        await context.printer.array(nodes)
        return
    root = Tree(await make_title(context, workspace, top))
    add_branches(root, top, await group_by_parent(nodes))
    context.printer.draw(root)


def subtree(context: CommandContext, workspace: WorkspaceId, top: ThingId | None) -> AsyncIterator[ThingNode]:
    queries, viewer = context.store.queries, context.viewer
    return all_items(lambda cursor: queries.subtree(workspace, top, viewer=viewer, cursor=cursor))


async def make_title(context: CommandContext, workspace: WorkspaceId, top: ThingId | None) -> Text:
    """Return the workspace's name, or the Thing with its ancestors."""
    queries, viewer = context.store.queries, context.viewer
    if top is None:
        return Text(escape_text((await queries.workspace(workspace, viewer=viewer)).card.name), "bold")
    view = await queries.thing(workspace, top, viewer=viewer)
    ancestors = "".join(f"{escape_text(node.name)} › " for node in view.ancestors)
    return Text.assemble((ancestors, "dim"), (escape_text(view.card.name), "bold"), (f"  {view.card.kind}", "dim"))


async def group_by_parent(nodes: AsyncIterator[ThingNode]) -> NodesByParent:
    children: NodesByParent = {}
    async for node in nodes:
        children.setdefault(node.parent, []).append(node)
    return children


def add_branches(branch: Tree, parent: ThingId | None, children: NodesByParent) -> None:
    for node in sorted(children.get(parent, ()), key=lambda node: (node.sort_name, node.thing)):
        add_branches(branch.add(make_label(node)), node.thing, children)


def make_label(node: ThingNode) -> Text:
    archived = ("  archived", "yellow") if node.archived else ("", "")
    return Text.assemble(escape_text(node.name), (f"  {node.kind}", "dim"), archived)
