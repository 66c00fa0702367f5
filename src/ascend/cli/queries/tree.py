"""The Things of a workspace, or what is in one of them, as a tree."""

from collections.abc import AsyncIterator

from rich.text import Text
from rich.tree import Tree

from ascend import ThingId, WorkspaceId
from ascend.cli.desk import Desk
from ascend.cli.terminal.text import plain
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.things import ThingNode

Children = dict[ThingId | None, list[ThingNode]]


async def tree(desk: Desk, workspace_name: str, thing_name: str | None) -> None:
    workspace = await desk.names.rendered_workspace(workspace_name)
    top = None if thing_name is None else await desk.names.thing(workspace, thing_name)
    nodes = subtree(desk, workspace, top)
    if desk.printer.json:
        await desk.printer.array(nodes)
        return
    if top is None:
        name = (await desk.store.queries.workspace(workspace, viewer=desk.viewer)).card.name
        root = Tree(Text(plain(name), "bold"))
    else:
        root = Tree(await title(desk, workspace, top))
    grow(root, top, await by_parent(nodes))
    desk.printer.show(root)


def subtree(desk: Desk, workspace: WorkspaceId, top: ThingId | None) -> AsyncIterator[ThingNode]:
    return all_items(lambda cursor: desk.store.queries.subtree(workspace, top, viewer=desk.viewer, cursor=cursor))


async def title(desk: Desk, workspace: WorkspaceId, thing: ThingId) -> Text:
    """The Thing with what it is in."""
    view = await desk.store.queries.thing(workspace, thing, viewer=desk.viewer)
    above = "".join(f"{plain(node.name)} › " for node in view.ancestors)
    return Text.assemble((above, "dim"), (plain(view.card.name), "bold"), (f"  {view.card.kind}", "dim"))


async def by_parent(nodes: AsyncIterator[ThingNode]) -> Children:
    children: Children = {}
    async for node in nodes:
        children.setdefault(node.parent, []).append(node)
    return children


def grow(branch: Tree, parent: ThingId | None, children: Children) -> None:
    for node in sorted(children.get(parent, ()), key=lambda node: (node.sort_name, node.thing)):
        grow(branch.add(label(node)), node.thing, children)


def label(node: ThingNode) -> Text:
    archived = ("  archived", "yellow") if node.archived else ("", "")
    return Text.assemble(plain(node.name), (f"  {node.kind}", "dim"), archived)
