"""The relations, images and tags that queries show, in both directions. Entities have the names of their source."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import unquote

from ascend import OPERATOR, AssetId, Page, Ref, Store, WorkspaceId
from ascend.domain.runtime.concurrency import for_each
from ascend.domain.tasks.task import TaskCreated
from ascend.domain.things.thing import ThingCreated
from ascend.projections.queries.pages import all_items
from ascend.projections.read_models.assets import AssetCard

K = TypeVar("K")
COMMITS = 1_000
Edges = Counter[tuple[str, str, str]]
"""Counts of type, source and target."""
Images = Counter[tuple[str, str]]
"""Counts of an image and a part that shows it."""


async def source_names(store: Store, workspace: WorkspaceId) -> dict[Ref, str]:
    """Return the name of each entity: `7` for an issue, `part.part 7` for a row of an inventory."""
    result: dict[Ref, str] = {}
    position = 0
    while commits := await store.log.commits(workspace, position + 1, COMMITS):
        for event in (event for commit in commits for event in commit.events()):
            if isinstance(event, TaskCreated | ThingCreated):
                result[event.touches()[0]] = event.metadata.get("number") or event.metadata["source"]
        position = commits[-1].position
    return result


@dataclass(frozen=True, slots=True)
class OperatorView:
    """One workspace as the operator sees it."""

    store: Store
    workspace: WorkspaceId
    names: dict[Ref, str]

    async def relations(self, refs: Collection[Ref], *, outwards: bool) -> Edges:
        """Return the relations of all `refs`, as seen from one end."""
        query = self.store.queries.relations_from if outwards else self.store.queries.relations_to
        edges: Edges = Counter()
        for ref, entries in (await self.items_of_each(refs, query)).items():
            for entry in entries:
                own, other = self.names[ref], self.names[entry.line.other]
                edges[entry.line.type, *((own, other) if outwards else (other, own))] += 1
        return edges

    async def images(self) -> Images:
        queries = self.store.queries
        pages = all_items(lambda cursor: queries.assets(self.workspace, viewer=OPERATOR, cursor=cursor))
        cards = [card async for card in pages]
        paths = {AssetId(card.asset): image_path(card) for card in cards}
        shown = await self.items_of_each(paths, queries.targets_of)
        return Counter((paths[asset], self.names[Ref("thing", part.thing)]) for asset in paths for part in shown[asset])

    async def images_of(self, parts: Collection[Ref]) -> Images:
        """Return the same as `images`, as seen from the parts."""
        shown = await self.items_of_each(parts, self.store.queries.assets_of)
        return Counter((image_path(card), self.names[part]) for part in parts for card in shown[part])

    async def tagged(self, tags: Collection[str]) -> Counter[str]:
        """Return the number of entities with each tag."""
        lines_by_tag = await self.items_of_each(tags, self.store.queries.tagged)
        return Counter({tag: len(lines) for tag, lines in lines_by_tag.items()})

    async def items_of_each(
        self, keys: Collection[K], query: Callable[..., Awaitable[Page[Any]]]
    ) -> dict[K, list[Any]]:
        """Return all items that the query gives for each key."""
        result: dict[K, list[Any]] = {}

        async def ask(key: K) -> None:
            pages = all_items(lambda cursor: query(self.workspace, key, viewer=OPERATOR, cursor=cursor))
            result[key] = [item async for item in pages]

        await for_each(keys, ask)
        return result


def image_path(card: AssetCard) -> str:
    """Return the path of the image in the inventory."""
    return unquote((card.details.uri or "").removeprefix("inventree:"))
